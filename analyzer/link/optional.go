package link

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// optional is a step that stands behind conditions, as graph.Step.If has it.
// A request that a middleware turns away is none of its path, so that the call
// of the next handler is never optional.
func (b *builder) optional(inst *instance, s *graph.Step, conds []edge) *graph.Step {
	if s == nil || len(conds) == 0 || b.calls(s) {
		return s
	}
	site := b.decides(inst, conds)
	if site.IsZero() {
		return s
	}
	c := *s
	if !s.If.IsZero() { // the only step of a function, behind a condition of its own
		c = graph.Step{Kind: graph.Seq, Steps: []*graph.Step{s}, Site: s.Site, Func: s.Func}
	}
	c.If = site
	return &c
}

// decides returns where the innermost of some conditions stands.
func (b *builder) decides(inst *instance, conds []edge) graph.Site {
	c := b.control(inst)
	last := slices.MaxFunc(conds, func(x, y edge) int { return c.place[x.block] - c.place[y.block] })
	return conditionSite(inst.fn, last.block)
}

// conditions returns the ways out of conditions on which a block depends,
// directly or not, and without which the function, one round of a loop, or what
// follows succeeds all the same; sorted.
func (b *builder) conditions(inst *instance, block int) []edge {
	if len(inst.fn.Blocks) == 0 {
		return nil
	}
	c := b.control(inst)
	var out []edge
	seen := map[int]bool{}
	var visit func(at int)
	visit = func(at int) {
		if seen[at] {
			return
		}
		seen[at] = true
		for _, e := range c.deps[at] {
			k := dependence{e, block}
			if _, known := c.optional[k]; !known {
				c.optional[k] = b.leavesOut(inst, e, block)
			}
			if c.optional[k] {
				out = append(out, e)
			}
			visit(e.block)
		}
	}
	visit(block)
	slices.SortFunc(out, compareEdges)
	return slices.Compact(out)
}

// A dependence is that a block depends, directly or not, on a way out of a
// condition.
type dependence struct {
	edge
	block int
}

func compareEdges(x, y edge) int {
	if x.block != y.block {
		return x.block - y.block
	}
	return x.way - y.way
}

// conditionsOf returns the conditions that all strands of a plan have in common.
func (b *builder) conditionsOf(inst *instance, p *plan, level int) []edge {
	if p.strand != nil {
		return b.conditions(inst, b.blockOf(inst, p.strand, level))
	}
	var all []edge
	for n, q := range p.parts {
		own := b.conditionsOf(inst, q, level)
		if n == 0 {
			all = own
			continue
		}
		all = slices.DeleteFunc(all, func(e edge) bool { return !containsEdge(own, e) })
	}
	return all
}

// blockOf returns the block of a strand: of a loop, the one at its head.
func (b *builder) blockOf(inst *instance, s *strand, level int) int {
	region := s.items[0].region
	for _, r := range region[min(level, len(region)):] {
		if !r.hold {
			return int(inst.fn.Loops[r.id].Header)
		}
	}
	if loops := b.flow(inst).loops(s.items[0].instr); s.items[0].step.Kind == graph.Each && len(loops) > 0 {
		return int(inst.fn.Loops[loops[len(loops)-1]].Header) // of goroutines: the loop became the step
	}
	return s.block
}

// blockOfRegion returns the block in which a lock is taken, or the head of a loop.
func (b *builder) blockOfRegion(inst *instance, r region) int {
	if !r.hold {
		return int(inst.fn.Loops[r.id].Header)
	}
	if i := b.flow(inst).acqs[r.id].instr; i < len(inst.fn.Instrs) {
		return int(inst.fn.Instrs[i].Block)
	}
	return 0
}

// lessEdges returns the edges of a list that are not in another.
func lessEdges(list, less []edge) []edge {
	return slices.DeleteFunc(slices.Clone(list), func(e edge) bool { return containsEdge(less, e) })
}

// joinEdges returns the edges of both lists, sorted.
func joinEdges(x, y []edge) []edge {
	if len(y) == 0 {
		return x
	}
	out := slices.Concat(x, y)
	slices.SortFunc(out, compareEdges)
	return slices.Compact(out)
}

func containsEdge(sorted []edge, e edge) bool {
	_, in := slices.BinarySearchFunc(sorted, e, compareEdges)
	return in
}

// always takes from a step its outermost conditions, which are said by what is
// around it: that a cache missed, or that something failed.
func always(s *graph.Step) *graph.Step {
	switch {
	case !s.If.IsZero():
		s.If = graph.Site{}
	case s.Kind != graph.Branch:
		for _, inner := range s.Steps {
			always(inner)
		}
	}
	return s
}
