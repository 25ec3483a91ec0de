package ceiling_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// TestEitherBoundsEveryMix replaces the parallel parts of random models by
// alternatives: whatever shares their ways have, the bound is between those of
// the dearest and of the cheapest split.
func TestEitherBoundsEveryMix(t *testing.T) {
	for seed := range uint64(models) {
		bound := func(split float64) ceiling.Value {
			m := randomModel(seed, false)
			eachPar(m, func(s *ceiling.Step) *ceiling.Step {
				return &ceiling.Step{Kind: ceiling.StepEither, N: ceiling.Of(split), Branches: s.Branches}
			})
			return solved(t, m).XBound
		}
		dearest, cheapest := bound(1), bound(0)
		for mix := range uint64(4) {
			rng := rand.New(rand.NewPCG(seed, mix))
			m := randomModel(seed, false)
			eachPar(m, func(s *ceiling.Step) *ceiling.Step {
				out := &ceiling.Step{Kind: ceiling.StepRepeat, N: ceiling.Of(1)}
				rest := 1.0
				for i, b := range s.Branches {
					share := rest
					if i+1 < len(s.Branches) {
						share *= rng.Float64()
					}
					rest -= share
					out.Steps = append(out.Steps, &ceiling.Step{Kind: ceiling.StepProb, N: ceiling.Of(share), Steps: b})
				}
				return out
			})
			if x := solved(t, m).XBound; !atMost(dearest, x) || !atMost(x, cheapest) {
				t.Errorf("seed %d, mix %d: %v is not between %v and %v", seed, mix, x, dearest, cheapest)
			}
		}
		if mid := bound(0.5); !atMost(dearest, mid) || !atMost(mid, cheapest) {
			t.Errorf("seed %d: equal shares %v are not between %v and %v", seed, mid, dearest, cheapest)
		}
	}
}

func eachPar(m *ceiling.Model, f func(*ceiling.Step) *ceiling.Step) {
	var walk func(list []*ceiling.Step)
	walk = func(list []*ceiling.Step) {
		for i, s := range list {
			walk(s.Steps)
			for _, b := range s.Branches {
				walk(b)
			}
			if s.Kind == ceiling.StepPar {
				list[i] = f(s)
			}
		}
	}
	for _, o := range m.Operations {
		walk(o.Steps)
	}
}

// TestBranches: the two arms of a branch never add up, and what is done after
// a failure is told and not counted.
func TestBranches(t *testing.T) {
	use := func(to string) *graph.Step {
		return &graph.Step{Kind: graph.Call, To: to, EdgeKind: graph.EdgeQuery, Operation: "SELECT t", Site: at("db.go", 9)}
	}
	branch := func(b graph.Step, ways ...*graph.Step) *graph.Step {
		b.Kind, b.Steps, b.Site = graph.Branch, ways, at("arm.go", 4)
		return &b
	}
	for _, test := range []struct {
		name           string
		body           *graph.Step
		low, mid, high float64
	}{
		{"either of one store", branch(graph.Step{}, use("a"), use("a")), 100, 100, 100},
		{"either of two stores", branch(graph.Step{}, use("a"), use("b")), 50, 100, -1},
		{"one way costs twice", branch(graph.Step{}, use("a"), seq(use("a"), use("a"))), 50, 100 / 1.5, 100},
		{"and another for all", seq(branch(graph.Step{}, use("a"), seq(use("a"), use("a"))), use("a")), 100 / 3.0, 40, 50},
		{"or none", branch(graph.Step{Skip: true}, use("a"), seq(use("a"), use("a"))), 50, 100, -1},
		{"through a service", branch(graph.Step{}, rpc("far", "far.F/One"), rpc("far", "far.F/Two")), 50, 100 / 1.5, 100},
		{"after a failure", seq(use("a"), branch(graph.Step{Fails: true}, use("a"))), 100, 100, 100},
	} {
		sys := &graph.System{Root: "arms", Services: []*graph.Service{service("near", 1), service("far", 1)},
			Resources: []*graph.Resource{
				{ID: "a", Kind: graph.Datastore, Concurrency: declared(1), Time: derived(10)},
				{ID: "b", Kind: graph.Datastore, Concurrency: declared(1), Time: derived(20)},
			},
			Endpoints: []*graph.Endpoint{
				{Service: "near", Kind: graph.EndpointHTTP, Name: "GET /", Body: test.body},
				{Service: "far", Kind: graph.EndpointGRPC, Name: "far.F/One", Body: use("a")},
				{Service: "far", Kind: graph.EndpointGRPC, Name: "far.F/Two", Body: seq(use("a"), use("a"))},
			}}
		paths := ceiling.Ceilings(sys, ceiling.Options{Only: "near http GET /"})
		if len(paths) != 1 {
			t.Fatal(paths)
		}
		p := paths[0]
		got := fmt.Sprintf("%.4g %.4g %.4g", p.XLow, p.XBound, p.XHigh)
		want := fmt.Sprintf("%.4g %.4g %.4g", test.low, test.mid, ceiling.Value(test.high))
		if test.high < 0 {
			want = fmt.Sprintf("%.4g %.4g %.4g", test.low, test.mid, ceiling.None())
		}
		if got != want {
			t.Errorf("%s: %s, want %s", test.name, got, want)
		}
		if told := len(p.NotModelled) > 0; told != (test.name == "after a failure") {
			t.Errorf("%s: not modelled: %v", test.name, p.NotModelled)
		}
	}
}
