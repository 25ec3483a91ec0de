package ceiling_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// randomSystem makes a system whose services call each other, in circles too,
// with every kind of step and with much that is missing.
func randomSystem(seed uint64) *graph.System {
	g := &systemMaker{Rand: rand.New(rand.NewPCG(seed, 11)), sys: &graph.System{Root: fmt.Sprint(seed)}}
	for i := range 4 {
		s := service(fmt.Sprintf("s%d", i), 1+g.IntN(4))
		if g.IntN(3) == 0 {
			s.Replicas = nil
		}
		if g.IntN(2) == 0 {
			s.Slots = g.quantity()
		}
		if g.IntN(2) == 0 {
			s.CPU = g.quantity()
		}
		g.sys.Services = append(g.sys.Services, s)
	}
	for i, kind := range []string{graph.Datastore, graph.Cache, graph.Topic, graph.Lock, graph.External, graph.Coordinator} {
		g.sys.Resources = append(g.sys.Resources, &graph.Resource{ID: fmt.Sprintf("r%d", i), Kind: kind,
			Concurrency: g.quantity(), Rate: g.quantity(), MaxConnections: g.quantity(), Time: g.quantity()})
	}
	for i := range 4 {
		for k := range 6 {
			if g.IntN(2) == 0 {
				g.sys.Edges = append(g.sys.Edges, &graph.Edge{From: fmt.Sprintf("s%d", i), To: fmt.Sprintf("r%d", k), Kind: g.edgeKind(),
					Pool: g.quantity(), Pooled: g.IntN(2) == 0, Limiter: g.quantity()})
			}
		}
	}
	for i := range 8 {
		e := &graph.Endpoint{Service: fmt.Sprintf("s%d", i%4), Kind: graph.EndpointGRPC, Name: fmt.Sprintf("S/M%d", i)}
		if i == 7 {
			e.Kind, e.Topic = graph.EndpointConsume, "r2"
		}
		e.Body = g.step(4)
		g.sys.Endpoints = append(g.sys.Endpoints, e)
	}
	return g.sys
}

type systemMaker struct {
	*rand.Rand
	sys  *graph.System
	made []*graph.Step
}

func (g *systemMaker) quantity() *graph.Quantity {
	switch v := 1 + 50*g.Float64(); g.IntN(4) {
	case 0:
		return nil
	case 1:
		return &graph.Quantity{Low: v, High: 2 * v, Source: graph.Assumed}
	case 2:
		return declared(v)
	default:
		return derived(v)
	}
}

func (g *systemMaker) edgeKind() string {
	kinds := []string{graph.EdgeGRPC, graph.EdgeHTTP, graph.EdgeQuery, graph.EdgeCache, graph.EdgePublish, graph.EdgeLock}
	return kinds[g.IntN(len(kinds))]
}

func (g *systemMaker) step(depth int) *graph.Step {
	if len(g.made) > 0 && g.IntN(6) == 0 {
		return g.made[g.IntN(len(g.made))] // shared
	}
	kinds := []graph.StepKind{graph.Call, graph.Call, graph.Call, graph.Wait, graph.Limit, graph.Seq, graph.Hold, graph.Loop,
		graph.Branch, graph.Par, graph.Each, graph.Spawn, graph.Try, graph.StepKind("?")}
	s := &graph.Step{Kind: kinds[g.IntN(len(kinds))], Site: at("x.go", g.IntN(100)), EdgeKind: g.edgeKind(), Async: g.IntN(5) == 0,
		Tx: g.IntN(4) == 0, Time: g.quantity(), Times: g.quantity(), Limit: g.quantity(), Rate: g.quantity(), Hit: g.IntN(2) == 0}
	s.To, s.Operation = fmt.Sprintf("s%d", g.IntN(5)), fmt.Sprintf("S/M%d", g.IntN(9))
	if g.IntN(2) == 0 {
		s.To = fmt.Sprintf("r%d", g.IntN(7))
	}
	if g.IntN(2) == 0 {
		s.Deadline = &graph.Deadline{Kind: "context", Time: g.quantity()}
	}
	if g.IntN(4) > 0 {
		locks := []string{"mutex", "rwmutex-read", "semaphore", "transaction", "redis", "row"}
		scopes := []string{"process", "service", "request", "keyed"}
		s.Lock = &graph.LockInfo{ID: fmt.Sprint("l", g.IntN(3)), Kind: locks[g.IntN(len(locks))], Scope: scopes[g.IntN(len(scopes))],
			Exclusive: g.IntN(3) > 0, Servers: g.quantity(), Resource: fmt.Sprintf("r%d", g.IntN(7)), IO: g.IntN(4) == 0}
		s.Retry = &graph.Retry{Class: "retry", Attempts: g.quantity(), Backoff: []float64{5}, Budget: g.quantity()}
	}
	if depth > 0 && s.Kind != graph.Call {
		for range g.IntN(4) {
			s.Steps = append(s.Steps, g.step(depth-1))
		}
	}
	g.made = append(g.made, s)
	return s
}

// TestEverySystem: every path of any system has a bound, a formula or a reason,
// and the same each time; intervals enclose the middle.
func TestEverySystem(t *testing.T) {
	for seed := range uint64(300) {
		first := ceiling.Ceilings(randomSystem(seed), ceiling.Options{Users: []int{1, 50}})
		for _, p := range first {
			bounded := p.XBound.Finite() && len(p.Binding) > 0
			if !bounded && p.Reason == "" || bounded && p.Reason != "" {
				t.Errorf("seed %d: %s: %v %v %q", seed, p.ID, p.XBound, p.Binding, p.Reason)
			}
			if !atMost(p.XLow, p.XBound) || !atMost(p.XBound, p.XHigh) {
				t.Errorf("seed %d: %s: %v, %v, %v", seed, p.ID, p.XLow, p.XBound, p.XHigh)
			}
			if strings.Contains(p.Line(), "NaN") || strings.Contains(p.Line(), "Inf") {
				t.Errorf("seed %d: %s", seed, p.Line())
			}
		}
		a, err := json.Marshal(first)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var back []ceiling.Path
		if err := json.Unmarshal(a, &back); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i := range back {
			if back[i].Line() != first[i].Line() {
				t.Errorf("seed %d: read back: %s\nwritten: %s", seed, back[i].Line(), first[i].Line())
			}
		}
		if again, err := json.Marshal(back); err != nil || !bytes.Equal(a, again) {
			t.Errorf("seed %d: read back and written again, %v:\n%s\n%s", seed, err, a, again)
		}
		b, _ := json.Marshal(ceiling.Ceilings(randomSystem(seed), ceiling.Options{Users: []int{1, 50}}))
		if !bytes.Equal(a, b) {
			t.Errorf("seed %d: results differ", seed)
		}
		if _, err := ceiling.Together(randomSystem(seed), ceiling.Options{}); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}
