package rules_test

import (
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

func TestGlobalLock(t *testing.T) {
	db := rt.Resource(graph.Datastore, "db", "postgres")
	serve := func(steps ...*graph.Step) *graph.System {
		return rt.System(rt.Service("shop", rt.HTTP("POST /ticket", steps...)), db)
	}
	lock := func(change func(*graph.LockInfo)) graph.LockInfo {
		l := rt.Mutex("example.com/shop/stock.mu")
		change(&l)
		return l
	}
	query := func() *graph.Step { return rt.Get("db", "SELECT stock", rt.Taking(5)) }
	mutex := lock(func(*graph.LockInfo) {})
	read := lock(func(l *graph.LockInfo) { l.Kind, l.Exclusive = "rwmutex-read", false })
	const found = "error shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica, while it waits for db (SELECT stock): held 5 ms, at most 200/s"
	checkRule(t, "global-lock", nil, []ruleCase{
		{"a mutex over a query", serve(rt.Hold(mutex, query())), []string{found}},
		{"the query before the lock", serve(query(), rt.Hold(mutex)),
			[]string{"note shop.go:3: stock.mu lets requests of POST /ticket pass one at a time in each replica; memory only"}},
		{"a lock in redis with a constant key", serve(rt.Hold(lock(func(l *graph.LockInfo) {
			l.Kind, l.Scope = "redis", "service"
		}), query())), []string{"error shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in the whole system, while it waits for db (SELECT stock): held 5 ms, at most 200/s"}},
		{"a lock chosen by the request", serve(rt.Hold(lock(func(l *graph.LockInfo) { l.Scope = "keyed" }), query())), nil},
		{"a lock of the request's own goroutines", serve(rt.Hold(lock(func(l *graph.LockInfo) { l.Scope = "request" }), query())), nil},
		{"a bulkhead of ten", serve(rt.Hold(lock(func(l *graph.LockInfo) { l.Kind, l.Servers = "channel", rt.Times(10) }), query())), nil},
		{"only where a cache is cold", serve(rt.Hold(lock(func(l *graph.LockInfo) { l.Guarded = true }), query())),
			[]string{"warning shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica, where its guard does not hold, while it waits for db (SELECT stock): held 5 ms, at most 200/s"}},
		{"readers alone let one another pass", serve(rt.Hold(read, query())), nil},
		{"a file read is a wait", serve(rt.Hold(lock(func(l *graph.LockInfo) { l.IO, l.IOWhat = true, "os.ReadFile" }))),
			[]string{"error shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica, while it waits for os.ReadFile"}},
		{"a goroutine that nobody waits for", serve(rt.Hold(mutex, rt.Inner(graph.Spawn, query()))),
			[]string{"note shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica; memory only"}},
		{"taken at start-up only", rt.System(rt.Service("shop", rt.Startup("main", rt.Hold(mutex, query()))), db), nil},
		{"a background refresh holds up the requests", rt.System(rt.Service("shop",
			rt.Background("refresh", rt.Hold(mutex, query())), rt.HTTP("POST /ticket", rt.Hold(mutex))), db),
			[]string{"error shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica, while it waits for db (SELECT stock): held 5 ms, at most 200/s"}},
		{"unknown times are intervals", serve(rt.Hold(mutex, rt.Get("db", "SELECT stock"))),
			[]string{"error shop.go:2: stock.mu lets requests of POST /ticket pass one at a time in each replica, while it waits for db (SELECT stock): held 0.5 to 10 ms (assumed), at most 100 to 2000/s"}},
		{"two functions, one lock", serve(rt.Hold(mutex, query()), rt.Hold(mutex, query())), []string{found}},
	})
}

// An ignore comment at one of several holds of a lock silences that place.
func TestGlobalLockIgnoredAtOnePlace(t *testing.T) {
	hold := func(line int) *graph.Step {
		s := rt.Hold(rt.Mutex("example.com/shop/stock.mu"), rt.Get("db", "SELECT stock", rt.Taking(5)))
		s.Site = graph.Site{File: "stock.go", Line: line, Col: 1}
		return s
	}
	sys := rt.System(rt.Service("shop", rt.HTTP("POST /ticket", hold(10)), rt.HTTP("POST /refund", hold(20)), rt.HTTP("POST /swap", hold(30))),
		rt.Resource(graph.Datastore, "db", "postgres"))
	const held = " in each replica, while it waits for db (SELECT stock): held 5 ms, at most 200/s"
	ignore := rules.Directive{Rules: []string{"global-lock"}, Reason: "one clerk", Source: rules.FromComment, File: "stock.go", FromLine: 20, ToLine: 20}
	checkRule(t, "global-lock", nil, []ruleCase{{"none", sys, []string{
		"error stock.go:20:1: stock.mu lets requests of POST /refund, POST /swap and POST /ticket pass one at a time" + held}}})
	checkRule(t, "global-lock", &rules.Options{Directives: []rules.Directive{ignore}}, []ruleCase{{"one", sys, []string{
		"error stock.go:20:1: stock.mu lets requests of POST /refund pass one at a time" + held,
		"error stock.go:30:1: stock.mu lets requests of POST /swap and POST /ticket pass one at a time" + held}}})
}

// The time held is that of all steps inside, those of callees included.
func TestTimeHeld(t *testing.T) {
	get := func(ms float64) *graph.Step { return rt.Get("db", "SELECT x", rt.Taking(ms)) }
	loop := rt.Inner(graph.Loop, get(5))
	loop.Times = rt.Times(3)
	recursive := rt.Inner(graph.Seq, get(5))
	recursive.Steps = append(recursive.Steps, recursive)
	wait := &graph.Step{Kind: graph.Wait, Time: rt.Times(30)}
	tests := []struct {
		name, want string
		step       *graph.Step
	}{
		{"one after another", "12 ms, at most 83.33/s", rt.Inner(graph.Seq, get(5), get(7))},
		{"at the same time", "7 ms, at most 142.9/s", rt.Inner(graph.Par, get(5), get(7))},
		{"one or the other", "5 to 7 ms, at most 142.9 to 200/s", rt.Inner(graph.Branch, get(5), get(7))},
		{"perhaps", "0 to 5 ms, at most 200/s", rt.Inner(graph.Branch, get(5))},
		{"three rounds", "15 ms, at most 66.67/s", loop},
		{"some rounds", "5 ms (assumed), at most 200/s", rt.Each(graph.Loop, "ids", get(5))},
		{"a sleep", "30 ms, at most 33.33/s", wait},
		{"a recursion is taken once", "5 ms, at most 200/s", recursive},
		{"a goroutine beside", "5 ms, at most 200/s", rt.Inner(graph.Seq, get(5), rt.Inner(graph.Spawn, get(50)))},
		{"a callee", "6 to 55 ms (assumed), at most 18.18 to 166.7/s", rt.Call("pay", "p.Pay/Charge")},
		{"an external system", "20 to 500 ms (assumed), at most 2 to 50/s", rt.Call("vendor", "POST /charge")},
		{"a cache", "0.1 to 1 ms (assumed), at most 1000 to 10000/s", rt.CacheGet("redis")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sys := rt.System(rt.Service("shop", rt.HTTP("POST /ticket", rt.Hold(rt.Mutex("mu"), tt.step))), rt.Service("pay", rt.GRPC("p.Pay/Charge", get(5))),
				rt.Resource(graph.Datastore, "db", "postgres"), rt.Resource(graph.Cache, "redis", "redis"), rt.Resource(graph.External, "vendor", "http"))
			got := rt.Lines("global-lock", sys, nil)
			if len(got) != 1 || !strings.HasSuffix(got[0], ": held "+tt.want) {
				t.Errorf("got %q, want held %s", got, tt.want)
			}
		})
	}
}
