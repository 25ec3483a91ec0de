package graph

import "strings"

// A Place is a step together with the way that leads to it.
type Place struct {
	Step *Step
	Up   *Place // of the enclosing step; nil at the root of a body
}

// Walk visits the steps under root in program order. Bodies share sub-trees,
// so a step is visited once for each distinct state in which it is met: start
// is the root's state, and enter, called with a step's place and its state,
// returns the state of the steps inside and whether to go there. The place is
// the first way on which the step was met in that state, so the cost is the
// number of pairs of step and state, however many ways there are.
func Walk[K comparable](root *Step, start K, enter func(p *Place, k K) (K, bool)) {
	if root == nil {
		return
	}
	type visit struct {
		step  *Step
		state K
	}
	seen := map[visit]bool{}
	var walk func(p *Place, k K)
	walk = func(p *Place, k K) {
		v := visit{p.Step, k}
		if seen[v] {
			return
		}
		seen[v] = true
		inner, down := enter(p, k)
		if !down {
			return
		}
		for _, s := range p.Step.Steps {
			if s != nil {
				walk(&Place{Step: s, Up: p}, inner)
			}
		}
	}
	walk(&Place{Step: root}, start)
}

// Ancestors returns the places from the root down to p, p included.
func (p *Place) Ancestors() []*Place {
	n := 0
	for q := p; q != nil; q = q.Up {
		n++
	}
	out := make([]*Place, n)
	for q := p; q != nil; q = q.Up {
		n--
		out[n] = q
	}
	return out
}

// Frames returns the function calls between from and p, outermost first. A nil
// from stands for the function of the body. From must be an ancestor of p.
func (p *Place) Frames(from *Place) []Frame {
	var chain []*Place
	for q := p; q != nil && q != from; q = q.Up {
		chain = append(chain, q)
	}
	var out []Frame
	for i := len(chain) - 1; i >= 0; i-- {
		out = append(out, chain[i].Step.Stack...)
	}
	return out
}

// Anchor returns where p stands as seen from the text around from: the site of
// the first call on the way that leaves this text, or the step's own, and the
// function that this site stands in. Function literals belong to the text
// around them, so the anchor of a call in a transaction's callback is in the
// callback and not in the library or repository that runs it. A nil from
// stands for the function of the body.
func (p *Place) Anchor(from *Place) (Site, string) {
	fn := ""
	if from != nil {
		fn = from.Step.Func
	}
	for _, f := range p.Frames(from) {
		if !IsLiteral(f.Func) {
			return f.Site, fn
		}
		fn = f.Func
	}
	return p.Step.Site, p.Step.Func
}

// IsLiteral reports whether a symbol names a function literal: its parent's
// symbol, "$" and a number.
func IsLiteral(symbol string) bool {
	i := strings.LastIndexByte(symbol, '$')
	return i >= 0 && i+1 < len(symbol) && strings.Trim(symbol[i+1:], "0123456789") == ""
}

// Waits reports whether the request waits at s for something outside of its
// own goroutine: a call's answer, a time, a rate limiter.
func (s *Step) Waits() bool {
	switch s.Kind {
	case Call:
		return !s.Async
	case Wait, Limit:
		return true
	}
	return false
}

// Detached reports whether what is inside s runs without the request waiting for it.
func (s *Step) Detached() bool { return s.Kind == Spawn && !s.Joined }
