package graph_test

import (
	"fmt"
	"testing"

	"github.com/coordlint/coordlint/graph"
)

// A helper that is called twice at each of 40 levels has 2^40 ways and 41 steps.
func TestWalkIsLinearInSharedTrees(t *testing.T) {
	step := &graph.Step{Kind: graph.Call, To: "db"}
	for range 40 {
		step = &graph.Step{Kind: graph.Seq, Steps: []*graph.Step{step, step}}
	}
	visits := 0
	graph.Walk(step, false, func(p *graph.Place, k bool) (bool, bool) {
		visits++
		return k, true
	})
	if visits != 41 {
		t.Errorf("visited %d steps, want 41", visits)
	}
}

func TestAnchor(t *testing.T) {
	site := func(line int) graph.Site { return graph.Site{File: "f.go", Line: line} }
	frame := func(fn string, line int) graph.Frame { return graph.Frame{Func: fn, Site: site(line)} }
	tests := []struct {
		name  string
		stack []graph.Frame
		line  int
		fn    string
	}{
		{"the call itself", nil, 99, "p.leaf"},
		{"a helper's call", []graph.Frame{frame("p.helper", 10), frame("p.leaf", 20)}, 10, "p.lock"},
		{"a callback belongs to its text", []graph.Frame{frame("q.Handle$1", 10), frame("p.helper", 20)}, 20, "q.Handle$1"},
		{"a call in a callback", []graph.Frame{frame("q.Handle$1", 10)}, 99, "p.leaf"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			hold := &graph.Place{Step: &graph.Step{Kind: graph.Hold, Func: "p.lock"}}
			call := &graph.Place{Step: &graph.Step{Kind: graph.Call, Site: site(99), Func: "p.leaf", Stack: tt.stack}, Up: hold}
			got, fn := call.Anchor(hold)
			if got != site(tt.line) || fn != tt.fn {
				t.Errorf("Anchor = %v in %s, want line %d in %s", got, fn, tt.line, tt.fn)
			}
		})
	}
}

func TestTargets(t *testing.T) {
	sys := &graph.System{
		Services: []*graph.Service{{ID: "a"}, {ID: "b"}},
		Endpoints: []*graph.Endpoint{
			{Service: "a", Kind: graph.EndpointHTTP, Name: "DELETE /orders/{id}"},
			{Service: "a", Kind: graph.EndpointHTTP, Name: "GET /orders/{id}"},
			{Service: "a", Kind: graph.EndpointHTTP, Name: "GET /orders/latest"},
			{Service: "a", Kind: graph.EndpointHTTP, Name: "ANY /static/"},
			{Service: "a", Kind: graph.EndpointHTTP, Name: "GET /"},
			{Service: "b", Kind: graph.EndpointGRPC, Name: "pkg.B/Do"},
		},
	}
	ix := graph.NewIndex(sys)
	tests := []struct{ to, op, want string }{
		{"b", "pkg.B/Do", "[b grpc pkg.B/Do]"},
		{"b", "/pkg.B/Do", "[b grpc pkg.B/Do]"},
		{"a", "pkg.B/Do", "[]"},
		{"a", "GET /orders/latest", "[a http GET /orders/latest]"},
		{"a", "GET /orders/{x}", "[a http GET /orders/{id}]"},
		{"a", "GET /orders/17?full=1", "[a http GET /orders/{id}]"},
		{"a", "DELETE /orders/:id", "[a http DELETE /orders/{id}]"},
		{"a", "GET /static/css/x", "[a http ANY /static/]"},
		{"a", "GET /elsewhere", "[]"},
		{"none", "GET /orders/latest", "[]"},
		{"a", "", "[]"},
		{"a", "GET", "[]"},
	}
	for _, tt := range tests {
		var ids []string
		for _, e := range ix.Targets(&graph.Step{Kind: graph.Call, To: tt.to, Operation: tt.op}) {
			ids = append(ids, e.ID())
		}
		if got := fmt.Sprint(ids); got != tt.want {
			t.Errorf("Targets(%s, %s) = %s, want %s", tt.to, tt.op, got, tt.want)
		}
	}
}
