package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// chainLimit is how many chains of one entry are listed one by one. Beyond it
// there is one, the longest, for each place where they end.
const chainLimit = 16

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
	// list holds the maximal chains from here, one for each sequence of
	// services; many says that there are more than chainLimit of them.
	list [][]arc
	many bool
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

// number sets depth and list, and drops the arcs that close a circle: those
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
	}
	n.enumerate()
	n.state = 2
}

// enumerate lists the chains from a node by those of the nodes that it calls.
// Endpoints of one service that end in the same services count once: else two
// services that share many operations would have too many chains to list.
func (n *chainNode) enumerate() {
	for _, a := range n.arcs {
		rest := a.to.list
		if len(a.to.arcs) == 0 {
			rest = [][]arc{nil}
		}
		n.many = n.many || a.to.many
		for _, r := range rest {
			c := append([]arc{a}, r...)
			if slices.ContainsFunc(n.list, func(d []arc) bool { return len(d) == len(c) && isPrefix(c, d) }) {
				continue
			}
			if n.many = n.many || len(n.list) == chainLimit; n.many {
				n.list = nil
				return
			}
			n.list = append(n.list, c)
		}
	}
}

// chains returns the maximal chains from n of at least least hops, one for
// each sequence of services, none a prefix of another.
func (g *chains) chains(n *chainNode, least int) [][]arc {
	if n.depth < least {
		return nil
	}
	all := n.list
	if n.many {
		all = longest(n)
	}
	all = slices.DeleteFunc(slices.Clone(all), func(c []arc) bool { return len(c) < least })
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
