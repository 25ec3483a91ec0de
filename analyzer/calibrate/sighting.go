package calibrate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A sighting is an edge, or an operation of one, that the graph has not.
type sighting struct {
	from, to, kind, text, reason string
}

// sightings counts them.
type sightings map[sighting]int

func (s sightings) add(k sighting, n int) {
	const most = 10_000 // different ones
	if _, ok := s[k]; !ok && len(s) >= most {
		k.text = ""
	}
	s[k] += n
}

// A Missed edge was seen at run time, and the graph lacks it or its operation.
type Missed struct {
	From      string `json:"from"`
	To        string `json:"to,omitempty"` // id; "" if the system has nothing of that name
	Kind      string `json:"kind"`
	Operation string `json:"operation,omitempty"` // as it was recorded
	Count     int    `json:"count"`
	Reason    string `json:"reason"`
}

// An Unseen edge stands in the graph, and nothing recorded uses it.
type Unseen struct {
	From   string     `json:"from"`
	To     string     `json:"to"`
	Kind   string     `json:"kind"`
	Site   graph.Site `json:"site,omitzero"`
	Reason string     `json:"reason"` // why that may be
}

// A Seen edge stands in the graph and was used.
type Seen struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Kind  string `json:"kind"`
	Count int    `json:"count"` // of spans, or requests that a metric counts
}

// missedEdges lists what the graph lacks, the most frequent first.
func (c *Calibrator) missedEdges() []Missed {
	out := []Missed{}
	for k, n := range c.missed {
		m := Missed{From: k.from, To: k.to, Kind: k.kind, Operation: k.text, Count: n, Reason: k.reason}
		switch {
		case k.to != "" && c.edges[pair{k.from, k.to}] == nil:
			m.Reason = fmt.Sprintf("the graph has no edge from %s to %s", k.from, k.to)
		case k.to != "":
			m.Reason = fmt.Sprintf("the edge has no such operation: it has %s", few(c.operations(k.from, k.to)))
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b Missed) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Reason, b.Reason))
	})
	return out
}

// few lists names, not too many.
func few(names []string) string {
	const most = 6
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// edgesOfGraph tells the edges that were used from those that were not.
func (c *Calibrator) edgesOfGraph() (seen []Seen, unseen []Unseen) {
	seen, unseen = []Seen{}, []Unseen{}
	for _, e := range c.sys.Edges {
		if n := c.used[pair{e.From, e.To}]; n > 0 {
			seen = append(seen, Seen{e.From, e.To, e.Kind, n})
			continue
		}
		u := Unseen{From: e.From, To: e.To, Kind: e.Kind}
		if len(e.Sites) > 0 {
			u.Site = e.Sites[0]
		}
		switch {
		case !c.recorded[e.From]:
			u.Reason = e.From + " recorded nothing"
		case c.blind(e):
			u.Reason = fmt.Sprintf("%s recorded no use of anything in this way: it may not be instrumented", e.From)
		case e.Startup && len(e.FromEndpoints) == 0:
			u.Reason = "used while the service starts"
		case len(e.FromEndpoints) == 0:
			u.Reason = "used in the background"
		default:
			u.Reason = "no recorded request took it"
		}
		unseen = append(unseen, u)
	}
	return seen, unseen
}

// blind reports whether a service records no uses of the kind of an edge.
func (c *Calibrator) blind(e *graph.Edge) bool {
	way := func(e *graph.Edge) string {
		switch r := c.resources[e.To]; e.Kind {
		case graph.EdgeCache, graph.EdgeLock, graph.EdgeQuery:
			if r != nil {
				return r.Technology
			}
		}
		return e.Kind
	}
	for p := range c.used {
		for _, other := range c.edges[p] {
			if p.from == e.From && way(other) == way(e) {
				return false
			}
		}
	}
	for k := range c.missed {
		if k.from == e.From && k.to == "" && k.kind == e.Kind {
			return false
		}
	}
	return true
}
