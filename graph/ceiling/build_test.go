package ceiling_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

func at(file string, line int) graph.Site { return graph.Site{File: file, Line: line} }

func declared(v float64) *graph.Quantity {
	return graph.Exact(v, graph.Declared, at("coordlint.yaml", 3), "")
}

func derived(v float64) *graph.Quantity { return graph.Exact(v, graph.Derived, at("main.go", 7), "") }

func seq(steps ...*graph.Step) *graph.Step { return &graph.Step{Kind: graph.Seq, Steps: steps} }

func rpc(to, operation string) *graph.Step {
	return &graph.Step{Kind: graph.Call, To: to, EdgeKind: graph.EdgeGRPC, Operation: operation, Site: at("call.go", 5)}
}

func query(to string) *graph.Step {
	return &graph.Step{Kind: graph.Call, To: to, EdgeKind: graph.EdgeQuery, Operation: "SELECT t", Site: at("db.go", 9)}
}

func service(id string, replicas int) *graph.Service {
	return &graph.Service{ID: id, Language: "go", Replicas: &replicas, Site: at(id+".yaml", 1)}
}

// shop is a checkout that waits for four services; payment uses a database and
// a gateway with a declared limit.
func shop() *graph.System {
	forty := 40
	sys := &graph.System{Root: "shop",
		Services: []*graph.Service{service("checkout", 10), service("inventory", 4), service("payment", 5), service("quote", 4), service("shipping", 4)},
		Resources: []*graph.Resource{
			{ID: "payment-db", Kind: graph.Datastore, Technology: "postgres", Concurrency: declared(20), Time: graph.Exact(5, graph.Assumed, graph.Site{}, "")},
			{ID: "payment-gateway", Kind: graph.External, Technology: "http", Rate: declared(1000)},
		},
		Endpoints: []*graph.Endpoint{
			{Service: "checkout", Kind: graph.EndpointHTTP, Name: "POST /checkout", Body: seq(
				rpc("payment", "shop.Payment/Charge"), rpc("inventory", "shop.Inventory/Take"),
				rpc("shipping", "shop.Shipping/Ship"), rpc("quote", "shop.Quote/Get"))},
			{Service: "checkout", Kind: graph.EndpointHTTP, Name: "GET /healthz", Standard: true},
			{Service: "inventory", Kind: graph.EndpointGRPC, Name: "shop.Inventory/Take"},
			{Service: "payment", Kind: graph.EndpointGRPC, Name: "shop.Payment/Charge", Body: seq(query("payment-db"),
				&graph.Step{Kind: graph.Call, To: "payment-gateway", EdgeKind: graph.EdgeHTTP, Operation: "POST /charge", Site: at("gw.go", 3)})},
			{Service: "quote", Kind: graph.EndpointGRPC, Name: "shop.Quote/Get"},
			{Service: "shipping", Kind: graph.EndpointGRPC, Name: "shop.Shipping/Ship"},
		},
	}
	sys.Services[0].HPAMax = &forty
	return sys
}

