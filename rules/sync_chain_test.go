package rules_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

// chain is web -> order -> ship -> quote, with mods on the second hop.
func chain(mods ...rt.Mod) *graph.System {
	return rt.System(
		rt.Service("web", rt.HTTP("POST /order", rt.Call("order", "o.Order/Place"))),
		rt.Service("order", rt.GRPC("o.Order/Place", rt.Call("ship", "s.Ship/Send", mods...))),
		rt.Service("ship", rt.GRPC("s.Ship/Send", rt.Call("quote", "q.Quote/Get"))),
		rt.Service("quote", rt.GRPC("q.Quote/Get", rt.Get("db", "SELECT quotes"))),
		rt.Resource(graph.Datastore, "db", "postgres"),
	)
}

func TestSyncChain(t *testing.T) {
	const found = "error web.go:2: POST /order waits for 3 services in a row: order -> ship -> quote"
	spawned := rt.Inner(graph.Spawn, rt.Call("ship", "s.Ship/Send"))
	checkRule(t, "sync-chain", nil, []ruleCase{
		{"three hops that wait", chain(), []string{found}},
		{"the second hop only sends", chain(rt.Async), nil},
		{"the second hop is a guess", chain(rt.Unsure), []string{"error? " + found[6:]}},
		{"the second hop is made once", chain(rt.OnceGuarded), nil},
		{"nobody waits for the goroutine", rt.System(
			rt.Service("web", rt.HTTP("POST /order", rt.Call("order", "o.Order/Place"))),
			rt.Service("order", rt.GRPC("o.Order/Place", spawned)),
			rt.Service("ship", rt.GRPC("s.Ship/Send", rt.Call("quote", "q.Quote/Get"))),
			rt.Other("quote"),
		), nil},
		{"a fan-out of three, joined, is one level", rt.System(
			rt.Service("web", rt.HTTP("GET /", rt.Inner(graph.Par,
				rt.Call("a", "a.A/Get"), rt.Call("b", "b.B/Get"), rt.Call("c", "c.C/Get")))),
			rt.Other("a"), rt.Other("b"), rt.Other("c"),
		), nil},
		{"three calls from one service are no chain", rt.System(
			rt.Service("web", rt.HTTP("GET /", rt.Call("a", "a.A/Get"), rt.Call("b", "b.B/Get"), rt.Call("c", "c.C/Get"))),
			rt.Other("a"), rt.Other("b"), rt.Other("c"),
		), nil},
		{"a datastore is no hop", rt.System(
			rt.Service("web", rt.HTTP("GET /", rt.Call("a", "a.A/Get"))),
			rt.Service("a", rt.GRPC("a.A/Get", rt.Call("b", "b.B/Get"))),
			rt.Service("b", rt.GRPC("b.B/Get", rt.Get("db", "SELECT x"))),
			rt.Resource(graph.Datastore, "db", "postgres"),
		), nil},
		{"other methods of the same services do not join", rt.System(
			rt.Service("web", rt.HTTP("GET /", rt.Call("a", "a.A/Get"))),
			rt.Service("a", rt.GRPC("a.A/Get", rt.Call("b", "b.B/Get")), rt.GRPC("a.A/Put")),
			rt.Service("b", rt.GRPC("b.B/Get"), rt.GRPC("b.B/Put", rt.Call("c", "c.C/Get"))),
			rt.Other("c"),
		), nil},
		{"two ends are two chains, and a prefix is none", rt.System(
			rt.Service("web", rt.HTTP("GET /", rt.Call("a", "a.A/Get"))),
			rt.Service("a", rt.GRPC("a.A/Get", rt.Call("b", "b.B/Get"), rt.Call("b", "b.B/Short"))),
			rt.Service("b", rt.GRPC("b.B/Get", rt.Call("c", "c.C/Get"), rt.Call("d", "d.D/Get")), rt.GRPC("b.B/Short", rt.Call("c", "c.C/Get"))),
			rt.Other("c"), rt.Other("d"),
		), []string{
			"error web.go:2: GET / waits for 3 services in a row: a -> b -> c",
			"error web.go:2: GET / waits for 3 services in a row: a -> b -> d",
		}},
		{"two routes through one helper are one finding", rt.System(
			rt.Service("web", rt.HTTP("GET /a", rt.Call("a", "a.A/Get", rt.At(7))), rt.HTTP("GET /b", rt.Call("a", "a.A/Get", rt.At(7)))),
			rt.Service("a", rt.GRPC("a.A/Get", rt.Call("b", "b.B/Get"))),
			rt.Service("b", rt.GRPC("b.B/Get", rt.Call("c", "c.C/Get"))),
			rt.Other("c"),
		), []string{"error at.go:7: GET /a (and 1 other entry point) waits for 3 services in a row: a -> b -> c"}},
		{"a background worker waits too, but no request", rt.System(
			rt.Service("web", rt.Background("web.run", rt.Call("a", "a.A/Get"))),
			rt.Service("a", rt.GRPC("a.A/Get", rt.Call("b", "b.B/Get"))),
			rt.Service("b", rt.GRPC("b.B/Get", rt.Call("c", "c.C/Get"))),
			rt.Other("c"),
		), []string{"note web.go:2: web in the background (web.run) waits for 3 services in a row: a -> b -> c"}},
	})
	checkRule(t, "sync-chain", &rules.Options{ChainLength: 4}, []ruleCase{{"a longer chain is accepted", chain(), nil}})
}

