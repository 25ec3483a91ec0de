package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// A hold is one place at which a lock is taken, in one body.
type hold struct {
	in    *graph.Endpoint
	place *graph.Place
	when  occasion
	waits []*graph.Place // what is waited for while it is held
}

func (h *hold) lock() *graph.LockInfo { return h.place.Step.Lock }

// waiting reports whether anything outside of the goroutine is waited for inside.
func (h *hold) waiting() bool { return len(h.waits) > 0 || h.lock().IO }

// holdsOf returns every hold of the system, in the order of the bodies.
func holdsOf(ix *graph.Index) []hold {
	var out []hold
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			if p.Step.Kind == graph.Hold && p.Step.Lock != nil {
				out = append(out, hold{in: e, place: p, when: w.occasion(e), waits: waitsIn(p)})
			}
			return w, true
		})
	}
	return out
}

// waitsIn returns the steps under p for which whoever holds p waits, each once
// for each call in p's own text that leads to it.
func waitsIn(p *graph.Place) []*graph.Place {
	type state struct{ anchor graph.Site } // the call in p's text; zero: still in it
	var out []*graph.Place
	graph.Walk(p.Step, state{}, func(q *graph.Place, k state) (state, bool) {
		if q.Step.Detached() && q.Step != p.Step {
			return k, false
		}
		if q.Up != nil && k.anchor.IsZero() {
			k.anchor = leaving(q.Step)
		}
		if q.Step.Waits() {
			out = append(out, rebase(q, p))
		}
		return k, true
	})
	return out
}

// leaving returns the first call on the way to s that leaves the text that s
// is seen from; zero if s stands in it.
func leaving(s *graph.Step) graph.Site {
	for _, f := range s.Stack {
		if !graph.IsLiteral(f.Func) {
			return f.Site
		}
	}
	return graph.Site{}
}

// rebase puts q, whose root is p's step, under p itself.
func rebase(q, p *graph.Place) *graph.Place {
	if q.Up == nil {
		return p
	}
	return &graph.Place{Step: q.Step, Up: rebase(q.Up, p)}
}

// byLock groups holds by the lock's id, in the order in which the ids are met.
// Those that are apart stand with the others at their place alone.
func byLock(holds []hold, apart func(hold) bool) [][]hold {
	var ids []string
	groups := map[string][]hold{}
	for _, h := range holds {
		id := h.lock().ID
		if id == "" {
			id = h.place.Step.Site.String()
		} else if apart(h) {
			id += " " + h.place.Step.Site.String()
		}
		if groups[id] == nil {
			ids = append(ids, id)
		}
		groups[id] = append(groups[id], h)
	}
	out := make([][]hold, 0, len(ids))
	for _, id := range ids {
		out = append(out, groups[id])
	}
	return out
}

// together sets no hold apart.
func together(hold) bool { return false }

// exclusive reports whether some hold keeps all others out while it waits.
// Where none does, readers only let one another pass.
func exclusive(holds []hold) bool {
	return slices.ContainsFunc(holds, func(h hold) bool {
		return h.lock().Exclusive && h.waiting() && h.when != atStartup
	})
}
