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
	order int // in the program
}

// writer works out what one request writes.
type writer struct {
	ix       *graph.Index
	services map[*graph.Endpoint]bool // whether an endpoint writes; being asked counts as no
}

func newWriter(ix *graph.Index) *writer { return &writer{ix, map[*graph.Endpoint]bool{}} }

// writes returns writes that one request of e makes together on its way, one
// for each keeper, in program order: of all that exclude none of the others, a
// greatest set that is found by going through them from each in turn. Copies
// into a cache after a miss, deletions from a cache, answers to a message, and
// what is made only
// after a failure do not count; of what runs in a goroutine that nobody waits
// for only what is published does.
func (w *writer) writes(e *graph.Endpoint) []write {
	all := w.all(e)
	var best []write
	for i, first := range all {
		chosen := []write{first}
		for j, x := range all {
			if j != i && !slices.ContainsFunc(chosen, func(c write) bool { return c.to == x.to || graph.Exclusive(c.place, x.place) }) {
				chosen = append(chosen, x)
			}
		}
		if len(chosen) > len(best) {
			best = chosen
		}
	}
	slices.SortStableFunc(best, func(x, y write) int { return x.order - y.order })
	return best
}

// maxPlaces bounds how many places of one keeper's writes are compared.
const maxPlaces = 12

// all returns every write of e, in program order.
func (w *writer) all(e *graph.Endpoint) []write {
	type state struct{ miss, detached bool }
	var out []write
	places := map[string]int{}
	graph.Walk(e.Body, state{}, func(p *graph.Place, k state) (state, bool) {
		s := p.Step
		if s.Kind == graph.Call {
			if kind, ok := w.keeps(s, k.miss, k.detached); ok && places[s.To] < maxPlaces {
				places[s.To]++
				out = append(out, write{s.To, kind, p, len(out)})
			}
		}
		return state{k.miss || s.Kind == graph.Branch && s.Hit, k.detached || s.Detached()}, true
	})
	return out
}

// keeps reports whether a call makes its target keep something, and what kind
// of keeper that is.
func (w *writer) keeps(s *graph.Step, miss, detached bool) (kind string, ok bool) {
	if len(s.OnError) > 0 || s.Startup {
		return "", false
	}
	if w.ix.Service(s.To) != nil {
		return "service", !detached && !s.Async && w.serviceWrites(s)
	}
	r := w.ix.Resource(s.To)
	if r == nil || s.Effect != graph.Write {
		return "", false
	}
	switch r.Kind {
	case graph.Queue, graph.Topic:
		return r.Kind, !s.Reply // who asked waits for it, and asks again
	case graph.Datastore, graph.External:
		return r.Kind, !detached
	case graph.Cache:
		return r.Kind, !detached && !miss && !forgets(s.Operation)
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
		w.services[e] = slices.ContainsFunc(w.all(e), func(x write) bool { return x.kind != graph.Cache })
	}
	return w.services[e]
}
