package rules

import "github.com/coordlint/coordlint/graph"

// A try is one place at which operations are tried again, in one body.
type try struct {
	in    *graph.Endpoint
	place *graph.Place
	when  occasion
	calls []*graph.Place // the remote calls inside, each step once; never empty
}

func (t *try) retry() *graph.Retry { return t.place.Step.Retry }

func (t *try) callTexts() []string {
	var out []string
	for _, c := range t.calls {
		out = append(out, callText(c.Step))
	}
	return unique(out)
}

// triesOf returns every retry around a remote call, in the order of the bodies.
func triesOf(ix *graph.Index) []try {
	var out []try
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			if p.Step.Kind == graph.Try && p.Step.Retry != nil {
				if calls := callsIn(p); len(calls) > 0 {
					out = append(out, try{e, p, w.occasion(e), calls})
				}
			}
			return w, true
		})
	}
	return out
}

// callsIn returns the calls under p that are waited for, each step once.
func callsIn(p *graph.Place) []*graph.Place {
	var out []*graph.Place
	for _, q := range waitsIn(p) {
		if q.Step.Kind == graph.Call {
			out = append(out, q)
		}
	}
	return out
}
