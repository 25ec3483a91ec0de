package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestCallInLoop(t *testing.T) {
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("GET /cart", steps...)), rt.Other("catalog"), rt.Resource(graph.Datastore, "db", "mysql"))
	}
	get := func(mods ...rt.Mod) *graph.Step { return rt.Call("catalog", "c.Catalog/Get", mods...) }
	message := func(s *graph.Step) { s.Stream, s.Message = true, true }
	retry := graph.Retry{Wait: "none", Attempts: rt.Times(3), Capped: true}
	checkRule(t, "call-in-loop", nil, []ruleCase{
		{"one for each element", serve(rt.Each(graph.Loop, "items", get())),
			[]string{"warning shop.go:3: shop waits for c.Catalog/Get once per element of items, one after another"}},
		{"one for all", serve(get()), nil},
		{"at the same time", serve(rt.Each(graph.Each, "items", get())), []string{"warning shop.go:3: shop waits for c.Catalog/Get once per element of items, at the same time"}},
		{"left behind", serve(rt.Each(graph.Loop, "items", rt.Inner(graph.Spawn, get()))), []string{"warning shop.go:4: shop uses c.Catalog/Get once per element of items, in goroutines"}},
		{"a helper with two calls is one", serve(rt.Each(graph.Loop, "items",
			get(rt.Via("shop.price", 20)), rt.Get("db", "SELECT price", rt.Via("shop.price", 20)))),
			[]string{"warning at.go:20: shop waits for c.Catalog/Get and db (SELECT price) once per element of items, one after another"}},
		{"two calls in the loop are two", serve(rt.Each(graph.Loop, "items", get(), rt.Get("db", "SELECT price"))), []string{
			"warning shop.go:3: shop waits for c.Catalog/Get once per element of items, one after another",
			"warning shop.go:4: shop waits for db (SELECT price) once per element of items, one after another"}},
		{"a retry is no loop over data", serve(rt.Try(retry, get())), nil},
		{"a fixed number of rounds", serve(&graph.Step{Kind: graph.Loop, Times: rt.Times(2), Steps: []*graph.Step{get()}}), nil},
		{"messages on one stream", serve(rt.Each(graph.Loop, "items", get(message))), nil},
		{"sent without waiting", serve(rt.Each(graph.Loop, "items", get(rt.Async))), nil},
		{"the loop only computes", serve(rt.Each(graph.Loop, "items"), get()), nil},
		{"made once, in the first round", serve(rt.Each(graph.Loop, "items", get(rt.OnceGuarded))), nil},
		{"page after page", serve(rt.Each(graph.Loop, "", get(rt.Numbered(1, 1)))), nil},
		{"a worker's endless loop", rt.System(rt.Service("shop", rt.Background("run", rt.Each(graph.Loop, "", get()))), rt.Other("catalog")), nil},
		{"at start-up", rt.System(rt.Service("shop", rt.Startup("load", rt.Each(graph.Loop, "days", rt.Put("db", "INSERT hours")))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"note shop.go:3: shop waits for db (INSERT hours) once per element of days, one after another"}},
	})
}

