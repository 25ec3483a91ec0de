package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A write is a call that changes something that outlives the request.
type write struct {
	to    string // who keeps it: id of the service or resource
	kind  string // "service", or the kind of the resource
	place *graph.Place
}

// writer works out what one request writes.
type writer struct {
	ix       *graph.Index
	services map[*graph.Endpoint]bool // whether an endpoint writes; being asked counts as no
}

func newWriter(ix *graph.Index) *writer { return &writer{ix, map[*graph.Endpoint]bool{}} }

// writes returns the writes that one request of e may make on its way, one for
// each keeper, in program order. Of a branch's arms only the one that writes
// to most keepers counts. Copies into a cache after a miss, deletions from a
// cache, and what is made only after a failure do not count; of what runs in a
// goroutine that nobody waits for only what is published does.
func (w *writer) writes(e *graph.Endpoint) []write {
	if e.Body == nil {
		return nil
	}
	memo := map[writeKey][]write{}
	return w.in(&graph.Place{Step: e.Body}, memo, writeKey{step: e.Body})
}

type writeKey struct {
	step           *graph.Step
	miss, detached bool
}

func (w *writer) in(p *graph.Place, memo map[writeKey][]write, k writeKey) []write {
	if out, ok := memo[k]; ok {
		return out
	}
	memo[k] = nil // a recursion adds nothing
	s := p.Step
	var out []write
	if s.Kind == graph.Call {
		if kind, ok := w.keeps(s, k); ok {
			out = []write{{s.To, kind, p}}
		}
	}
	for _, t := range s.Steps {
		inner := writeKey{t, k.miss || s.Kind == graph.Branch && s.Hit, k.detached || s.Detached()}
		got := w.in(&graph.Place{Step: t, Up: p}, memo, inner)
		if s.Kind == graph.Branch {
			if len(got) > len(out) {
				out = got
			}
			continue
		}
		for _, g := range got {
			if !slices.ContainsFunc(out, func(o write) bool { return o.to == g.to }) {
				out = append(out, g)
			}
		}
	}
	memo[k] = out
	return out
}

// keeps reports whether a call makes its target keep something, and what kind
// of keeper that is.
func (w *writer) keeps(s *graph.Step, k writeKey) (kind string, ok bool) {
	if len(s.OnError) > 0 || s.Startup {
		return "", false
	}
	if w.ix.Service(s.To) != nil {
		return "service", !k.detached && !s.Async && w.serviceWrites(s)
	}
	r := w.ix.Resource(s.To)
	if r == nil || s.Effect != graph.Write {
		return "", false
	}
	switch r.Kind {
	case graph.Queue, graph.Topic:
		return r.Kind, true
	case graph.Datastore, graph.External:
		return r.Kind, !k.detached
	case graph.Cache:
		return r.Kind, !k.detached && !k.miss && !forgets(s.Operation)
	}
	return "", false
}

// forgets reports whether a cache operation only takes out.
func forgets(operation string) bool {
	op, _, _ := strings.Cut(strings.ToLower(operation), " ")
	return slices.ContainsFunc([]string{"del", "unlink", "expire", "invalidat", "evict", "remove", "purge", "flush"},
		func(w string) bool { return strings.Contains(op, w) })
}

// serviceWrites reports whether the callee keeps something: where its code is
// known, whether a write is reached there, else what the method's name says.
func (w *writer) serviceWrites(s *graph.Step) bool {
	targets := w.ix.Targets(s)
	if len(targets) == 0 {
		return s.Effect == graph.Write
	}
	return slices.ContainsFunc(targets, w.endpointWrites)
}

func (w *writer) endpointWrites(e *graph.Endpoint) bool {
	if _, asked := w.services[e]; !asked {
		w.services[e] = false
		w.services[e] = slices.ContainsFunc(w.writes(e), func(x write) bool { return x.kind != graph.Cache })
	}
	return w.services[e]
}
