package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestLockAcrossCall(t *testing.T) {
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", steps...)),
			rt.Service("pay", rt.GRPC("p.Pay/Charge")), rt.Resource(graph.Datastore, "db", "postgres"), rt.Resource(graph.Cache, "redis", "redis"))
	}
	tx := graph.LockInfo{Name: "tx", Kind: "transaction", Scope: "request", Resource: "db"}
	keyed := graph.LockInfo{Name: "locks", Kind: "redis", Scope: "keyed", Exclusive: true, Resource: "redis"}
	own := graph.LockInfo{Name: "mu", Kind: "mutex", Scope: "request", Exclusive: true}
	charge := func(mods ...rt.Mod) *graph.Step { return rt.Call("pay", "p.Pay/Charge", mods...) }
	insert := func(mods ...rt.Mod) *graph.Step { return rt.Put("db", "INSERT orders", mods...) }
	checkRule(t, "lock-across-call", nil, []ruleCase{
		{"an RPC in a transaction", serve(rt.Hold(tx, insert(rt.InTx), charge())),
			[]string{"warning shop.go:4: shop holds a transaction of db while it waits for p.Pay/Charge: held 1.5 to 60 ms (assumed)"}},
		{"the RPC after the transaction", serve(rt.Hold(tx, insert(rt.InTx)), charge()), nil},
		{"a query on another connection of the pool", serve(rt.Hold(tx, insert(rt.InTx), rt.Get("db", "SELECT users"))),
			[]string{"warning shop.go:4: shop holds a transaction of db while it waits for db (SELECT users): held 1 to 20 ms (assumed)"}},
		{"a key deleted in the transaction", serve(rt.Hold(tx, insert(rt.InTx), rt.CachePut("redis", "del"))),
			[]string{"warning shop.go:4: shop holds a transaction of db while it waits for redis (del): held 0.6 to 11 ms (assumed)"}},
		{"a lock chosen by the request", serve(rt.Hold(keyed, rt.Get("db", "SELECT orders", rt.Taking(3)))),
			[]string{"warning shop.go:3: shop holds the redis lock locks while it waits for db (SELECT orders): held 3 ms"}},
		{"releasing it is the lock's own business", serve(rt.Hold(keyed, &graph.Step{Kind: graph.Call, EdgeKind: graph.EdgeLock, To: "redis"})), nil},
		{"a mutex of the request's own goroutines", serve(rt.Hold(own, charge())), nil},
		{"readers only", serve(rt.Hold(graph.LockInfo{Name: "mu", Kind: "rwmutex-read", Scope: "process"}, charge())), nil},
		{"a goroutine that outlives the lock", serve(rt.Hold(keyed, rt.Inner(graph.Spawn, charge()))), nil},
		{"a message that nobody waits for", serve(rt.Hold(keyed, charge(rt.Async))), nil},
		{"at start-up", rt.System(rt.Service("shop", rt.Startup("main", rt.Hold(rt.Mutex("mu"), charge()))), rt.Other("pay")), nil},
	})

	// One repository method runs the callbacks of two handlers in its
	// transaction: each handler is to be mended in its own text.
	callback := func(fn string, line int) *graph.Step {
		return charge(rt.Via(fn+"$1", 50), rt.Via("shop.charge", line), rt.At(99))
	}
	hold := func(s *graph.Step) *graph.Step {
		h := rt.Hold(tx, s)
		h.Site = graph.Site{File: "repo.go", Line: 1}
		return h
	}
	checkRule(t, "lock-across-call", nil, []ruleCase{{"callbacks", rt.System(
		rt.Service("shop", rt.HTTP("POST /a", hold(callback("shop.cancel", 65))), rt.HTTP("POST /b", hold(callback("shop.approve", 80)))), rt.Other("pay"),
	), []string{
		"warning at.go:65: shop holds a transaction of db while it waits for p.Pay/Charge: held 1 to 50 ms (assumed)",
		"warning at.go:80: shop holds a transaction of db while it waits for p.Pay/Charge: held 1 to 50 ms (assumed)",
	}}})
}
