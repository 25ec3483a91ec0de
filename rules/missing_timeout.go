package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// missingTimeout finds remote calls whose wait nothing bounds. A call that
// waits under the context of its request is bounded by whoever calls its
// service, over as many services as hand it on.
func missingTimeout(ix *graph.Index, _ *Options) []graph.Finding {
	in := inheritance{ix, map[*graph.Endpoint]*inherited{}}
	bySite := map[string]int{}
	var out []graph.Finding
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			s := p.Step
			if s.Kind != graph.Call || s.Async || s.Message || s.Deadline == nil {
				return w, true
			}
			f, ok := in.finding(e, p, w.occasion(e))
			if !ok {
				return w, true
			}
			key := e.Service + " " + s.Site.String()
			i, met := bySite[key]
			switch {
			case !met:
				bySite[key] = len(out)
				out = append(out, f)
			case rank(f.Severity) > rank(out[i].Severity) || f.Certain && !out[i].Certain:
				f.Severity = mostSevere(f.Severity, out[i].Severity)
				out[i] = f
			}
			return w, true
		})
	}
	return out
}

func mostSevere(a, b string) string {
	if rank(a) > rank(b) {
		return a
	}
	return b
}

func (in *inheritance) finding(e *graph.Endpoint, p *graph.Place, when occasion) (graph.Finding, bool) {
	s := p.Step
	f := graph.Finding{
		Severity: when.lower(graph.SeverityWarning), Site: s.Site,
		Subject: e.Service + " -> " + s.To, Subjects: []string{e.Service, s.To},
		Message: e.Service + " waits for " + callText(s) + " without a deadline", Certain: s.Certain,
		Identity: identity(e.Service, s.To, s.Func, s.Operation),
	}
	switch s.Deadline.Kind {
	case "none":
		f.Sites = []graph.Site{s.Deadline.Site}
		f.Path = way(e, p)
		if s.Deadline.Reason != "" {
			f.Message += ": " + s.Deadline.Reason
			f.Path = append(f.Path, graph.Hop{Site: s.Deadline.Site, Text: s.Deadline.Reason, Service: e.Service})
		}
		return f, true
	case "request":
		i := in.of(e)
		if !i.unbounded {
			return f, false
		}
		f.Message += ": " + i.why()
		f.Certain = f.Certain && i.certain
		f.Path = append(i.hops(), way(e, p)...)
		return f, true
	}
	return f, false
}

// inheritance works out which endpoints are called with a context that has no
// deadline.
type inheritance struct {
	ix    *graph.Index
	known map[*graph.Endpoint]*inherited
}

// inherited is what an endpoint knows of its context.
type inherited struct {
	unbounded bool
	certain   bool
	in        *graph.Endpoint
	from      *graph.ServiceCall // who hands a context without a deadline on; nil: it begins here
	up        *inherited         // of the caller, where the caller's context is its own request's
}

func (in *inheritance) of(e *graph.Endpoint) *inherited {
	if i := in.known[e]; i != nil {
		return i
	}
	i := &inherited{in: e}
	in.known[e] = i // a circle adds nothing of its own
	called := false
	for _, c := range in.ix.Callers(e) {
		called = true
		d := c.Place.Step.Deadline
		if d == nil || i.unbounded && i.certain {
			continue
		}
		sure := c.Place.Step.Certain && len(c.Targets) == 1
		switch d.Kind {
		case "none":
			i.unbounded, i.certain, i.from, i.up = true, sure, &c, nil
		case "request":
			if up := in.of(c.From); up.unbounded {
				i.unbounded, i.certain, i.from, i.up = true, sure && up.certain, &c, up
			}
		}
	}
	if !called {
		// Nobody in the system calls it: an HTTP request's context has no
		// deadline, an RPC's may have its client's.
		i.unbounded, i.certain = true, e.Kind != graph.EndpointGRPC
	}
	return i
}

func (i *inherited) why() string {
	switch {
	case i.from == nil && i.in.Kind == graph.EndpointGRPC:
		return "the context of the RPC, which no service here calls"
	case i.from == nil:
		return "the context of " + label(i.in) + " has none"
	case i.up == nil:
		return "its caller " + i.from.From.Service + " gives none"
	}
	for i.up != nil {
		i = i.up
	}
	if i.from != nil {
		return i.from.From.Service + " gives none, and those between hand its context on"
	}
	return "the context comes from " + label(i.in) + ", which has none"
}

// hops shows how the context came, from where it began.
func (i *inherited) hops() []graph.Hop {
	if i.from == nil {
		return nil
	}
	var hops []graph.Hop
	if i.up != nil {
		hops = i.up.hops()
	}
	s, c := i.from.Place.Step, i.from
	return append(hops, graph.Hop{Site: s.Site, Text: label(c.From) + " waits for " + callText(s), Service: c.From.Service})
}
