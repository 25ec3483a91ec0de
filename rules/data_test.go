package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func yaml(line int) graph.Site { return graph.Site{File: "db.yaml", Line: line} }

func TestSingleNodeDatabase(t *testing.T) {
	node := func(kind, technology string, n float64, mods ...func(*graph.Resource)) rt.Part {
		return rt.Resource(kind, "db", technology, append([]func(*graph.Resource){func(r *graph.Resource) {
			r.Workload, r.Nodes, r.Persistent = "StatefulSet/db", graph.Exact(n, graph.Declared, yaml(4), ""), true
		}}, mods...)...)
	}
	shop := rt.Service("shop", rt.HTTP("GET /", rt.Get("db", "SELECT x")))
	carts := rt.Service("cart", rt.HTTP("GET /", rt.CacheGet("db")))
	checkRule(t, "single-node-database", nil, []ruleCase{
		{"one pod", rt.System(shop, node(graph.Datastore, "postgres", 1)),
			[]string{"warning db.yaml:4: db (postgres) runs as one node with no replica; used by shop"}},
		{"one pod without a disk", rt.System(shop, node(graph.Datastore, "redis", 1, func(r *graph.Resource) { r.Persistent = false })),
			[]string{"warning db.yaml:4: db (redis) runs as one node with no replica; used by shop; its data goes with the pod"}},
		{"three nodes", rt.System(shop, node(graph.Datastore, "postgres", 3)), nil},
		{"one primary with replicas", rt.System(shop, node(graph.Datastore, "postgres", 1, func(r *graph.Resource) { r.ReplicasNode = rt.Times(2) })), nil},
		{"managed elsewhere", rt.System(shop, rt.Resource(graph.Datastore, "db", "postgres")), nil},
		{"deployed and unused", rt.System(node(graph.Datastore, "mysql", 1)), nil},
		{"a cache that is all a service has", rt.System(carts, node(graph.Cache, "redis", 1)),
			[]string{"warning db.yaml:4: db (redis) runs as one node with no replica; used by cart"}},
		{"a cache in front of a store", rt.System(rt.Service("cart", rt.HTTP("GET /", rt.CacheGet("db"), rt.Get("pg", "SELECT x"))),
			rt.Resource(graph.Datastore, "pg", "postgres"), node(graph.Cache, "redis", 1)), nil},
		{"a memcached", rt.System(carts, node(graph.Cache, "memcached", 1)), nil},
	})
}

func TestConnectionBudget(t *testing.T) {
	n := func(i int) *int { return &i }
	service := func(id string, replicas, hpa *int) rt.Part {
		return rt.ServiceWith(&graph.Service{ID: id, Replicas: replicas, HPAMax: hpa}, rt.HTTP("GET /"))
	}
	pool := func(from string, size *graph.Quantity) rt.Part {
		return rt.Edge(&graph.Edge{From: from, To: "db", Kind: graph.EdgeQuery, Sync: true, Certain: true, Pooled: true, Pool: size,
			PoolSite: graph.Site{File: from + ".go", Line: 9}, FromEndpoints: []string{"GET /"}})
	}
	declared := rt.Resource(graph.Datastore, "db", "postgres", func(r *graph.Resource) {
		r.MaxConnections = graph.Exact(100, graph.Declared, yaml(7), "max_connections")
	})
	assumed := rt.Resource(graph.Datastore, "db", "postgres")
	checkRule(t, "connection-budget", nil, []ruleCase{
		{"two services at their scalers' maxima", rt.System(service("a", n(1), n(4)), service("b", n(2), nil), pool("a", rt.Times(20)), pool("b", rt.Times(15)), declared),
			[]string{"error a.go:9: db accepts 100 connections and may be asked for 110: a 20 x 4 + b 15 x 2"}},
		{"smaller pools", rt.System(service("a", n(1), n(4)), service("b", n(2), nil), pool("a", rt.Times(10)), pool("b", rt.Times(15)), declared), nil},
		{"the same against a default", rt.System(service("a", n(3), nil), pool("a", rt.Times(40)), assumed),
			[]string{"warning? a.go:9: db accepts 100 (assumed) connections and may be asked for 120: a 40 x 3"}},
		{"one replica of a driver's default", rt.System(service("a", n(1), nil), pool("a", rt.Times(64)), declared), nil},
		{"no bound", rt.System(service("a", n(3), nil), pool("a", nil), declared),
			[]string{"warning a.go:9: a opens connections to db without a bound (the library's default), from 3 replicas; it accepts 100"}},
		{"no limit is known", rt.System(service("a", n(9), nil), pool("a", rt.Times(500)), rt.Resource(graph.Datastore, "db", "mongodb")), nil},
		{"no pool at all", rt.System(service("a", n(9), nil), rt.Edge(&graph.Edge{From: "a", To: "db", Kind: graph.EdgeQuery, Certain: true}), declared), nil},
	})
}

