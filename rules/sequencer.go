package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A group is two or more parts of one function's text that wait for reads and
// could wait at the same time.
type group struct {
	fn    string // the named function in whose text they stand; "" where that is main, or not known
	items []item
}

// An item is one part of a function's text: a call, a loop, a helper's call
// with all that happens inside.
type item struct {
	site  graph.Site
	calls []*graph.Step // what it waits for
	ids   []int
	needs []int
	never []int // ids of earlier calls that are not made where these are
	free  bool  // it only reads, and may be done earlier
	fixed bool  // nothing may move past it
	nodes []node
}

// independent returns the groups of e's body, of the helpers it calls, and of
// the branches, loops and goroutines inside.
func independent(e *graph.Endpoint) []group {
	s := sequencer{seen: map[node]bool{}}
	s.examine([]node{{step: e.Body}})
	return s.groups
}

// A node is a step seen from inside of the function that the first skip frames
// of its stack lead to.
type node struct {
	step *graph.Step
	skip int
}

// frame returns the next call on the way to the step; none: it stands in the text.
func (n node) frame() (graph.Frame, bool) {
	for _, f := range n.step.Stack[min(n.skip, len(n.step.Stack)):] {
		if !graph.IsLiteral(f.Func) {
			return f, true
		}
	}
	return graph.Frame{}, false
}

// text returns the named function in which the next frame's call, or else the
// step, stands. A middleware that the request came through is not it: what a
// library calls next has no frame of its own.
func (n node) text() string {
	fn := n.step.Func
	if k := min(n.skip, len(n.step.Stack)); k > 0 {
		fn = n.step.Stack[k-1].Func
	}
	for graph.IsLiteral(fn) {
		fn = fn[:strings.LastIndexByte(fn, '$')]
	}
	if strings.HasSuffix(fn, ".main") || strings.HasSuffix(fn, ".init") {
		return "" // a route's literal: its route says more
	}
	return fn
}

// inside returns the node behind its next frame.
func (n node) inside() node {
	for i, f := range n.step.Stack {
		if i >= n.skip && !graph.IsLiteral(f.Func) {
			return node{n.step, i + 1}
		}
	}
	return node{n.step, len(n.step.Stack)}
}

type sequencer struct {
	seen   map[node]bool // first nodes of what was examined
	groups []group
}

// examine looks at steps that one text does one after another.
func (s *sequencer) examine(nodes []node) {
	if len(nodes) == 0 || s.seen[nodes[0]] {
		return
	}
	s.seen[nodes[0]] = true
	items := itemsOf(flatten(nodes))
	for _, g := range levels(items) {
		s.groups = append(s.groups, group{g[1].nodes[0].text(), g})
	}
	for _, it := range items {
		s.inside(it)
	}
}

// inside examines what an item is made of.
func (s *sequencer) inside(it item) {
	if _, ok := it.nodes[0].frame(); ok {
		var in []node
		for _, n := range it.nodes {
			in = append(in, n.inside())
		}
		s.examine(in)
		return
	}
	step := it.nodes[0].step
	switch {
	case step.Detached():
	case step.Kind == graph.Par || step.Kind == graph.Branch:
		for _, t := range step.Steps {
			s.examine([]node{{step: t}})
		}
	default:
		var in []node
		for _, t := range step.Steps {
			in = append(in, node{step: t})
		}
		s.examine(in)
	}
}

// flatten puts sequences that stand in the text in place of their steps.
func flatten(nodes []node) []node {
	var out []node
	seen := map[node]bool{}
	var add func(n node)
	add = func(n node) {
		if seen[n] {
			return
		}
		seen[n] = true
		if _, ok := n.frame(); ok || n.step.Kind != graph.Seq {
			out = append(out, n)
			return
		}
		for _, t := range n.step.Steps {
			add(node{step: t})
		}
	}
	for _, n := range nodes {
		add(n)
	}
	return out
}

// itemsOf makes items of nodes: what one call of a helper leads to is one.
func itemsOf(nodes []node) []item {
	var out []item
	for _, n := range nodes {
		f, ok := n.frame()
		if last := len(out) - 1; ok && last >= 0 {
			if g, same := out[last].nodes[0].frame(); same && f == g {
				out[last].nodes = append(out[last].nodes, n)
				continue
			}
		}
		it := item{site: n.step.Site, nodes: []node{n}}
		if ok {
			it.site = f.Site
		}
		out = append(out, it)
	}
	for i := range out {
		out[i].read()
	}
	return out
}

// read fills an item from its steps.
func (it *item) read() {
	type state struct{ miss, detached bool }
	it.free = true
	for _, n := range it.nodes {
		graph.Walk(n.step, state{}, func(p *graph.Place, k state) (state, bool) {
			s := p.Step
			k.miss = k.miss || s.Kind == graph.Branch && s.Hit
			k.detached = k.detached || s.Detached()
			if s.Kind == graph.Branch && s.Fails {
				return k, false
			}
			if s.Kind == graph.Hold {
				it.free, it.fixed = false, true
			}
			if s.Kind != graph.Call || k.detached || s.Startup {
				return k, true
			}
			it.needs = append(append(it.needs, s.Needs...), s.OnError...)
			it.ids = append(it.ids, s.ID)
			it.never = append(it.never, s.Excludes...)
			fill := k.miss && s.EdgeKind == graph.EdgeCache // a copy of what was read
			if (s.Effect != graph.Read || s.ID == 0) && !fill || s.Message {
				it.free, it.fixed = false, true
			}
			if s.Tx {
				it.free = false // its connection does one thing at a time
			}
			if s.Answer == graph.AnswerError {
				it.free, it.fixed = false, true // a check: what follows waits for it on purpose
			}
			if !s.Async && !fill {
				it.calls = append(it.calls, s)
			}
			return k, true
		})
	}
	it.free = it.free && len(it.calls) > 0
}

// excludes reports whether a later item is not done where this one is.
func (it item) excludes(later item) bool {
	return slices.ContainsFunc(later.never, func(id int) bool { return slices.Contains(it.ids, id) })
}

// either reports whether an item is one of several calls.
func (it item) either() bool {
	return len(it.nodes) == 1 && it.nodes[0].step.Kind == graph.Branch && len(it.nodes[0].step.Steps) > 1
}
