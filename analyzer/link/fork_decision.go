package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// maxExcludes bounds how many calls one call is noted to exclude.
const maxExcludes = 64

// deferred reports whether an instruction defers a call.
func deferred(in *summary.Instr) bool { return in.Op == summary.OpDefer }

// decision returns where it is decided which of some alternatives is done, and
// whether it may be none of them though the function succeeds.
func (f *forks) decision(set []int) (site graph.Site, skip bool) {
	fn := f.inst.fn
	own := map[int]bool{}
	top := -1
	for _, i := range set {
		block := f.strands[i].block
		own[block] = true
		if top < 0 {
			top = block
		}
		top = f.above(top, block)
	}
	if top < 0 || own[top] {
		return graph.Site{}, false
	}
	common := make([]bool, len(fn.Blocks)) // what comes after some alternative
	for block := range own {
		for n, in := range f.reach(block) {
			common[n] = common[n] || in
		}
	}
	seen := make([]bool, len(fn.Blocks))
	var passes func(block int) bool
	passes = func(block int) bool {
		if seen[block] || own[block] {
			return false
		}
		seen[block] = true
		blk := &fn.Blocks[block]
		if len(blk.Succs) == 0 {
			fl := f.b.flow(f.inst)
			return fl.returns(blk) && (common[block] || !fl.succeeds() || !fl.fails(blk))
		}
		return slices.ContainsFunc(blk.Succs, func(s int32) bool {
			return f.inst.reach[s] && (f.nextRound(block, int(s)) || passes(int(s)))
		})
	}
	return conditionSite(fn, top), passes(top)
}

// above returns the nearest block that dominates two others; -1 if none does.
func (f *forks) above(x, y int) int {
	fn := f.inst.fn
	over := map[int]bool{}
	for b := int32(x); b >= 0; b = fn.Blocks[b].Idom {
		over[int(b)] = true
	}
	for b := int32(y); b >= 0; b = fn.Blocks[b].Idom {
		if over[int(b)] {
			return int(b)
		}
	}
	return -1
}

// conditionSite returns where the source says what a block branches on.
func conditionSite(fn *summary.Func, block int) graph.Site {
	blk := &fn.Blocks[block]
	if blk.Last == blk.First || fn.Instrs[blk.Last-1].Op != summary.OpIf {
		return graph.Site{}
	}
	at := fn.Instrs[blk.Last-1].Args[0]
	for range 4 {
		i := int(at) - fn.Values()
		if i < 0 || i >= len(fn.Instrs) {
			break
		}
		in := &fn.Instrs[i]
		if in.Site.Line > 0 {
			return gsite(in.Site)
		}
		if len(in.Args) == 0 {
			break
		}
		at = in.Args[0]
	}
	return graph.Site{}
}

// noteSevered notes on the calls which earlier ones no request makes together
// with them, where the plan does not say so.
func (f *forks) noteSevered() {
	for _, pair := range f.severed {
		var ids []int
		for _, c := range callsOf(f.strands[pair[0]]) {
			ids = append(ids, c.ID)
		}
		for _, c := range callsOf(f.strands[pair[1]]) {
			if len(c.Excludes)+len(ids) <= maxExcludes {
				c.Excludes = append(c.Excludes, ids...)
			}
		}
	}
}

func callsOf(s *strand) []*graph.Step {
	var out []*graph.Step
	var visit func(s *graph.Step)
	visit = func(s *graph.Step) {
		if s.Kind == graph.Call {
			out = append(out, s)
		}
		for _, t := range s.Steps {
			visit(t)
		}
	}
	for _, it := range s.items {
		visit(it.step)
	}
	return out
}
