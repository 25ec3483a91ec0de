package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// An item is a step with the place in its function where it stands.
type item struct {
	step   *graph.Step
	instr  int
	region []region // enclosing loops and holds, outermost first
}

// A region is a loop or a hold of a function.
type region struct {
	hold bool
	id   int // index of the loop, or of the flow's acquisition
}

// nest makes one step of the items of one level: it finds out which of them
// exclude one another, and groups them by the regions that enclose them. All
// of it stands behind some conditions.
func (b *builder) nest(inst *instance, items []item, level int, around []edge) *graph.Step {
	if len(items) == 0 {
		return nil
	}
	return b.planned(inst, b.arrange(inst, items, level), level, around)
}

// planned makes the step of a plan that stands behind some conditions.
func (b *builder) planned(inst *instance, p *plan, level int, around []edge) *graph.Step {
	if r, ok := p.region(level); ok {
		own := b.conditions(inst, b.blockOfRegion(inst, r))
		var inner *graph.Step
		if within := joinEdges(around, own); r.hold {
			inner = b.planned(inst, p, level+1, within)
		} else if inner = b.nest(inst, p.strand.items, level+1, within); inner == nil {
			return nil
		}
		return b.optional(inst, b.regionStep(inst, r, inner), lessEdges(own, around))
	}
	if p.strand != nil {
		own := b.conditions(inst, b.blockOf(inst, p.strand, level))
		return b.optional(inst, p.strand.items[0].step, lessEdges(own, around))
	}
	var steps []*graph.Step
	for n := 0; n < len(p.parts); {
		r, ok := p.parts[n].region(level)
		end := n + 1
		for ok && r.hold && !p.either && end < len(p.parts) {
			if next, held := p.parts[end].region(level); !held || next != r {
				break
			}
			end++
		}
		part := p.parts[n]
		if end > n+1 {
			part = &plan{parts: p.parts[n:end]}
		}
		within := around
		if p.either { // that it is done or not, the branch says
			within = joinEdges(around, b.conditionsOf(inst, part, level))
		}
		steps = append(steps, b.planned(inst, part, level, within))
		n = end
	}
	if !p.either {
		return seq(steps)
	}
	steps = slices.DeleteFunc(steps, func(s *graph.Step) bool { return s == nil })
	out := &graph.Step{Kind: graph.Branch, Steps: steps, Probs: make([]*graph.Quantity, len(steps)), Site: p.site, Func: inst.fn.Symbol, Skip: p.skip}
	if out.Site.IsZero() {
		out.Site = steps[0].Site
	}
	return b.optional(inst, out, lessEdges(b.conditionsOf(inst, p, level), around))
}

// region returns the region on a level that is around all of a plan: a hold,
// or the loop that a leaf is.
func (p *plan) region(level int) (region, bool) {
	if p.strand != nil {
		if r := p.strand.items[0].region; len(r) > level {
			return r[level], true
		}
		return region{}, false
	}
	var all region
	for n, q := range p.parts {
		r, ok := q.region(level)
		if !ok || !r.hold || n > 0 && r != all {
			return region{}, false
		}
		all = r
	}
	return all, len(p.parts) > 0
}

