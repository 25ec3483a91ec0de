package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestSharedDatabase(t *testing.T) {
	uses := func(us ...graph.Use) func(*graph.Resource) {
		return func(r *graph.Resource) { r.Tables = us }
	}
	orders := rt.Service("orders", rt.GRPC("o.Orders/Put", rt.Put("db", "INSERT orders")))
	ships := rt.Service("ships", rt.GRPC("s.Ships/Get", rt.Get("db", "SELECT orders")))
	writes := graph.Use{Name: "orders", Service: "orders", Writes: true}
	reads := graph.Use{Name: "orders", Service: "ships", Reads: true}
	other := graph.Use{Name: "parcels", Service: "ships", Writes: true}
	opened := rt.Edge(&graph.Edge{From: "orders", To: "db", Kind: graph.EdgeQuery, Certain: true, FromEndpoints: []string{"o.Orders/Put"},
		Opened: []graph.Site{{File: "main.go", Line: 9}}, Sites: []graph.Site{{File: "store.go", Line: 3}}})
	db := func(mods ...func(*graph.Resource)) rt.Part {
		return rt.Resource(graph.Datastore, "db", "postgres", mods...)
	}
	const head = "db (postgres) is used by 2 services: orders and ships"
	common := rt.System(orders, ships, db(uses(writes, reads)))
	checkRule(t, "shared-database", nil, []ruleCase{
		{"one table, one writer", common, []string{"error orders.go:2: " + head + "; in common: orders; written by orders"}},
		{"where it is opened", rt.System(orders, ships, opened, db()), []string{"error main.go:9: " + head}},
		{"one database, a table each", rt.System(orders, ships, db(uses(writes, other))),
			[]string{"warning orders.go:2: " + head + "; no table that one writes is used by another; written by orders and ships"}},
		{"one server, a database each", rt.System(
			rt.Service("orders", rt.GRPC("o.Orders/Put", rt.Put("orders-db", "INSERT orders"))),
			rt.Service("ships", rt.GRPC("s.Ships/Get", rt.Get("ships-db", "SELECT orders"))),
			rt.Resource(graph.Datastore, "orders-db", "postgres", func(r *graph.Resource) { r.Server = "postgres db:5432" }),
			rt.Resource(graph.Datastore, "ships-db", "postgres", func(r *graph.Resource) { r.Server = "postgres db:5432" }),
		), nil},
		{"one service", rt.System(orders, db()), nil},
		{"each container's own machine, and one store deployed", rt.System(orders, ships, db(uses(writes, reads)),
			rt.Edge(&graph.Edge{From: "ships", To: "db", Kind: graph.EdgeQuery, Assumed: true, FromEndpoints: []string{"s.Ships/Get"}})), nil},
		{"one cache, own keys", rt.System(
			rt.Service("a", rt.HTTP("GET /a", rt.CacheGet("redis"))), rt.Service("b", rt.HTTP("GET /b", rt.CacheGet("redis"))),
			rt.Resource(graph.Cache, "redis", "redis", uses(graph.Use{Name: "a:", Service: "a", Writes: true}, graph.Use{Name: "b:", Service: "b", Writes: true})),
		), nil},
		{"a queue is there to be shared", rt.System(
			rt.Service("a", rt.HTTP("POST /a", rt.Publish("jobs"))), rt.Service("b", rt.Consume("jobs")),
			rt.Resource(graph.Queue, "jobs", "redis"),
		), nil},
		{"one program deployed twice", rt.System(
			rt.ServiceWith(&graph.Service{ID: "u-http", Main: "cmd/u"}, rt.HTTP("GET /u", rt.Get("db", "SELECT u"))),
			rt.ServiceWith(&graph.Service{ID: "u-grpc", Main: "cmd/u"}, rt.GRPC("u.U/Get", rt.Get("db", "SELECT u"))),
			db(),
		), []string{"warning u-grpc.go:2: db (postgres) is used by 2 services: u-grpc and u-http; one program, deployed 2 times"}},
	})
	fact := &rules.Options{Accepted: []rules.Accepted{{Fact: rules.SharedReadOnly, Subject: "db", Reason: "reports read it"}}}
	checkRule(t, "shared-database", fact, []ruleCase{
		{"stated to be read only, one writer", common, nil},
		{"stated to be read only, two writers", rt.System(orders, ships, db(uses(writes, other))),
			[]string{"warning orders.go:2: " + head + "; no table that one writes is used by another; written by orders and ships"}},
	})
}
