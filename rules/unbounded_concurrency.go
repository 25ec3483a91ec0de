package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// unboundedConcurrency finds goroutines that wait for something and of which
// a request starts one for each element of a collection, or leaves one behind.
func unboundedConcurrency(ix *graph.Index, _ *Options) []graph.Finding {
	seen := map[string]bool{}
	var out []graph.Finding
	for _, e := range ix.Bodies() {
		if occasionOf(e) == atStartup {
			continue
		}
		type state struct {
			loop     *graph.Step // the innermost loop over data
			bounded  bool        // under a semaphore
			detached bool
		}
		graph.Walk(e.Body, state{}, func(p *graph.Place, k state) (state, bool) {
			s := p.Step
			switch s.Kind {
			case graph.Hold:
				k.bounded = k.bounded || s.Lock != nil && many(s.Lock)
			case graph.Loop:
				if s.Data {
					k.loop = s
				}
			case graph.Spawn, graph.Each:
				loop := k.loop
				if s.Kind == graph.Each && s.Data {
					loop = s
				}
				key := e.Service + " " + s.Site.String()
				if !k.bounded && s.Limit == nil && starts(e, s, loop) && !seen[key] {
					if waits := spawnedWaits(p); len(waits) > 0 {
						seen[key] = true
						out = append(out, concurrencyFinding(e, p, loop, waits))
					}
				}
				k.detached = k.detached || s.Detached()
				if s.Kind == graph.Each {
					k.loop = loop
				}
			}
			return k, true
		})
	}
	return out
}

// starts reports whether a step starts goroutines without a bound: one for
// each round of a loop over data, or one for each request that outlives it.
func starts(e *graph.Endpoint, s *graph.Step, loop *graph.Step) bool {
	if s.Kind == graph.Each {
		return s.Data
	}
	return loop != nil || s.Detached() && occasionOf(e) >= onEvent
}

// spawnedWaits returns what the goroutine waits for, where it does not queue
// at a semaphore.
func spawnedWaits(p *graph.Place) []*graph.Place {
	return slices.DeleteFunc(waitsIn(p), func(q *graph.Place) bool {
		for ; q != p; q = q.Up {
			if q.Step.Kind == graph.Hold && q.Step.Lock != nil && many(q.Step.Lock) {
				return true
			}
		}
		return false
	})
}

func concurrencyFinding(e *graph.Endpoint, p *graph.Place, loop *graph.Step, waits []*graph.Place) graph.Finding {
	s := p.Step
	var whats, ids []string
	for _, w := range waits {
		if w.Step.Kind == graph.Call {
			whats = append(whats, callText(w.Step))
			ids = append(ids, w.Step.To)
		} else {
			whats = append(whats, "a sleep")
		}
	}
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityWarning), Site: s.Site, Subject: e.Service + " " + short(s.Func),
		Subjects: unique(append(ids, e.Service)), Path: way(e, p), Certain: true,
		Identity: identity(e.Service, s.Func),
	}
	f.Path = append(f.Path, graph.Hop{Site: waits[0].Step.Site, Text: describe(waits[0].Step), Service: e.Service})
	f.Message = label(e) + " starts a goroutine for each "
	if loop != nil {
		f.Message += over(loop)
	} else {
		f.Message += "request"
	}
	f.Message += ", without a bound, that waits for " + and(unique(whats))
	if s.Detached() {
		f.Message += "; nobody waits for it"
	}
	return f
}
