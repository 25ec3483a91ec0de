package rules_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

// tangled is a system of n services in a row, each of which reaches its steps
// through 30 levels of helpers that call the next one twice: 2^30 ways.
func tangled(n int) *graph.System {
	parts := []rt.Part{rt.Resource(graph.Datastore, "db", "postgres"), rt.Resource(graph.Cache, "redis", "redis")}
	for i := range n {
		id, next := fmt.Sprintf("s%02d", i), fmt.Sprintf("s%02d", i+1)
		pool := graph.Retry{Wait: "fixed", Attempts: rt.Times(2), Capped: true, Idempotent: "no"}
		step := rt.Inner(graph.Seq,
			rt.Get("db", "SELECT a", rt.Numbered(1), rt.Bounded("request", "")),
			rt.Get("db", "SELECT b", rt.Numbered(2), rt.Bounded("none", "context.TODO")),
			rt.CacheGet("redis", rt.Numbered(3, 1)),
			rt.Put("db", "INSERT c", rt.Numbered(4, 2)),
			rt.Try(pool, rt.Call(next, next+".S/Get", rt.Numbered(5), rt.Answered(graph.AnswerDropped), rt.Bounded("request", ""))))
		kinds := []graph.StepKind{graph.Seq, graph.Par, graph.Branch, graph.Try, graph.Seq}
		for level := range 30 {
			fn := fmt.Sprintf("%s.f%d", id, level)
			call := func(line int) *graph.Step {
				s := rt.Inner(graph.Seq, step)
				rt.Via(fn, line)(s)
				s.Site = graph.Site{File: id + ".go", Line: line}
				return s
			}
			a, b := call(1000+2*level), call(1001+2*level)
			switch level % 7 {
			case 3:
				step = rt.Hold(rt.Mutex(fn+".mu"), a, b)
			case 5:
				step = rt.Each(graph.Loop, fn, a, b)
			case 6:
				step = rt.Each(graph.Loop, fn, a, rt.Inner(graph.Spawn, b))
			default:
				step = rt.Inner(kinds[level%5], a, b)
			}
			if step.Kind == graph.Try {
				step.Retry = &graph.Retry{Class: "retry", Wait: "none", Attempts: rt.Times(2), Capped: true}
			}
		}
		parts = append(parts, rt.Service(id, rt.GRPC(id+".S/Get", step)))
	}
	parts = append(parts, rt.Other(fmt.Sprintf("s%02d", n)))
	return rt.System(parts...)
}

// Every rule's cost grows with the steps, not with the ways through them.
func TestTangledSystem(t *testing.T) {
	sys := tangled(20)
	ix := time.Now()
	for _, r := range rules.All() {
		start := time.Now()
		first := r.Run(sys, nil)
		took := time.Since(start)
		t.Logf("%-24s %5d findings %v", r.Name, len(first), took)
		if took > 5*time.Second {
			t.Errorf("%s took %v", r.Name, took)
		}
		if again := r.Run(sys, nil); !reflect.DeepEqual(first, again) {
			t.Errorf("%s: a second run differs", r.Name)
		}
	}
	t.Logf("all %v", time.Since(ix))
}

func TestIdentities(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range rules.Run(tangled(3), nil, rules.All()) {
		if seen[f.Identity] {
			t.Errorf("two findings are %s", f.Identity)
		}
		seen[f.Identity] = true
		checkFinding(t, &f)
	}
}

// A function that calls itself makes a tree that contains itself.
func TestRecursiveBody(t *testing.T) {
	for _, kind := range []graph.StepKind{graph.Seq, graph.Par, graph.Branch, graph.Loop, graph.Each, graph.Hold, graph.Try, graph.Spawn} {
		walk := rt.Inner(kind, rt.Get("db", "SELECT a", rt.Numbered(1)), rt.Put("db", "INSERT b", rt.Numbered(2)), rt.Call("tree", "t.Tree/Walk", rt.Numbered(3)))
		walk.Data = true
		walk.Steps = append(walk.Steps, walk)
		m := rt.Mutex("mu")
		walk.Lock = &m
		walk.Retry = &graph.Retry{Class: "retry", Wait: "none", Attempts: rt.Times(3), Capped: true, Idempotent: "no"}
		sys := rt.System(rt.Service("tree", rt.GRPC("t.Tree/Walk", walk), rt.Background("tree.run", walk)), rt.Resource(graph.Datastore, "db", "postgres"))
		for _, f := range rules.Run(sys, nil, rules.All()) {
			checkFinding(t, &f)
		}
	}
}