func TestSequenceID(t *testing.T) {
	counter := func(c graph.Counter) *graph.System {
		c.Name, c.Site, c.Uses = "orders.id", graph.Site{File: "schema.sql", Line: 3}, []graph.Site{{File: "store.go", Line: 8}}
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Put("db", "INSERT orders"))),
			rt.Resource(graph.Datastore, "db", "mysql", func(r *graph.Resource) { r.Counters = []graph.Counter{c} }))
	}
	owners := []graph.Ref{{Service: "shop", Endpoint: "POST /order"}}
	checkRule(t, "sequence-id", nil, []ruleCase{
		{"AUTO_INCREMENT on a write path", counter(graph.Counter{Kind: "auto-increment", Owners: owners}),
			[]string{"warning store.go:8: ids of POST /order come one after another from orders.id of db (auto-increment)"}},
		{"ids made locally", rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Put("db", "INSERT orders"))), rt.Resource(graph.Datastore, "db", "mysql")), nil},
		{"a version counter of one entity", counter(graph.Counter{Kind: "row", Keyed: true, Owners: owners}), nil},
		{"filled at start-up only", counter(graph.Counter{Kind: "auto-increment"}), nil},
	})
}

func TestHotPartition(t *testing.T) {
	keyed := func(kind string) rt.Mod {
		return func(s *graph.Step) { s.Partition = &graph.Partition{Kind: kind, Text: `"orders"`} }
	}
	topic := rt.Resource(graph.Topic, "events", "kafka")
	serve := func(s *graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", s)), topic)
	}
	checkRule(t, "hot-partition", nil, []ruleCase{
		{"a constant key", serve(rt.Publish("events", keyed("constant"))),
			[]string{`warning shop.go:2: shop writes to events (publish) under a partition key that is the same for every request: "orders"`}},
		{"the order's id", serve(rt.Publish("events", keyed("request"))), nil},
		{"not known", serve(rt.Publish("events", keyed("unknown"))), nil},
		{"no key: spread over all", serve(rt.Publish("events")), nil},
		{"read from one partition", serve(rt.Get("events", "poll", keyed("constant"))), nil},
		{"at start-up", rt.System(rt.Service("shop", rt.Startup("main", rt.Publish("events", keyed("constant")))), topic), nil},
	})
}

func TestGlobalIndex(t *testing.T) {
	index := func(columns, partition string) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /order", rt.Put("db", "INSERT orders"))),
			rt.Resource(graph.Datastore, "db", "cockroachdb", func(r *graph.Resource) {
				r.Indexes = []graph.TableIndex{{Name: "orders_email", Table: "orders", Unique: true, Columns: columns, Partition: partition, Site: yaml(5)}}
				r.Tables = []graph.Use{{Name: "orders", Service: "shop", Writes: true}}
			}))
	}
	checkRule(t, "global-index", nil, []ruleCase{
		{"unique over all partitions", index("email", "tenant"),
			[]string{"warning db.yaml:5: unique index orders_email (email) of db spans the partitions of orders (tenant); written by shop"}},
		{"unique in each partition", index("tenant, email", "tenant"), nil},
		{"a table that is not partitioned", index("email", ""), nil},
		{"all of the key, in another order", index("email,Region,tenant", "tenant,region"), nil},
	})
}

func TestLocalCache(t *testing.T) {
	cache := func(backed, invalidation, excused string) *graph.System {
		return rt.System(rt.ServiceWith(&graph.Service{ID: "shop", State: []graph.State{{Name: "m/shop.prices", Kind: "map", Site: yaml(2), Certain: true,
			Writers: []string{"GET /"}, Readers: []string{"GET /"}, Request: true, Backed: backed, Invalidation: invalidation, Excused: excused}}}, rt.HTTP("GET /")))
	}
	checkRule(t, "local-cache", nil, []ruleCase{
		{"never told", cache("db", "", ""), []string{"note db.yaml:2: shop keeps a copy of db in shop.prices in each replica and never learns of changes; read by GET /"}},
		{"every replica is told", cache("db", "broadcast", ""),
			[]string{"warning db.yaml:2: shop keeps a copy of db in shop.prices in each replica, which every replica must be told to drop at each change; read by GET /"}},
		{"it expires", cache("db", "ttl", ""), nil},
		{"compared with the store first", cache("db", "checked", ""), nil},
		{"no copy of anything: state", cache("", "", ""), nil},
		{"a memo of a pure function", cache("db", "", "memo"), nil},
	})
}