func endpoint(sys *graph.System, name string) *graph.Endpoint {
	for _, e := range sys.Endpoints {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func line(t *testing.T, sys *graph.System, opt ceiling.Options, name string) ceiling.Path {
	t.Helper()
	for _, p := range ceiling.Ceilings(sys, opt) {
		if p.Entry == name {
			return p
		}
	}
	t.Fatalf("no path %s", name)
	return ceiling.Path{}
}

func TestLines(t *testing.T) {
	lock := func(scope, kind string, steps ...*graph.Step) *graph.Step {
		return &graph.Step{Kind: graph.Hold, Site: at("lock.go", 4), Steps: steps,
			Lock: &graph.LockInfo{ID: "main.mu", Name: "main.mu", Kind: kind, Scope: scope, Exclusive: true, Declared: at("lock.go", 1)}}
	}
	for _, c := range []struct {
		name   string
		change func(*graph.System, *ceiling.Options)
		want   string
	}{
		{"declared limit", func(*graph.System, *ceiling.Options) {},
			"POST /checkout <= 1000/s (payment-gateway limit, declared) - next 4000/s payment-db (assumed 5 ms) - separation 4" +
				" - at HPA max 1000, unlimited replicas 1000 - 4 sync calls, depth 1, 2 coordination points"},
		{"measured time", func(_ *graph.System, o *ceiling.Options) {
			o.Declarations.Numbers = []ceiling.Declared{{What: ceiling.WhatTime, Target: "payment-db", Value: graph.Quantity{Low: 40, High: 40, Source: graph.Measured}}}
		}, "POST /checkout <= 500/s (payment-db, measured 40 ms) - next 1000/s payment-gateway limit (declared) - separation 2" +
			" - at HPA max 500, unlimited replicas 500 - 4 sync calls, depth 1, 2 coordination points"},
		{"nothing is known", func(sys *graph.System, _ *ceiling.Options) { endpoint(sys, "shop.Payment/Charge").Body = nil },
			"POST /checkout no bound found (no station on the path has a capacity, and nothing shared is waited for) - 4 sync calls, depth 1, 0 coordination points"},
		{"capacity of the database is not known", func(sys *graph.System, _ *ceiling.Options) {
			sys.Resources[0].Concurrency, sys.Resources[1].Rate = nil, nil
		}, "POST /checkout <= c(payment-db)/(5 ms) (capacity not known: payment-db, payment-gateway; no bound found) - 4 sync calls, depth 1, 2 coordination points"},
		{"a process's lock over a call", func(sys *graph.System, _ *ceiling.Options) {
			endpoint(sys, "POST /checkout").Body = lock("process", "mutex", rpc("inventory", "/shop.Inventory/Take"))
		}, "POST /checkout <= 10/t(inventory.Take) = 1400/s (main.mu, assumed 7.1 ms; between 200 and 10000)" +
			" - at HPA max 5700, unlimited replicas no bound found - 1 sync call, depth 1, 0 coordination points"},
		{"a lock that all replicas share", func(sys *graph.System, _ *ceiling.Options) {
			endpoint(sys, "POST /checkout").Body = lock("service", "redis", rpc("inventory", "shop.Inventory/Take"))
		}, "POST /checkout <= 1/(t(lock main.mu) + t(inventory.Take)) = 98/s (main.mu, assumed 10 ms; between 17 and 500)" +
			" - at HPA max 98, unlimited replicas 98 - 1 sync call, depth 1, 1 coordination point"},
		{"a lock that is made per request", func(sys *graph.System, _ *ceiling.Options) {
			endpoint(sys, "POST /checkout").Body = lock("request", "mutex", rpc("payment", "shop.Payment/Charge"))
		}, "POST /checkout <= 1000/s (payment-gateway limit, declared) - next 4000/s payment-db (assumed 5 ms) - separation 4" +
			" - at HPA max 1000, unlimited replicas 1000 - 1 sync call, depth 1, 2 coordination points"},
		{"a query inside a transaction on the same pool", func(sys *graph.System, _ *ceiling.Options) {
			sys.Edges = []*graph.Edge{{From: "payment", To: "payment-db", Kind: graph.EdgeQuery, Pool: derived(10), Pooled: true}}
			tx := query("payment-db")
			tx.Tx = true
			endpoint(sys, "shop.Payment/Charge").Body = &graph.Step{Kind: graph.Hold, Site: at("tx.go", 2), Steps: []*graph.Step{tx, query("payment-db")},
				Lock: &graph.LockInfo{Kind: "transaction", Resource: "payment-db"}}
		}, "POST /checkout <= 1300/s (payment-db, assumed 15 ms) - next 2500/s payment -> payment-db pool (assumed 20 ms) - separation 1.9" +
			" - at HPA max 1300, unlimited replicas 1300 - 4 sync calls, depth 1, 1 coordination point" +
			" - deadlock: payment -> payment-db pool is taken 2 times at once, safe with 9 in flight on a replica"},
		{"once per element of data", func(sys *graph.System, _ *ceiling.Options) {
			endpoint(sys, "POST /checkout").Body = lock("service", "redis", &graph.Step{Kind: graph.Loop, Over: "items", Data: true, Steps: []*graph.Step{rpc("inventory", "shop.Inventory/Take")}})
		}, "POST /checkout <= 1/(t(lock main.mu) + n(items) x t(inventory.Take)) = 39/s (main.mu, assumed 26 ms; between 2 and 500)" +
			" - at HPA max 39, unlimited replicas 39 - 3.2 sync calls, depth 1, 1 coordination point"},
	} {
		t.Run(c.name, func(t *testing.T) {
			sys, opt := shop(), ceiling.Options{}
			c.change(sys, &opt)
			p := line(t, sys, opt, "POST /checkout")
			if got := p.Line(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestPathDetails(t *testing.T) {
	sys := shop()
	charge := endpoint(sys, "POST /checkout").Body.Steps[0]
	charge.Deadline = &graph.Deadline{Kind: "context", Time: derived(2000), Site: at("call.go", 4)}
	sys.Services[0].Slots = derived(10)
	endpoint(sys, "POST /checkout").Body = seq(&graph.Step{Kind: graph.Try, Steps: []*graph.Step{charge}, Site: at("retry.go", 1),
		Retry: &graph.Retry{Class: "retry", Attempts: derived(3)}})
	opt := ceiling.Options{Users: []int{1, 100}, Only: "POST /checkout"}
	if n := len(ceiling.Ceilings(sys, opt)); n != 1 {
		t.Errorf("%d paths, asked for one", n)
	}
	p := line(t, sys, opt, "POST /checkout")
	if !p.Entrance {
		t.Error("nothing calls it, and it is no entrance")
	}
	if p.Storm == nil || p.Storm.AllFail >= p.Storm.Healthy || p.Storm.Healthy != p.XBound || p.AmplifiedWorst != 3 {
		t.Errorf("storm %+v", p.Storm)
	}
	if len(p.Brownouts) == 0 || p.Brownouts[0].X > 100.0/6 {
		t.Errorf("100 slots that 3 attempts keep for 2 s each: %+v", p.Brownouts)
	}
	if p.Change == nil || p.Change.Gain > 7 || p.Change.Then == "" {
		t.Errorf("change %+v", p.Change)
	}
	if len(p.Curve) != 2 || !p.Curve[0].Value.X.Finite() {
		t.Errorf("curve %+v", p.Curve)
	}
	var db *ceiling.Station
	for i := range p.Stations {
		if p.Stations[i].Resource == "payment-db" {
			db = &p.Stations[i]
		}
	}
	if db == nil || db.Hold != at("db.go", 9) || db.From.Site != at("coordlint.yaml", 3) || db.Times != graph.Assumed {
		t.Errorf("station %+v", db)
	}
	if !slices.ContainsFunc(p.Assumptions, func(a ceiling.Assumption) bool { return a.Name == "t(payment-gateway)" && a.High == 500 }) {
		t.Errorf("assumptions %+v", p.Assumptions)
	}
}

// TestScaler: 4 replicas of 2 cores and 20 slots that a request keeps for 200 ms
// cannot exceed 400/s; 70 % of 8 cores is then 14 ms of each request.
func TestScaler(t *testing.T) {
	sys := &graph.System{Services: []*graph.Service{service("proxy", 4)}, Endpoints: []*graph.Endpoint{{Service: "proxy", Kind: graph.EndpointHTTP, Name: "GET /"}}}
	most := 20
	sys.Services[0].HPAMax, sys.Services[0].Slots, sys.Services[0].CPU = &most, derived(20), derived(2)
	sys.Services[0].Scaler = &graph.Scaler{Metrics: []graph.ScalerMetric{{Kind: "cpu", Target: 0.7}}}
	own := ceiling.Declared{What: ceiling.WhatTime, Target: "proxy", Value: *declared(200)}
	p := line(t, sys, ceiling.Options{Declarations: ceiling.Declarations{Numbers: []ceiling.Declared{own}}}, "GET /")
	if len(p.Scalers) != 1 || !same(p.Scalers[0].CPUMS, 14) || !same(float64(p.XBound), 400) {
		t.Errorf("bound %v, %+v", p.XBound, p.Scalers)
	}
	own.Value = *declared(198)
	cpu := ceiling.Declared{What: ceiling.WhatCPU, Service: "proxy", Value: *declared(2)}
	p = line(t, sys, ceiling.Options{Declarations: ceiling.Declarations{Numbers: []ceiling.Declared{own, cpu}}}, "GET /")
	if len(p.HPA) != 1 || p.HPA[0].Fires || !strings.Contains(p.Line(), "at HPA max 400, unlimited replicas no bound found") {
		t.Errorf("%s: %+v", p.Line(), p.HPA)
	}
}

func TestCircle(t *testing.T) {
	sys := &graph.System{Services: []*graph.Service{service("a", 1), service("b", 1)}, Endpoints: []*graph.Endpoint{
		{Service: "a", Kind: graph.EndpointGRPC, Name: "A/Do", Body: rpc("b", "B/Do")},
		{Service: "b", Kind: graph.EndpointGRPC, Name: "B/Do", Body: rpc("a", "A/Do")},
	}}
	sys.Services[0].Slots = derived(10)
	p := line(t, sys, ceiling.Options{}, "A/Do")
	if len(p.Deadlocks) != 1 || p.Deadlocks[0].SafeInFlight != 9 {
		t.Errorf("deadlocks %+v", p.Deadlocks)
	}
	if !slices.ContainsFunc(p.Assumptions, func(a ceiling.Assumption) bool { return strings.Contains(a.Text, "in a circle") }) {
		t.Errorf("the circle is not mentioned: %+v", p.Assumptions)
	}
}

func TestConsumers(t *testing.T) {
	sys := &graph.System{Services: []*graph.Service{service("api", 1), service("worker", 2)},
		Resources: []*graph.Resource{{ID: "orders", Kind: graph.Topic}},
		Endpoints: []*graph.Endpoint{
			{Service: "api", Kind: graph.EndpointHTTP, Name: "POST /orders", Body: &graph.Step{Kind: graph.Call, To: "orders", EdgeKind: graph.EdgePublish}},
			{Service: "worker", Kind: graph.EndpointConsume, Name: "orders", Topic: "orders"},
		}}
	sys.Services[1].Slots = derived(3)
	opt := ceiling.Options{Declarations: ceiling.Declarations{Numbers: []ceiling.Declared{{What: ceiling.WhatTime, Target: "worker", Operation: "orders", Value: *declared(20)}}}}
	p := line(t, sys, opt, "POST /orders")
	if !same(float64(p.XBound), 300) || p.Accept == nil || p.Accept.X.Finite() || p.SyncCalls != 0 {
		t.Errorf("bound %v, accepted %+v, %v calls", p.XBound, p.Accept, p.SyncCalls)
	}
}

// TestSharedSteps: a chain of functions of which each calls the next twice is
// evaluated in the size of the chain, not of its 2^60 ways.
func TestSharedSteps(t *testing.T) {
	body := seq(query("payment-db"), query("payment-db"), query("payment-db"))
	for range 60 {
		body = seq(body, body)
	}
	sys := shop()
	endpoint(sys, "POST /checkout").Body = body
	p := line(t, sys, ceiling.Options{}, "POST /checkout")
	if x := 20 / (5 * 3 * float64(uint64(1)<<60)) * 1000; !same(float64(p.XBound), x) {
		t.Errorf("bound %v, want %v", p.XBound, x)
	}
}

// layered is a system of that many services in layers, each with one endpoint
// that calls others below it.
func layered(services, calls int) *graph.System {
	sys := &graph.System{Root: "large"}
	for i := range 50 {
		sys.Resources = append(sys.Resources, &graph.Resource{ID: fmt.Sprintf("db%d", i), Kind: graph.Datastore, Concurrency: declared(8)})
	}
	for i := range services {
		id := fmt.Sprintf("s%d", i)
		sys.Services = append(sys.Services, service(id, 3))
		body := seq(query(fmt.Sprintf("db%d", i%50)))
		for k := range calls {
			if to := i + 1 + k*k%997; to < services {
				body.Steps = append(body.Steps, rpc(fmt.Sprintf("s%d", to), "S/Do"))
			}
		}
		sys.Endpoints = append(sys.Endpoints, &graph.Endpoint{Service: id, Kind: graph.EndpointGRPC, Name: "S/Do", Body: body})
	}
	return sys
}

func TestLargeSystem(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	start := time.Now()
	paths := ceiling.Ceilings(layered(1000, 31), ceiling.Options{})
	if len(paths) != 1000 || !paths[0].Entrance || !paths[0].XBound.Finite() {
		t.Errorf("%d paths, first %+v", len(paths), paths[0].Line())
	}
	t.Log(time.Since(start))
}

func BenchmarkCeilings(b *testing.B) {
	sys := layered(1000, 31)
	for b.Loop() {
		ceiling.Ceilings(sys, ceiling.Options{})
	}
}

func TestTogether(t *testing.T) {
	sys := shop()
	sys.Endpoints = append(sys.Endpoints, &graph.Endpoint{Service: "payment", Kind: graph.EndpointHTTP, Name: "GET /history", Body: seq(query("payment-db"), query("payment-db"))})
	opt := ceiling.Options{Declarations: ceiling.Declarations{
		Mix:   []ceiling.Share{{"POST /checkout", 1}, {"GET /history", 3}},
		Loads: []ceiling.Share{{"POST /checkout", 100}, {"payment http GET /history", 300}, {"GET /nothing", 1}},
	}}
	r, err := ceiling.Together(sys, opt)
	if err != nil {
		t.Fatal(err)
	}
	// One checkout takes 5 ms of the database and three histories 30 ms: 20 servers / 8.75 ms.
	if !same(float64(r.XBound), 20000/8.75) || len(r.Alone) != 2 || len(r.Region) != 2 {
		t.Errorf("bound %v, alone %+v, region %+v", r.XBound, r.Alone, r.Region)
	}
	breaks, unknown, err := ceiling.Breaks(sys, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(breaks) != 2 || breaks[0].Station != "payment-db" || !same(breaks[0].Factor, 20000/8.75/400) || !same(breaks[1].Factor, 10) {
		t.Errorf("breaks %+v", breaks)
	}
	if len(unknown) != 1 || unknown[0] != "GET /nothing" {
		t.Errorf("unknown %v", unknown)
	}
	opt.Declarations.Mix = []ceiling.Share{{"GET /nothing", 1}}
	if _, err := ceiling.Together(sys, opt); err == nil {
		t.Error("a mix of nothing that there is: no error")
	}
	p := line(t, sys, opt, "POST /checkout")
	if own := p.Breaks(200); len(own) != 2 || own[0].Label != "payment-gateway limit" || !same(own[0].Factor, 5) {
		t.Errorf("breaks of the path %+v", own)
	}
}

// TestDeclared: numbers from outside replace what the graph lacks or has, the
// more selective and then the more trusted first.
func TestDeclared(t *testing.T) {
	branch := &graph.Step{Kind: graph.Branch, Hit: true, Site: at("cache.go", 8), Steps: []*graph.Step{query("payment-db")}}
	loop := &graph.Step{Kind: graph.Loop, Data: true, Over: "items", Site: at("loop.go", 2), Steps: []*graph.Step{query("payment-db")}}
	retry := &graph.Step{Kind: graph.Try, Site: at("try.go", 2), Retry: &graph.Retry{Class: "retry", Attempts: derived(2)}, Steps: []*graph.Step{query("payment-db")}}
	number := func(what ceiling.What, d ceiling.Declared, v float64) ceiling.Declared {
		d.What, d.Value = what, *declared(v)
		return d
	}
	for _, c := range []struct {
		name    string
		body    *graph.Step
		numbers []ceiling.Declared
		want    float64
	}{
		{"nothing", query("payment-db"), nil, 4000},
		{"time of one operation", query("payment-db"), []ceiling.Declared{
			number(ceiling.WhatTime, ceiling.Declared{Target: "payment-db", Operation: "SELECT t"}, 10), number(ceiling.WhatTime, ceiling.Declared{Target: "payment-db"}, 40)}, 2000},
		{"measured counts more", query("payment-db"), []ceiling.Declared{
			{What: ceiling.WhatTime, Target: "payment-db", Value: graph.Quantity{Low: 20, High: 20, Source: graph.Measured}}, number(ceiling.WhatTime, ceiling.Declared{Target: "payment-db"}, 40)}, 1000},
		{"servers", query("payment-db"), []ceiling.Declared{number(ceiling.WhatServers, ceiling.Declared{Target: "payment-db"}, 5)}, 1000},
		{"rate", query("payment-db"), []ceiling.Declared{number(ceiling.WhatRate, ceiling.Declared{Target: "payment-db"}, 7)}, 7},
		{"hit ratio", branch, []ceiling.Declared{number(ceiling.WhatHit, ceiling.Declared{Service: "checkout"}, 0.9)}, 40000},
		{"branch", branch, []ceiling.Declared{number(ceiling.WhatProb, ceiling.Declared{Site: at("cache.go", 8)}, 0.5)}, 8000},
		{"rounds", loop, []ceiling.Declared{number(ceiling.WhatCount, ceiling.Declared{Site: at("loop.go", 2)}, 8)}, 500},
		{"failures", retry, []ceiling.Declared{number(ceiling.WhatFails, ceiling.Declared{Target: "payment-db"}, 0.25)}, 3200},
		{"slots, replicas and own work", nil, []ceiling.Declared{number(ceiling.WhatSlots, ceiling.Declared{Service: "checkout"}, 3),
			number(ceiling.WhatReplicas, ceiling.Declared{Service: "checkout"}, 2), number(ceiling.WhatTime, ceiling.Declared{Target: "checkout", Operation: "POST /checkout"}, 10)}, 600},
		{"time on a core", nil, []ceiling.Declared{number(ceiling.WhatCores, ceiling.Declared{Service: "checkout"}, 0.5),
			number(ceiling.WhatCPU, ceiling.Declared{Service: "checkout", Operation: "POST /checkout"}, 2)}, 2500},
	} {
		t.Run(c.name, func(t *testing.T) {
			sys := shop()
			endpoint(sys, "POST /checkout").Body = c.body
			p := line(t, sys, ceiling.Options{Declarations: ceiling.Declarations{Numbers: c.numbers}}, "POST /checkout")
			if !same(float64(p.XBound), c.want) {
				t.Errorf("bound %v, want %v", p.XBound, c.want)
			}
		})
	}
}
