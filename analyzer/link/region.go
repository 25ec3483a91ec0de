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

// nest groups items by the regions that enclose them.
func (b *builder) nest(inst *instance, items []item, level int) *graph.Step {
	var out []*graph.Step
	for n := 0; n < len(items); {
		if len(items[n].region) <= level {
			out = append(out, items[n].step)
			n++
			continue
		}
		r := items[n].region[level]
		end := n + 1
		for end < len(items) && len(items[end].region) > level && items[end].region[level] == r {
			end++
		}
		if inner := b.nest(inst, items[n:end], level+1); inner != nil {
			out = append(out, b.regionStep(inst, r, inner))
		}
		n = end
	}
	return seq(out)
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
	s := &graph.Step{Kind: graph.Loop, Steps: []*graph.Step{inner}, Site: gsite(loop.Site), Func: inst.fn.Symbol, Over: loop.Expr, Data: true}
	switch loop.Kind {
	case summary.LoopOther:
		if !progresses(inst.fn, int32(r.id)) {
			s.Over = ""
		}
	case summary.LoopForever:
		s.Data = !waitsForEvents(inst.fn, int32(r.id))
	case summary.LoopCount:
		s.Data = !b.steady(inst, loop)
		if n, ok := b.m.constant(b.m.ref(inst, loop.Bound)); ok {
			if v, ok := number(n); ok {
				s.Data = false
				s.Times = graph.Exact(max(0, v-float64(loop.Start)), graph.Derived, gsite(loop.Site), "bound of the loop")
			}
		}
	case summary.LoopRange:
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
			s := &graph.Step{Kind: graph.Each, Steps: it.step.Steps, Site: it.step.Site, Func: it.step.Func, Data: outer.Data, Times: outer.Times, Over: outer.Over, Limit: it.step.Limit}
			out = append(out, item{step: s, instr: it.instr, region: r[:loop]})
			continue
		}
		par := &graph.Step{Kind: graph.Par, Steps: slices.Clone(it.step.Steps), Site: it.step.Site, Func: it.step.Func}
		for n+1 < len(items) && items[n+1].step.Kind == graph.Spawn && slices.Equal(items[n+1].region, it.region) && b.waits(inst, items[n+1].instr) {
			n++
			par.Steps = append(par.Steps, items[n].step.Steps...)
		}
		out = append(out, item{step: par, instr: it.instr, region: it.region})
	}
	return out
}
