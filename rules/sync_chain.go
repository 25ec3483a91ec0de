package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// chainLimit is how many chains of one entry are listed one by one. Beyond it
// there is one, the longest, for each place where they end.
const chainLimit = 16

// syncChain finds paths of service hops in which each waits for the next.
func syncChain(ix *graph.Index, opt *Options) []graph.Finding {
	g := newChains(ix)
	merged := map[string]*graph.Finding{}
	more := map[string][]string{}
	var order []string
	for _, e := range ix.Bodies() {
		n := g.nodes[e.ID()]
		if n == nil || !g.entry(e) {
			continue
		}
		for _, c := range g.chains(n, opt.chainLength()) {
			key := c[0].call.Place.Step.Site.String() + " " + strings.Join(services(e, c), " -> ")
			if f, ok := merged[key]; ok {
				more[key] = append(more[key], label(e))
				if s := occasionOf(e).lower(graph.SeverityError); rank(s) > rank(f.Severity) {
					f.Severity = s
				}
				continue
			}
			f := chainFinding(e, c)
			merged[key] = &f
			order = append(order, key)
		}
	}
	var out []graph.Finding
	for _, key := range order {
		f := merged[key]
		if n := len(unique(more[key])); n > 0 {
			f.Message = strings.Replace(f.Message, " waits for ", " (and "+count(n, "other entry point")+") waits for ", 1)
		}
		out = append(out, *f)
	}
	return out
}

func chainFinding(e *graph.Endpoint, c []arc) graph.Finding {
	ids := services(e, c)
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityError),
		Site:     c[0].call.Place.Step.Site,
		Subject:  strings.Join(ids, " -> "),
		Subjects: ids,
		Message:  label(e) + " waits for " + count(len(c), "service") + " in a row: " + strings.Join(ids[1:], " -> "),
		Path:     []graph.Hop{{Site: e.Handler, Text: label(e), Service: e.Service}},
		Certain:  true,
	}
	id := []string{strings.Join(ids, ","), e.Name}
	for _, a := range c {
		s := a.call.Place.Step
		f.Path = append(f.Path, graph.Hop{Site: s.Site, Service: a.call.From.Service,
			Text: a.call.From.Service + " waits for " + callText(s) + deadlineText(s.Deadline)})
		f.Sites = append(f.Sites, s.Site)
		f.Certain = f.Certain && s.Certain && len(a.call.Targets) <= 1
		id = append(id, s.Operation)
	}
	f.Identity = identity(id...)
	return f
}

func services(e *graph.Endpoint, c []arc) []string {
	ids := []string{e.Service}
	for _, a := range c {
		ids = append(ids, a.call.To.ID)
	}
	return ids
}

// chains is the graph of who waits for whom: a node is an endpoint, a task, or
// a service of which no endpoint is known to be meant.
type chains struct {
	ix    *graph.Index
	nodes map[string]*chainNode
}

type chainNode struct {
	arcs  []arc
	state int // 0 new, 1 being numbered, 2 done
	depth int // hops of the longest chain from here
	ways  int // maximal chains from here, at most chainLimit+1
}

type arc struct {
	call graph.ServiceCall
	to   *chainNode
}

func newChains(ix *graph.Index) *chains {
	g := &chains{ix: ix, nodes: map[string]*chainNode{}}
	bodies := ix.Bodies()
	for _, e := range bodies {
		g.nodes[e.ID()] = &chainNode{}
	}
	for _, e := range bodies {
		n := g.nodes[e.ID()]
		for _, c := range ix.Calls(e) {
			if !c.Sync || c.Startup || c.To.ID == e.Service {
				continue
			}
			for _, t := range c.Targets {
				n.arcs = append(n.arcs, arc{c, g.nodes[t.ID()]})
			}
			if len(c.Targets) == 0 {
				n.arcs = append(n.arcs, arc{c, g.leaf(c.To.ID)})
			}
		}
	}
	for _, e := range bodies {
		if g.entry(e) {
			g.number(g.nodes[e.ID()])
		}
	}
	return g
}

func (g *chains) leaf(service string) *chainNode {
	if g.nodes[service] == nil {
		g.nodes[service] = &chainNode{}
	}
	return g.nodes[service]
}

// entry reports whether chains begin at e: no other service waits for it.
func (g *chains) entry(e *graph.Endpoint) bool {
	return !slices.ContainsFunc(g.ix.Callers(e), func(c graph.ServiceCall) bool {
		return c.Sync && !c.Startup && c.From.Service != e.Service && occasionOf(c.From) != atStartup
	})
}

// number sets depth and ways, and drops the arcs that close a circle: those
// are sync-cycle's.
func (g *chains) number(n *chainNode) {
	if n.state != 0 {
		return
	}
	n.state = 1
	n.arcs = slices.DeleteFunc(n.arcs, func(a arc) bool {
		g.number(a.to)
		return a.to.state == 1
	})
	for _, a := range n.arcs {
		n.depth = max(n.depth, a.to.depth+1)
		n.ways = min(n.ways+max(a.to.ways, 1), chainLimit+1)
	}
	n.state = 2
}

// chains returns the maximal chains from n of at least least hops, one for
// each sequence of services, none a prefix of another.
func (g *chains) chains(n *chainNode, least int) [][]arc {
	if n.depth < least {
		return nil
	}
	var all [][]arc
	if n.ways <= chainLimit {
		all = enumerate(n, nil)
	} else {
		all = longest(n)
	}
	all = slices.DeleteFunc(all, func(c []arc) bool { return len(c) < least })
	slices.SortStableFunc(all, func(a, b []arc) int { return len(b) - len(a) })
	var out [][]arc
	for _, c := range all {
		if !slices.ContainsFunc(out, func(d []arc) bool { return isPrefix(c, d) }) {
			out = append(out, c)
		}
	}
	return out
}

func isPrefix(c, d []arc) bool {
	for i, a := range c {
		if a.call.To != d[i].call.To {
			return false
		}
	}
	return true
}

func enumerate(n *chainNode, sofar []arc) [][]arc {
	if len(n.arcs) == 0 {
		return [][]arc{slices.Clone(sofar)}
	}
	var out [][]arc
	for _, a := range n.arcs {
		out = append(out, enumerate(a.to, append(sofar, a))...)
	}
	return out
}

// longest returns the longest chain from n to each node that calls no
// service: a shortest-path relaxation in topological order, signs reversed.
func longest(n *chainNode) [][]arc {
	var order []*chainNode // callees before callers
	seen := map[*chainNode]bool{}
	var visit func(m *chainNode)
	visit = func(m *chainNode) {
		if seen[m] {
			return
		}
		seen[m] = true
		for _, a := range m.arcs {
			visit(a.to)
		}
		order = append(order, m)
	}
	visit(n)
	best := map[*chainNode][]arc{}
	var out [][]arc
	for _, m := range slices.Backward(order) {
		if len(m.arcs) == 0 {
			out = append(out, best[m])
		}
		for _, a := range m.arcs {
			if len(best[m])+1 > len(best[a.to]) {
				best[a.to] = append(slices.Clone(best[m]), a)
			}
		}
	}
	return out
}
