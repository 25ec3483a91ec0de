package graph

import (
	"cmp"
	"slices"
)

// Trace returns the edges that a request of the endpoint reaches, across
// services, in the order of System.Edges. Where the endpoints' bodies are
// known, only the operations that are called are followed; else (in a decoded
// report) every operation of an edge that the endpoint reaches. What consumers
// of a published topic do is part of it.
func Trace(sys *System, ep *Endpoint) []*Edge {
	t := tracer{sys: sys, endpoints: map[string][]*Endpoint{}, seen: map[*Endpoint]bool{}, steps: map[*Step]bool{}, edges: map[*Edge]bool{}}
	for _, e := range sys.Endpoints {
		t.endpoints[e.Service] = append(t.endpoints[e.Service], e)
		if e.Topic != "" {
			t.endpoints[e.Topic] = append(t.endpoints[e.Topic], e)
		}
	}
	t.endpoint(ep)
	var list []*Edge
	for _, e := range sys.Edges {
		if t.edges[e] {
			list = append(list, e)
		}
	}
	return list
}

type tracer struct {
	sys       *System
	endpoints map[string][]*Endpoint // by service, and consumers by topic
	seen      map[*Endpoint]bool
	steps     map[*Step]bool // bodies share sub-trees
	edges     map[*Edge]bool
}

func (t *tracer) endpoint(ep *Endpoint) {
	if t.seen[ep] {
		return
	}
	t.seen[ep] = true
	if ep.Body != nil {
		t.step(ep, ep.Body)
		return
	}
	for _, e := range t.sys.Edges {
		if e.From == ep.Service && slices.Contains(e.FromEndpoints, ep.Name) {
			t.edge(e, e.Operations)
		}
	}
}

func (t *tracer) step(ep *Endpoint, s *Step) {
	if t.steps[s] {
		return
	}
	t.steps[s] = true
	if s.Kind == Call {
		for _, e := range t.sys.Edges {
			if e.From == ep.Service && e.To == s.To && (s.EdgeKind == "" || e.Kind == s.EdgeKind) {
				t.edge(e, []string{s.Operation})
			}
		}
	}
	if s.Kind == Hold && s.Lock != nil {
		for _, e := range t.sys.Edges {
			if e.From == ep.Service && e.Kind == EdgeLock && (e.To == s.Lock.ID || e.To == s.Lock.Resource) {
				t.edge(e, nil)
			}
		}
	}
	for _, inner := range s.Steps {
		t.step(ep, inner)
	}
}

// edge follows an edge to the endpoints that serve the operations, and from a
// topic that is published to its consumers.
func (t *tracer) edge(e *Edge, operations []string) {
	t.edges[e] = true
	for _, ep := range t.endpoints[e.To] {
		switch {
		case e.Kind == EdgePublish && ep.Topic == e.To:
			t.consume(ep)
		case ep.Service == e.To && slices.Contains(operations, ep.Name):
			t.endpoint(ep)
		}
	}
}

// consume follows what a consumer of a topic does, its own edge included.
func (t *tracer) consume(ep *Endpoint) {
	for _, e := range t.sys.Edges {
		if e.From == ep.Service && e.To == ep.Topic && e.Kind == EdgeConsume {
			t.edges[e] = true
		}
	}
	t.endpoint(ep)
}

// FindEndpoint returns the endpoint that a person means by a text: its id,
// SERVICE NAME, its name, or the end of its name after a slash, dot or space.
// Of several it returns all, in the order of System.Endpoints.
func FindEndpoint(sys *System, text string) []*Endpoint {
	best := 0
	var list []*Endpoint
	for _, e := range sys.Endpoints {
		score := cmp.Or(
			given(e.ID() == text || e.Service+" "+e.Name == text, 3),
			given(e.Name == text, 2),
			given(endsIn(e.Name, text), 1))
		if score > best {
			best, list = score, nil
		}
		if score == best && score > 0 {
			list = append(list, e)
		}
	}
	return list
}

func given(ok bool, n int) int {
	if ok {
		return n
	}
	return 0
}

// endsIn reports whether text is what name ends in, from a separator on.
func endsIn(name, text string) bool {
	n := len(name) - len(text)
	if n <= 0 || text == "" || name[n:] != text {
		return false
	}
	return text[0] == '/' || name[n-1] == '/' || name[n-1] == '.' || name[n-1] == ' '
}
