package link

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// failures puts what is done only after a failure into branches of its own, so
// that the normal way reads on: neither a compensation nor what follows the
// check that leads to it is one of two alternatives.
func (n *numbering) failures(s *graph.Step, around []int) *graph.Step {
	if len(s.Steps) == 0 {
		return s
	}
	var out, normal []*graph.Step
	for i := 0; i < len(s.Steps); {
		own := n.without(n.failed(s.Steps[i]), around)
		if len(own) == 0 {
			t := n.failures(s.Steps[i], around)
			normal = append(normal, t)
			if s.Kind == graph.Seq {
				out = append(out, spread(t)...)
			} else {
				out = append(out, t)
			}
			i++
			continue
		}
		var group []*graph.Step
		in := append(slices.Clone(around), own...)
		for i < len(s.Steps) && slices.Equal(n.without(n.failed(s.Steps[i]), around), own) {
			group = append(group, n.failures(s.Steps[i], in))
			i++
			if s.Kind != graph.Seq {
				break
			}
		}
		out = append(out, afterFailure(always(seq(group))))
	}
	s.Steps = out
	if s.Kind != graph.Branch || s.Hit || len(normal) == len(out) {
		return s
	}
	steps := slices.DeleteFunc(out, func(t *graph.Step) bool { return slices.Contains(normal, t) })
	switch len(normal) {
	case 0:
	case 1:
		steps = append(steps, spread(normal[0])...)
	default:
		rest := *s
		rest.Steps, rest.Probs = normal, make([]*graph.Quantity, len(normal))
		steps = append(steps, &rest)
	}
	whole := seq(steps)
	if len(s.Stack) > 0 {
		whole = &graph.Step{Kind: graph.Seq, Steps: []*graph.Step{whole}, Site: s.Site, Func: s.Func, Stack: s.Stack}
	}
	return whole
}

// spread returns the steps of a plain sequence, or a step of another kind.
func spread(s *graph.Step) []*graph.Step {
	if s.Kind == graph.Seq && len(s.Stack) == 0 && s.If.IsZero() && len(s.Steps) > 0 {
		return s.Steps
	}
	return []*graph.Step{s}
}

func afterFailure(s *graph.Step) *graph.Step {
	return &graph.Step{Kind: graph.Branch, Fails: true, Steps: []*graph.Step{s}, Probs: []*graph.Quantity{nil}, Site: s.Site, Func: s.Func}
}

// failed returns the calls after whose failure alone all calls in a step are
// made; none if it holds no call.
func (n *numbering) failed(s *graph.Step) []int {
	if out, ok := n.broken[s]; ok {
		return out
	}
	var out []int
	if s.Kind == graph.Call {
		out = s.OnError
	} else {
		first := true
		for _, inner := range s.Steps {
			if !n.hasCall(inner) {
				continue
			}
			got := n.failed(inner)
			if first {
				out, first = got, false
				continue
			}
			out = slices.DeleteFunc(slices.Clone(out), func(id int) bool { return !slices.Contains(got, id) })
		}
	}
	n.broken[s] = out
	return out
}
