package graph

import (
	"fmt"
	"slices"
)

// A turn is one of the ways of a branch on a path.
type turn struct {
	branch int // number of the branch on the path, from 1; 0: it has one way only
	way    int
	text   string
}

// turns finds, for the links of a path, the turns without which no request of
// it goes along them: a link of which one call is made on every request has
// none.
type turns struct {
	ix   *Index
	seen map[*Endpoint]bool
	last int
	of   map[[2]string][]turn // by ends
}

func turnsOf(sys *System, ep *Endpoint) map[[2]string][]turn {
	t := turns{ix: NewIndex(sys), seen: map[*Endpoint]bool{}, of: map[[2]string][]turn{}}
	t.endpoint(ep)
	return t.of
}

func (t *turns) endpoint(ep *Endpoint) {
	if t.seen[ep] {
		return
	}
	t.seen[ep] = true
	if ep.Body != nil {
		t.step(ep, ep.Body, nil)
	}
}

func (t *turns) step(ep *Endpoint, s *Step, way []turn) {
	if s.Kind == Call {
		t.call(ep, s, way)
		return
	}
	number := 0
	if s.Kind == Branch && !s.Fails && !s.Hit && len(s.Steps) > 1 {
		t.last++
		number = t.last
	}
	for i, inner := range s.Steps {
		next := turn{number, i, fmt.Sprintf("or (%d)", number)}
		switch {
		case s.Kind != Branch:
			t.step(ep, inner, way)
			continue
		case s.Fails:
			next = turn{text: "after a failure"}
		case s.Hit:
			next = turn{text: "cache miss"}
		case number == 0:
			next = turn{text: "perhaps"}
		case i == 0:
			next.text = fmt.Sprintf("either (%d)", number)
		}
		t.step(ep, inner, append(slices.Clip(way), next))
	}
}

func (t *turns) call(ep *Endpoint, s *Step, way []turn) {
	ends := [2]string{ep.Service, s.To}
	if known, met := t.of[ends]; met {
		t.of[ends] = slices.DeleteFunc(known, func(k turn) bool { return !slices.Contains(way, k) })
	} else {
		t.of[ends] = slices.Clone(way)
	}
	for _, e := range t.ix.Targets(s) {
		t.endpoint(e)
	}
	if s.EdgeKind == EdgePublish {
		for _, e := range t.ix.System.Endpoints {
			if e.Topic == s.To && e.Kind == EndpointConsume {
				t.endpoint(e)
			}
		}
	}
}
