package rules

import "github.com/coordlint/coordlint/graph"

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