func TestSequentialCalls(t *testing.T) {
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("GET /", steps...)), rt.Resource(graph.Datastore, "db", "mysql"), rt.Resource(graph.Cache, "redis", "redis"))
	}
	get := func(table string, id int, needs ...int) *graph.Step {
		return rt.Get("db", "SELECT "+table, rt.Numbered(id, needs...))
	}
	put := func(id int) *graph.Step { return rt.Put("db", "INSERT log", rt.Numbered(id)) }
	load := func(way ...rt.Mod) []*graph.Step { // what m.load does, called at at.go:10
		var out []*graph.Step
		for i, table := range []string{"a", "b"} {
			s := get(table, i+1)
			for _, m := range append(way, rt.Via("m.load", 10), rt.At(11+i)) {
				m(s)
			}
			out = append(out, s)
		}
		return out
	}
	in := func(fn string, steps ...*graph.Step) []*graph.Step {
		for _, s := range steps {
			s.Func = fn
		}
		return steps
	}
	behind := func(steps ...*graph.Step) *graph.Step { // a middleware, which a library makes call the handler
		s := rt.Inner(graph.Seq, rt.Inner(graph.Seq, steps...))
		rt.Via("shop.logged", 90)(s)
		return s
	}
	const two = "warning shop.go:3: GET / (shop.handle) waits for db (SELECT a), then db (SELECT b); none needs another's answer"
	checkRule(t, "sequential-calls", nil, []ruleCase{
		{"two reads", serve(get("a", 1), get("b", 2)), []string{two}},
		{"one call that has two possible targets", serve(get("a", 1), rt.Get("db", "SELECT b", rt.Numbered(2), rt.At(5)), rt.Get("db", "SELECT c", rt.Numbered(3), rt.At(5))),
			[]string{"warning at.go:5: GET / (shop.handle) waits for db (SELECT a), then db (SELECT b); none needs another's answer"}},
		{"at the same time", serve(rt.Inner(graph.Par, get("a", 1), get("b", 2))), nil},
		{"the second needs the first", serve(get("a", 1), get("b", 2, 1)), nil},
		{"what two reads need is read first", serve(get("a", 1), get("b", 2, 1), get("c", 3, 1)),
			[]string{"warning shop.go:4: GET / (shop.handle) waits for db (SELECT b), then db (SELECT c); none needs another's answer"}},
		{"the third could have started with the first", serve(get("a", 1), get("b", 2, 1), get("c", 3)),
			[]string{"warning shop.go:4: GET / (shop.handle) waits for db (SELECT a), then db (SELECT c); none needs another's answer"}},
		{"a write between them", serve(get("a", 1), put(2), get("b", 3)), nil},
		{"two writes keep their order", serve(put(1), put(2)), nil},
		{"a loop beside a read", serve(get("a", 1), rt.Each(graph.Loop, "items", get("b", 2, 1)), get("c", 3, 1)),
			[]string{"warning shop.go:5: GET / (shop.handle) waits for db (SELECT b), then db (SELECT c); none needs another's answer"}},
		{"one or the other", serve(rt.Inner(graph.Branch, get("a", 1), get("b", 2))), nil},
		{"one or the other, then a third", serve(rt.Inner(graph.Branch, get("a", 1), get("b", 2)), get("c", 3)),
			[]string{"warning shop.go:5: GET / (shop.handle) waits for db (SELECT a) or db (SELECT b), then db (SELECT c); none needs another's answer"}},
		{"a call that says that it excludes the other", serve(get("a", 1), rt.Get("db", "SELECT b", rt.Numbered(2), rt.Excluding(1))), nil},
		{"a fallback", serve(get("a", 1), rt.Failed(rt.Get("db", "SELECT b", rt.Numbered(2)))), nil},
		{"on one transaction", serve(rt.Hold(graph.LockInfo{Name: "tx", Kind: "transaction"}, rt.Get("db", "SELECT a", rt.InTx, rt.Numbered(1)), rt.Get("db", "SELECT b", rt.InTx, rt.Numbered(2)))), nil},
		{"nothing is known of what they need", serve(get("a", 0), get("b", 0)), nil},
		{"a check of which only the error counts", serve(rt.Get("db", "SELECT grant", rt.Numbered(1), rt.Answered(graph.AnswerError)), get("b", 2)), nil},
		{"a copy kept after a miss is no write", serve(
			rt.CacheGet("redis", rt.Numbered(1)), rt.Miss(get("a", 2, 1), rt.CachePut("redis", "set", rt.Numbered(3, 2))), rt.CacheGet("redis", rt.Numbered(4))),
			[]string{"warning shop.go:6: GET / (shop.handle) waits for redis (get), then redis (get); none needs another's answer"}},
		{"one after the other in a goroutine that nobody waits for", serve(rt.Inner(graph.Spawn, get("a", 1), get("b", 2))), nil},
		{"behind a middleware, told of the handler", serve(behind(in("shop.home", get("a", 1), get("b", 2))...)),
			[]string{"warning shop.go:3: GET / (shop.home) waits for db (SELECT a), then db (SELECT b); none needs another's answer"}},
		{"in a literal, told of the function around it", serve(in("shop.home$1", get("a", 1), get("b", 2))...),
			[]string{"warning shop.go:3: GET / (shop.home) waits for db (SELECT a), then db (SELECT b); none needs another's answer"}},
		{"in a literal of main, told of the route", serve(in("main.main$1", get("a", 1), get("b", 2))...),
			[]string{"warning shop.go:3: GET / waits for db (SELECT a), then db (SELECT b); none needs another's answer"}},
		{"in a helper of two routes, told once", rt.System(rt.Service("shop", rt.HTTP("GET /a", load()...), rt.HTTP("GET /b", load(rt.Via("m.page", 5))...)),
			rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning at.go:12: GET /a and GET /b (m.load) wait for db (SELECT a), then db (SELECT b); none needs another's answer"}},
	})
}

func TestUnusedAnswer(t *testing.T) {
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", steps...)), rt.Other("mail"))
	}
	send := func(a graph.Answer, mods ...rt.Mod) *graph.Step {
		return rt.Call("mail", "m.Mail/Send", append([]rt.Mod{rt.Answered(a)}, mods...)...)
	}
	checkRule(t, "unused-answer", nil, []ruleCase{
		{"dropped", serve(send(graph.AnswerDropped)), []string{"warning shop.go:2: shop waits for m.Mail/Send in POST /order and drops its answer"}},
		{"only logged", serve(send(graph.AnswerLogged)), []string{"warning shop.go:2: shop waits for m.Mail/Send in POST /order and only logs its failure"}},
		{"dropped behind a wrapper", serve(send(graph.AnswerDropped, func(s *graph.Step) { s.AnswerAt = graph.Site{File: "order.go", Line: 63} })),
			[]string{"warning order.go:63: shop waits for m.Mail/Send in POST /order and drops its answer"}},
		{"the error decides", serve(send(graph.AnswerError)), nil},
		{"used", serve(send(graph.AnswerUsed)), nil},
		{"nobody waits", serve(send(graph.AnswerDropped, rt.Async)), nil},
		{"in a goroutine of its own", serve(rt.Inner(graph.Spawn, send(graph.AnswerDropped))), nil},
		{"a compensation", serve(send(graph.AnswerLogged, func(s *graph.Step) { s.OnError = []int{1} })), nil},
		{"in the background", rt.System(rt.Service("shop", rt.Background("run", send(graph.AnswerLogged))), rt.Other("mail")), nil},
	})
}

