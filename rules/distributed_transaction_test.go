package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestDistributedTransaction(t *testing.T) {
	shared := []rt.Part{
		rt.Service("pay", rt.GRPC("p.Pay/Charge", rt.Put("paydb", "INSERT charges")), rt.GRPC("p.Pay/Refund", rt.Put("paydb", "INSERT refunds")), rt.GRPC("p.Pay/Quote")),
		rt.Other("mail"),
		rt.Resource(graph.Datastore, "db", "postgres"), rt.Resource(graph.Datastore, "paydb", "postgres"),
		rt.Resource(graph.Cache, "redis", "redis"), rt.Resource(graph.Topic, "events", "kafka"), rt.Resource(graph.External, "vendor", "http"),
	}
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(append(shared, rt.Service("shop", rt.HTTP("POST /order", steps...)))...)
	}
	charge := func() *graph.Step { return rt.Call("pay", "p.Pay/Charge") }
	insert := func() *graph.Step { return rt.Put("db", "INSERT orders") }
	refund := rt.Call("pay", "p.Pay/Refund", func(s *graph.Step) { s.OnError = []int{2} })
	const undone = "; nothing undoes the first when a later one fails"
	checkRule(t, "distributed-transaction", nil, []ruleCase{
		{"a row here and a charge there", serve(insert(), charge()),
			[]string{"warning shop.go:2: POST /order writes to 2 places that must agree: db (INSERT orders), then p.Pay/Charge" + undone}},
		{"a row, then an event", serve(insert(), rt.Publish("events")),
			[]string{"warning shop.go:3: POST /order writes to 2 places that must agree: db (INSERT orders), then events (publish)" + undone}},
		{"an event from a goroutine is one too", serve(insert(), rt.Inner(graph.Spawn, rt.Publish("events"))),
			[]string{"warning shop.go:4: POST /order writes to 2 places that must agree: db (INSERT orders), then events (publish)" + undone}},
		{"an outbox", serve(rt.Put("db", "INSERT outbox"), rt.Publish("events")), nil},
		{"a saga", serve(charge(), insert(), refund),
			[]string{"note shop.go:2: POST /order writes to 2 places that must agree: p.Pay/Charge, then db (INSERT orders); compensated by p.Pay/Refund"}},
		{"a callee in another language, by its method's name", serve(insert(), rt.Call("mail", "m.Mail/SendReceipt", func(s *graph.Step) { s.Effect = graph.Write })),
			[]string{"warning shop.go:2: POST /order writes to 2 places that must agree: db (INSERT orders), then m.Mail/SendReceipt" + undone}},
		{"a cache beside its store", serve(rt.CachePut("redis", "set"), insert()),
			[]string{"note shop.go:2: POST /order writes to 2 places that must agree: redis (set), then db (INSERT orders)"}},
		{"two-phase commit", serve(insert(), rt.Put("paydb", "PREPARE TRANSACTION")),
			[]string{"warning shop.go:2: POST /order writes to 2 places that must agree: db (INSERT orders), then paydb (PREPARE TRANSACTION); by two-phase commit"}},
		{"two rows of one database", serve(insert(), rt.Put("db", "UPDATE stock")), nil},
		{"a callee that keeps nothing", serve(insert(), rt.Call("pay", "p.Pay/Quote")), nil},
		{"a read there", serve(insert(), rt.Get("paydb", "SELECT charges")), nil},
		{"a cache filled after a miss", serve(rt.CacheGet("redis"), rt.Miss(rt.Get("db", "SELECT orders"), rt.CachePut("redis", "set")), insert()), nil},
		{"a cache key dropped", serve(insert(), rt.CachePut("redis", "DEL")), nil},
		{"one or the other", serve(rt.Inner(graph.Branch, insert(), charge())), nil},
		{"one or the other for each item", serve(rt.Each(graph.Loop, "items", rt.Inner(graph.Branch, insert(), charge()))),
			[]string{"warning shop.go:4: POST /order writes to 2 places that must agree: db (INSERT orders), then p.Pay/Charge" + undone}},
		{"one or the other, then a third", serve(rt.Inner(graph.Branch, insert(), rt.Put("paydb", "INSERT charges")), rt.Publish("events")),
			[]string{"warning shop.go:5: POST /order writes to 2 places that must agree: db (INSERT orders), then events (publish)" + undone}},
		{"the second way writes to two", serve(rt.Inner(graph.Branch, insert(), rt.Inner(graph.Seq, rt.Put("db", "UPDATE orders"), charge()))),
			[]string{"warning shop.go:4: POST /order writes to 2 places that must agree: db (UPDATE orders), then p.Pay/Charge" + undone}},
		{"a call that says that it excludes the other", serve(rt.Put("db", "INSERT orders", rt.Numbered(1)), rt.Call("pay", "p.Pay/Charge", rt.Numbered(2), rt.Excluding(1))), nil},
		{"two messages", serve(rt.Publish("events"), rt.Publish("events")), nil},
	})
}