func (b *builder) regionStep(inst *instance, r region, inner *graph.Step) *graph.Step {
	if r.hold {
		a := b.flow(inst).acqs[r.id]
		return &graph.Step{Kind: graph.Hold, Steps: []*graph.Step{inner}, Site: gsite(a.site), Func: inst.fn.Symbol, Lock: a.info}
	}
	if s := b.tries(inst, r.id, inner); s != nil {
		return s
	}
	loop := &inst.fn.Loops[r.id]
	if b.m.selects(b.m.ref(inst, loop.Over)) {
		return inner
	}
	s := &graph.Step{Kind: graph.Loop, Steps: []*graph.Step{inner}, Site: gsite(loop.Site), Func: inst.fn.Symbol, Over: loop.Expr, Data: true}
	switch loop.Kind {
	case summary.LoopOther:
		s.Rounds = true
		if !progresses(inst.fn, int32(r.id)) {
			s.Over = ""
		}
		s.Data = !chunked(inst.fn, int32(r.id))
	case summary.LoopChan:
		s.Fed = true
	case summary.LoopForever:
		s.Data = !waitsForEvents(inst.fn, int32(r.id))
	case summary.LoopCount:
		s.Data = !b.steady(inst, loop) && !chunked(inst.fn, int32(r.id))
		if of, ok := strings.CutPrefix(loop.Expr, "len("); ok && loop.Over != summary.NoRef {
			s.Over = strings.TrimSuffix(of, ")")
		}
		s.Rounds = loop.Over == summary.NoRef
		if n := b.fixedLength(inst, loop.Over); n >= 0 {
			s.Data = false
			s.Times = graph.Exact(float64(n), graph.Derived, gsite(loop.Site), "elements of a literal")
		}
		if n, ok := b.m.constant(b.m.ref(inst, loop.Bound)); ok {
			if v, ok := number(n); ok {
				s.Data = false
				s.Times = graph.Exact(max(0, v-float64(loop.Start)), graph.Derived, gsite(loop.Site), "bound of the loop")
			}
		}
	case summary.LoopFunc:
		s.Data = !cutUp(loop.Expr)
	case summary.LoopRange:
		s.Data = !cutUp(loop.Expr)
		if n := b.fixedLength(inst, loop.Over); n >= 0 {
			s.Data = false
			s.Times = graph.Exact(float64(n), graph.Derived, gsite(loop.Site), "elements of a literal")
		}
	}
	return s
}

// fixedLength returns the length of a list that is written out in the source;
// -1 if data decides.
func (b *builder) fixedLength(inst *instance, list summary.Ref) int {
	id, ok := b.m.single(b.m.ref(inst, list))
	if !ok || given(inst.fn, list) {
		return -1
	}
	v := b.m.byID[id]
	if v.kind != kAddr || b.m.objects[v.obj].kind != oAlloc || !strings.HasPrefix(b.m.objects[v.obj].typ, "[") || strings.HasPrefix(b.m.objects[v.obj].typ, "[]") {
		return -1
	}
	n := 0
	for _, kid := range b.m.objects[v.obj].kids[v.path] {
		if _, ok := indexOf(b.m.paths[kid].comp); ok {
			n++
		}
	}
	return n
}

// join turns goroutines that the function waits for into parallel parts.
func (b *builder) join(inst *instance, items []item) []item {
	var out []item
	for n := 0; n < len(items); n++ {
		it := items[n]
		if it.step.Kind != graph.Spawn || !(it.step.Joined || b.waits(inst, it.instr)) {
			out = append(out, it)
			continue
		}
		if one := it.step.Limit; b.flow(inst).inLoop(it.instr) && (one == nil || one.High > 1) {
			// One goroutine an element, all of them awaited.
			r := it.region
			loop := -1
			for k := len(r) - 1; k >= 0; k-- {
				if !r[k].hold {
					loop = k
					break
				}
			}
			outer := b.regionStep(inst, r[loop], it.step.Steps[0])
			s := &graph.Step{Kind: graph.Each, Steps: it.step.Steps, Site: it.step.Site, Func: it.step.Func, Data: outer.Data, Times: outer.Times, Over: outer.Over, Rounds: outer.Rounds, Limit: it.step.Limit}
			out = append(out, item{step: s, instr: it.instr, region: r[:loop]})
			continue
		}
		par := &graph.Step{Kind: graph.Par, Steps: slices.Clone(it.step.Steps), Site: it.step.Site, Func: it.step.Func}
		for n+1 < len(items) && items[n+1].step.Kind == graph.Spawn && slices.Equal(items[n+1].region, it.region) && b.waits(inst, items[n+1].instr) && b.goTogether(inst, it.instr, items[n+1].instr) {
			n++
			par.Steps = append(par.Steps, items[n].step.Steps...)
		}
		out = append(out, item{step: par, instr: it.instr, region: it.region})
	}
	return out
}