func TestUnguardedDependency(t *testing.T) {
	vendor := func(mods ...func(*graph.Resource)) rt.Part {
		return rt.Resource(graph.External, "vendor", "http", mods...)
	}
	edge := func(mod func(*graph.Edge)) rt.Part {
		e := &graph.Edge{From: "pay", To: "vendor", Kind: graph.EdgeHTTP, Sync: true, Certain: true, FromEndpoints: []string{"p.Pay/Charge"}, Sites: []graph.Site{{File: "pay.go", Line: 2}}}
		mod(e)
		return rt.Edge(e)
	}
	pay := rt.Service("pay", rt.GRPC("p.Pay/Charge"))
	checkRule(t, "unguarded-dependency", nil, []ruleCase{
		{"nothing in between", rt.System(pay, vendor(), edge(func(*graph.Edge) {})),
			[]string{"warning pay.go:2: pay waits for vendor (external) with no rate limit, no circuit breaker and no declared limit"}},
		{"a circuit breaker", rt.System(pay, vendor(), edge(func(e *graph.Edge) { e.Breaker = yaml(3) })), nil},
		{"a rate limiter", rt.System(pay, vendor(), edge(func(e *graph.Edge) { e.Limiter = rt.Times(100) })), nil},
		{"its limit is declared", rt.System(pay, vendor(func(r *graph.Resource) { r.Rate = rt.Times(1000) }), edge(func(*graph.Edge) {})), nil},
		{"nobody waits for it", rt.System(pay, vendor(), edge(func(e *graph.Edge) { e.Sync = false })), nil},
		{"at start-up only", rt.System(pay, vendor(), edge(func(e *graph.Edge) { e.FromEndpoints = nil })),
			[]string{"note pay.go:2: pay waits for vendor (external) with no rate limit, no circuit breaker and no declared limit"}},
	})
}
