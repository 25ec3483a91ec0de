package rules_test

import (
	"testing"

	"github.com/coordlint/coordlint/graph"
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
