package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// nextMark is the function name of the step that stands for what a middleware
// runs; see around.
const nextMark = nextType

// fronted puts the middleware in front of an endpoint around its body.
func (b *builder) fronted(ep *endpoint, body *graph.Step) *graph.Step {
	fronts := b.d.routes.before(ep.entry)
	for _, mw := range slices.Backward(fronts) {
		body = b.around(mw, body)
	}
	body, _ = b.put(body, nil)
	return body
}

// around returns what a middleware does with body in the place where it calls
// the next handler, or behind it if there is no such place.
func (b *builder) around(mw *entry, body *graph.Step) *graph.Step {
	var steps []*graph.Step
	ways := b.ways
	for _, inst := range mw.top.calls[0] {
		b.ways = (&way{inst: mw.top}).to(0, inst)
		steps = append(steps, b.part(inst))
	}
	b.ways = ways
	s := seq(steps)
	if s == nil {
		return body
	}
	out, done := b.put(s, body)
	if !done {
		return seq([]*graph.Step{out, body})
	}
	return out
}

// put copies a tree with body in the place of the last call of the next
// handler; the other calls of it, on other ways through the middleware, go.
func (b *builder) put(s, body *graph.Step) (out *graph.Step, done bool) {
	if s == nil || !b.calls(s) {
		return s, false
	}
	if s.Func == nextMark {
		return body, true
	}
	c := *s
	if s.Kind == graph.Branch && b.callers(s.Steps) > 1 {
		c.Kind, c.Skip = graph.Seq, false // whichever way is taken, the handler runs
	}
	c.Steps, c.Probs = nil, nil
	for _, inner := range slices.Backward(s.Steps) {
		var was bool
		if done {
			inner, _ = b.put(inner, nil)
		} else {
			inner, was = b.put(inner, body)
		}
		done = done || was
		if inner != nil {
			c.Steps = append(c.Steps, inner)
		}
	}
	if len(c.Steps) == 0 {
		return nil, done
	}
	slices.Reverse(c.Steps)
	if c.Kind == graph.Branch {
		c.Skip = c.Skip || len(c.Steps) < len(s.Steps)
		c.Probs = make([]*graph.Quantity, len(c.Steps))
	}
	return &c, done
}

// calls reports whether a tree calls the next handler.
func (b *builder) calls(s *graph.Step) bool {
	if known, ok := b.nexts[s]; ok {
		return known
	}
	found := s.Func == nextMark || slices.ContainsFunc(s.Steps, b.calls)
	b.nexts[s] = found
	return found
}

// callers counts the steps that call the next handler.
func (b *builder) callers(steps []*graph.Step) int {
	n := 0
	for _, s := range steps {
		if b.calls(s) {
			n++
		}
	}
	return n
}

// nextStep stands for the call of the next handler.
func nextStep(site graph.Site) *graph.Step {
	return &graph.Step{Kind: graph.Seq, Func: nextMark, Site: site}
}

// answered reports whether a function receives from what a call that does not
// wait returned: net/rpc's Call.Done.
func (b *builder) answered(inst *instance, ev *event) bool {
	for n := range inst.fn.Instrs {
		in := &inst.fn.Instrs[n]
		if in.Op == summary.OpRecv && slices.Contains(b.channelsOf(inst, in.Args[0]), ev.obj) {
			return true
		}
	}
	return false
}
