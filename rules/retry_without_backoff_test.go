package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestRetryWithoutBackoff(t *testing.T) {
	pay := func() *graph.Step { return rt.Call("pay", "p.Pay/Charge") }
	request := func(r graph.Retry) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Try(r, pay()))), rt.Other("pay"))
	}
	capped := func(wait string) graph.Retry { return graph.Retry{Wait: wait, Attempts: rt.Times(3), Capped: true} }
	checkRule(t, "retry-without-backoff", nil, []ruleCase{
		{"no wait", request(capped("none")), []string{"error shop.go:2: shop tries p.Pay/Charge again at once, with no wait, 3 attempts"}},
		{"a fixed wait", request(capped("fixed")), []string{"error shop.go:2: shop tries p.Pay/Charge again after a fixed wait, 3 attempts"}},
		{"no jitter", request(capped("growing-no-jitter")), []string{"warning shop.go:2: shop tries p.Pay/Charge again after a growing wait without jitter, 3 attempts"}},
		{"random but not growing", request(capped("fixed+jitter")), []string{"warning shop.go:2: shop tries p.Pay/Charge again after a random wait that does not grow, 3 attempts"}},
		{"growing with jitter and a cap", request(capped("growing+jitter")), nil},
		{"good waits without an end", request(graph.Retry{Wait: "growing+jitter"}), []string{"warning shop.go:2: shop tries p.Pay/Charge again without an end"}},
		{"no wait and no end", request(graph.Retry{Wait: "none"}), []string{"error shop.go:2: shop tries p.Pay/Charge again at once, with no wait and without an end"}},
		{"a context ends it", request(graph.Retry{Wait: "growing+jitter", Capped: true}), nil},
		{"compare-and-swap with a cap", request(graph.Retry{Class: "compare-and-swap", Wait: "none", Capped: true}), nil},
		{"compare-and-swap without", request(graph.Retry{Class: "compare-and-swap", Wait: "none"}),
			[]string{"note shop.go:2: shop tries p.Pay/Charge again with no wait and no end when another writer comes first"}},
		{"a poll", request(graph.Retry{Class: "poll", Wait: "fixed"}), nil},
		{"nothing is known of the wait", request(graph.Retry{Wait: "unknown", Capped: true}), nil},
		{"local work", rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Try(capped("none"))))), nil},
		{"a goroutine is sent off", rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Try(capped("none"), rt.Inner(graph.Spawn, pay())))), rt.Other("pay")), nil},
		{"at start-up", rt.System(rt.Service("shop", rt.Startup("load", rt.Try(capped("fixed"), pay()))), rt.Other("pay")),
			[]string{"note shop.go:2: shop tries p.Pay/Charge again after a fixed wait, 3 attempts"}},
		{"on an event", rt.System(rt.Service("shop", rt.Consume("orders", rt.Try(capped("fixed"), pay()))), rt.Other("pay")),
			[]string{"warning shop.go:2: shop tries p.Pay/Charge again after a fixed wait, 3 attempts"}},
		{"a setting names itself", request(graph.Retry{Source: "client", Wait: "fixed", Capped: true, Setting: "BackoffLinear(100ms)"}),
			[]string{"error shop.go:2: shop tries p.Pay/Charge again after a fixed wait (BackoffLinear(100ms))"}},
	})
	checkRule(t, "retry-without-backoff", &rules.Options{JitterOptional: true},
		[]ruleCase{{"jitter is not asked for", request(capped("growing-no-jitter")), nil}})

	shared := rt.Try(capped("none"), pay())
	shared.Site = graph.Site{File: "client.go", Line: 4}
	checkRule(t, "retry-without-backoff", nil, []ruleCase{{"one loop that two routes reach", rt.System(
		rt.Service("shop", rt.HTTP("POST /a", shared), rt.HTTP("POST /b", shared)), rt.Other("pay"),
	), []string{"error client.go:4: shop tries p.Pay/Charge again at once, with no wait, 3 attempts"}}})
}