// Twenty layers of two services that each call both of the next layer have
// 2^20 chains; they are found by where they end.
func TestSyncChainOfMany(t *testing.T) {
	parts := []rt.Part{rt.Service("web", rt.HTTP("GET /", rt.Call("l00a", "l00a.S/Get"), rt.Call("l00b", "l00b.S/Get")))}
	for i := range 20 {
		for _, side := range []string{"a", "b"} {
			id, next := fmt.Sprintf("l%02d%s", i, side), fmt.Sprintf("l%02d", i+1)
			parts = append(parts, rt.Service(id, rt.GRPC(id+".S/Get", rt.Call(next+"a", next+"a.S/Get"), rt.Call(next+"b", next+"b.S/Get"))))
		}
	}
	parts = append(parts, rt.Other("l20a"), rt.Other("l20b"))
	found := rules.Find("sync-chain").Run(rt.System(parts...), nil)
	if len(found) != 2 {
		t.Fatalf("%d findings, want one for each end", len(found))
	}
	for _, f := range found {
		if len(f.Subjects) != 22 || len(f.Path) != 22 {
			t.Errorf("chain of %d services and %d hops, want 22", len(f.Subjects), len(f.Path))
		}
	}
}

// Two services that share twenty operations have many ways to one end, but
// only one sequence of services; a shorter way there is another.
func TestSyncChainOfManyOperations(t *testing.T) {
	var front, middle, back []rt.Entry
	var steps []*graph.Step
	for i := range 20 {
		name := fmt.Sprintf("M%02d", i)
		steps = append(steps, rt.Call("middle", "m.S/"+name), rt.Call("back", "b.S/"+name))
		middle = append(middle, rt.GRPC("m.S/"+name, rt.Call("back", "b.S/"+name)))
		back = append(back, rt.GRPC("b.S/"+name, rt.Call("far", "f.S/Get")))
	}
	front = append(front, rt.HTTP("GET /", steps...))
	found := rt.Lines("sync-chain", rt.System(rt.Service("front", front...), rt.Service("middle", middle...), rt.Service("back", back...),
		rt.Service("far", rt.GRPC("f.S/Get", rt.Call("end", "e.S/Get"))), rt.Other("end")), nil)
	want := []string{
		"error front.go:2: GET / waits for 4 services in a row: middle -> back -> far -> end",
		"error front.go:3: GET / waits for 3 services in a row: back -> far -> end",
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
	}
}
