package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestMissingTimeout(t *testing.T) {
	own, none := rt.Bounded("request", ""), rt.Bounded("none", "context.Background")
	lost := func(line int) rt.Mod {
		return func(s *graph.Step) {
			s.Deadline = &graph.Deadline{Kind: "none", Reason: "context.Background", Site: graph.Site{File: "at.go", Line: line, Col: 30}}
		}
	}
	// order waits for stock under its own context; web calls order as given.
	two := func(web rt.Mod, order rt.Mod) *graph.System {
		return rt.System(
			rt.Service("web", rt.HTTP("POST /order", rt.Call("order", "o.Order/Place", web))),
			rt.Service("order", rt.GRPC("o.Order/Place", rt.Call("stock", "s.Stock/Take", order))),
			rt.Other("stock"))
	}
	checkRule(t, "missing-timeout", nil, []ruleCase{
		{"no context at all", two(rt.Bounded("context", ""), none), []string{"warning order.go:2: order waits for s.Stock/Take without a deadline: context.Background"}},
		{"lost in the line that calls a helper: one finding", rt.System(rt.Service("order", rt.GRPC("o.Order/Place",
			rt.Get("db", "SELECT a", lost(30), rt.Via("m.load", 30)), rt.Get("db", "SELECT b", lost(30), rt.Via("m.load", 30)))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning at.go:30: order waits for db (SELECT a) and db (SELECT b) without a deadline: context.Background"}},
		{"made elsewhere: each call is one", rt.System(rt.Service("order", rt.GRPC("o.Order/Place",
			rt.Get("db", "SELECT a", lost(7)), rt.Get("db", "SELECT b", lost(7)))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning order.go:2: order waits for db (SELECT a) without a deadline: context.Background",
				"warning order.go:3: order waits for db (SELECT b) without a deadline: context.Background"}},
		{"a library that takes no context: one finding a target", rt.System(rt.Service("order", rt.GRPC("o.Order/Place",
			rt.Get("db", "SELECT a", rt.Bounded("none", "sql.DB.Query takes no context")), rt.Get("db", "SELECT b", rt.Bounded("none", "sql.DB.QueryRow takes no context")))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning order.go:2: order waits for db (SELECT a and SELECT b) at 2 places without a deadline: sql.DB.Query and sql.DB.QueryRow take no context"}},
		{"requests without a deadline: one finding a target", rt.System(rt.Service("web", rt.HTTP("GET /a", rt.Get("db", "SELECT a", own)), rt.HTTP("GET /b", rt.Get("db", "SELECT b", own))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning web.go:2: web waits for db (SELECT a and SELECT b) at 2 places without a deadline: the context of GET /a has none, and 1 other request likewise"}},
		{"handed on from a request without one", two(own, own), []string{
			"warning order.go:2: order waits for s.Stock/Take without a deadline: the context comes from POST /order, which has none",
			"warning web.go:2: web waits for o.Order/Place without a deadline: the context of POST /order has none"}},
		{"the caller gives none", two(none, own), []string{
			"warning order.go:2: order waits for s.Stock/Take without a deadline: its caller web gives none",
			"warning web.go:2: web waits for o.Order/Place without a deadline: context.Background"}},
		{"the caller gives one, and it is handed on", two(rt.Bounded("context", ""), own), nil},
		{"the client has a timeout", two(rt.Bounded("client", ""), rt.Bounded("library", "")), nil},
		{"nothing is known", two(rt.Bounded("context", ""), rt.Bounded("unknown", "")), nil},
		{"nothing is known of the caller", two(rt.Bounded("unknown", ""), own), nil},
		{"nobody waits", two(rt.Bounded("context", ""), func(s *graph.Step) { none(s); s.Async = true }), nil},
		{"an RPC that nobody here calls", rt.System(rt.Service("order", rt.GRPC("o.Order/Place", rt.Get("db", "SELECT x", own))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"warning? order.go:2: order waits for db (SELECT x) without a deadline: the context of the RPC, which no service here calls"}},
		{"in the background", rt.System(rt.Service("order", rt.Background("poll", rt.Call("stock", "s.Stock/Take", none))), rt.Other("stock")),
			[]string{"note order.go:2: order waits for s.Stock/Take without a deadline: context.Background"}},
		{"one of two callers gives none", rt.System(
			rt.Service("a", rt.HTTP("GET /", rt.Call("order", "o.Order/Place", rt.Bounded("context", "")))),
			rt.Service("b", rt.Background("b.run", rt.Call("order", "o.Order/Place", rt.Bounded("none", "")))),
			rt.Service("order", rt.GRPC("o.Order/Place", rt.Get("db", "SELECT x", own))), rt.Resource(graph.Datastore, "db", "mysql")),
			[]string{"note b.go:2: b waits for o.Order/Place without a deadline",
				"warning order.go:2: order waits for db (SELECT x) without a deadline: its caller b gives none"}},
	})
}

func TestUnboundedConcurrency(t *testing.T) {
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("GET /", steps...)), rt.Resource(graph.Datastore, "db", "mysql"))
	}
	query := func() *graph.Step { return rt.Get("db", "SELECT x") }
	limited := func(s *graph.Step) *graph.Step { s.Limit = rt.Times(8); return s }
	bulkhead := graph.LockInfo{Name: "sem", Kind: "semaphore", Scope: "process", Servers: rt.Times(8)}
	checkRule(t, "unbounded-concurrency", nil, []ruleCase{
		{"one for each element, joined", serve(rt.Each(graph.Each, "ids", query())),
			[]string{"warning shop.go:2: GET / starts a goroutine for each element of ids, without a bound, that waits for db (SELECT x)"}},
		{"at most eight", serve(limited(rt.Each(graph.Each, "ids", query()))), nil},
		{"one for each element, left behind", serve(rt.Each(graph.Loop, "ids", rt.Inner(graph.Spawn, query()))),
			[]string{"warning shop.go:3: GET / starts a goroutine for each element of ids, without a bound, that waits for db (SELECT x); nobody waits for it"}},
		{"one for each request, left behind", serve(rt.Inner(graph.Spawn, query())),
			[]string{"warning shop.go:2: GET / starts a goroutine for each request, without a bound, that waits for db (SELECT x); nobody waits for it"}},
		{"one for each request, joined", serve(rt.Inner(graph.Par, query(), query())), nil},
		{"it queues at a semaphore", serve(rt.Each(graph.Each, "ids", rt.Hold(bulkhead, query()))), nil},
		{"the semaphore is taken before", serve(rt.Each(graph.Loop, "ids", rt.Hold(bulkhead, rt.Inner(graph.Spawn, query())))), nil},
		{"it only computes", serve(rt.Inner(graph.Spawn)), nil},
		{"a fixed number", serve(&graph.Step{Kind: graph.Each, Times: rt.Times(3), Steps: []*graph.Step{query()}}), nil},
		{"one at start-up", rt.System(rt.Service("shop", rt.Startup("main", rt.Inner(graph.Spawn, query()))), rt.Resource(graph.Datastore, "db", "mysql")), nil},
	})
}

func TestRetryAmplification(t *testing.T) {
	try := func(n float64, s *graph.Step) *graph.Step {
		return rt.Try(graph.Retry{Wait: "growing+jitter", Attempts: rt.Times(n), Capped: true}, s)
	}
	layers := func(web, order *graph.Step) *graph.System {
		return rt.System(rt.Service("web", rt.HTTP("POST /order", web)), rt.Service("order", rt.GRPC("o.Order/Place", order)), rt.Other("stock"))
	}
	place := func() *graph.Step { return rt.Call("order", "o.Order/Place") }
	take := func() *graph.Step { return rt.Call("stock", "s.Stock/Take") }
	swallows := try(3, take())
	swallows.Retry.Swallows = true
	checkRule(t, "retry-amplification", nil, []ruleCase{
		{"three times three", layers(try(3, place()), try(3, take())),
			[]string{"warning web.go:2: one request of POST /order asks stock up to 3 x 3 = 9 times: stable only below 1/9 of its capacity"}},
		{"one layer retries", layers(try(3, place()), take()), nil},
		{"the inner failure is never seen outside", layers(try(3, place()), swallows), nil},
		{"nobody waits for the inner one", layers(try(3, place()), rt.Inner(graph.Spawn, try(3, take()))), nil},
		{"side by side", layers(rt.Inner(graph.Seq, try(3, place()), try(3, place())), take()), nil},
		{"a poll is no retry", layers(rt.Try(graph.Retry{Class: "poll", Wait: "fixed"}, place()), try(3, take())), nil},
		{"code x client", layers(place(), try(2, try(4, take()))),
			[]string{"warning order.go:2: one request of o.Order/Place asks stock up to 2 x 4 = 8 times: stable only below 1/8 of its capacity"}},
		{"without an end", layers(try(3, place()), rt.Try(graph.Retry{Wait: "fixed"}, take())),
			[]string{"warning? web.go:2: one request of POST /order asks stock up to 3 x any number times: it recovers from no overload by itself"}},
	})
	checkRule(t, "retry-amplification", &rules.Options{Amplification: 10}, []ruleCase{{"nine is accepted", layers(try(3, place()), try(3, take())), nil}})
}

func TestUnretriableRetry(t *testing.T) {
	serve := func(idempotent, class string, s *graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Try(graph.Retry{Class: class, Wait: "growing+jitter", Attempts: rt.Times(3), Capped: true,
			Idempotent: idempotent, Why: "POST without a key"}, s))), rt.Other("pay"))
	}
	charge := func(mods ...rt.Mod) *graph.Step { return rt.Call("pay", "POST /charge", mods...) }
	checkRule(t, "unretriable-retry", nil, []ruleCase{
		{"a charge", serve("no", "retry", charge()),
			[]string{"warning shop.go:3: shop tries pay (POST /charge) again, 3 attempts, though a second time is not the same as once: POST without a key"}},
		{"in a helper", serve("no", "retry", charge(rt.Via("shop.charge", 30))),
			[]string{"warning at.go:30: shop tries pay (POST /charge) again, 3 attempts, though a second time is not the same as once: POST without a key"}},
		{"with a key", serve("yes", "retry", charge()), nil},
		{"not known", serve("unknown", "retry", charge()), nil},
		{"a read", serve("no", "retry", charge(func(s *graph.Step) { s.Effect = graph.Read })), nil},
		{"a poll", serve("no", "poll", charge()), nil},
	})
	checkRule(t, "unretriable-retry", &rules.Options{Idempotent: []string{"POST /charge"}}, []ruleCase{{"the user says that it may", serve("no", "retry", charge()), nil}})
}

func TestCPUAutoscaling(t *testing.T) {
	scaled := func(kinds []string, entries ...rt.Entry) *graph.System {
		s := &graph.Scaler{Kind: "HorizontalPodAutoscaler", Min: 2, Max: 9, Site: yaml(1)}
		for i, k := range kinds {
			s.Metrics = append(s.Metrics, graph.ScalerMetric{Kind: k, Target: 0.8, Site: yaml(10 + i)})
		}
		return rt.System(rt.ServiceWith(&graph.Service{ID: "shop", Scaler: s}, entries...), rt.Resource(graph.Datastore, "db", "mysql"))
	}
	waits := rt.HTTP("GET /a", rt.Get("db", "SELECT x"))
	works := func(name string) rt.Entry { return rt.HTTP("GET /" + name) }
	checkRule(t, "cpu-autoscaling", nil, []ruleCase{
		{"CPU alone, and all wait", scaled([]string{"cpu"}, waits), []string{"warning db.yaml:10: shop scales from 2 to 9 replicas on 80 % CPU, and 1 of its 1 endpoints wait for others: db"}},
		{"requests in flight", scaled([]string{"pods"}, waits), nil},
		{"CPU beside a queue's depth", scaled([]string{"cpu", "external"}, waits), nil},
		{"CPU and memory", scaled([]string{"memory", "cpu"}, waits, works("b"), rt.HTTP("GET /c", rt.Get("db", "SELECT y"))),
			[]string{"warning db.yaml:11: shop scales from 2 to 9 replicas on 80 % CPU, and 2 of its 3 endpoints wait for others: db"}},
		{"half of the endpoints only compute", scaled([]string{"cpu"}, waits, works("b")), nil},
		{"it calls nobody", scaled([]string{"cpu"}, works("b")), nil},
		{"what it calls it does not wait for", scaled([]string{"cpu"}, rt.HTTP("GET /a", rt.Inner(graph.Spawn, rt.Get("db", "SELECT x")))), nil},
	})
}
