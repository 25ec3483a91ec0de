package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestSyncCycle(t *testing.T) {
	order := func(steps ...*graph.Step) rt.Part {
		return rt.Service("order", rt.GRPC("o.Order/Place", steps...), rt.GRPC("o.Order/Get"))
	}
	stock := func(op string, mods ...rt.Mod) rt.Part {
		return rt.Service("stock", rt.GRPC("s.Stock/Take", rt.Call("order", op, mods...)))
	}
	take := func() *graph.Step { return rt.Call("stock", "s.Stock/Take") }
	checkRule(t, "sync-cycle", nil, []ruleCase{
		{"one request can go round", rt.System(order(take()), stock("o.Order/Place")),
			[]string{"error order.go:2: 2 services wait on each other in a circle: order -> stock -> order; one request can go round"}},
		{"the callee asks back at another method", rt.System(order(take()), stock("o.Order/Get")),
			[]string{"warning order.go:2: 2 services wait on each other in a circle: order -> stock -> order; at different endpoints"}},
		{"one of them only sends", rt.System(order(take()), stock("o.Order/Get", rt.Async)), nil},
		{"one asks in the background", rt.System(order(take()),
			rt.Service("stock", rt.GRPC("s.Stock/Take"), rt.Background("audit", rt.Call("order", "o.Order/Get")))), nil},
		{"one asks once, at its first request", rt.System(order(take()), stock("o.Order/Get", rt.OnceGuarded)), nil},
		{"a service that calls itself", rt.System(order(rt.Call("order", "o.Order/Get"))), nil},
		{"a chain", rt.System(order(take()), rt.Service("stock", rt.GRPC("s.Stock/Take"))), nil},
		{"a circle of three", rt.System(
			rt.Service("a", rt.GRPC("a.A/X", rt.Call("b", "b.B/X"))), rt.Service("b", rt.GRPC("b.B/X", rt.Call("c", "c.C/X"))),
			rt.Service("c", rt.GRPC("c.C/X", rt.Call("a", "a.A/X")))),
			[]string{"error a.go:2: 3 services wait on each other in a circle: a -> b -> c -> a; one request can go round"}},
	})
}
