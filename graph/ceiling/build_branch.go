package ceiling

import (
	"fmt"

	"github.com/coordlint/coordlint/graph"
)

// branch converts alternatives. What is done only after a failure counts with
// the share that is declared, else not at all: the bound is that of a healthy
// system. Ways of which nothing says how often they are taken become one step
// whose split is unknown.
func (c *conversion) branch(s *graph.Step) []*Step {
	var ways [][]*Step
	var probs []*graph.Quantity
	known := false
	skip := s.Skip || len(s.Steps) == 1
	for i, kid := range s.Steps {
		steps := c.step(kid)
		if len(steps) == 0 {
			skip = true
			continue
		}
		var q *graph.Quantity
		if i < len(s.Probs) {
			q = s.Probs[i]
		}
		ways, probs, known = append(ways, steps), append(probs, q), known || q != nil
	}
	if len(ways) == 0 {
		return nil
	}
	if d := c.declared.find(WhatHit, c.service, "", c.endpoint.Name, s.Site); s.Hit && d != nil {
		return []*Step{c.share(s, ways[0], complement(d))}
	}
	if d := c.declared.find(WhatProb, c.service, "", "", s.Site); d != nil {
		out := []*Step{c.share(s, ways[0], d)}
		if rest := c.either(s, ways[1:], skip); len(rest) > 0 {
			out = append(out, c.share(s, rest, complement(d)))
		}
		return out
	}
	if s.Fails {
		c.leave("what is done at %s after a failure only", s.Site)
		return nil
	}
	if !known && !s.Hit {
		return c.either(s, ways, skip)
	}
	var out []*Step
	for i, steps := range ways {
		out = append(out, c.share(s, steps, probs[i]))
	}
	return out
}

// optional puts what a step became behind the condition that it has.
func (c *conversion) optional(s *graph.Step, steps []*Step) []*Step {
	if s.If.IsZero() || len(steps) == 0 {
		return steps
	}
	at := &graph.Step{Site: s.If}
	return []*Step{c.share(at, steps, c.declared.find(WhatProb, c.service, "", "", s.If))}
}

// share is steps that are done with a probability; nil: unknown.
func (c *conversion) share(s *graph.Step, steps []*Step, q *graph.Quantity) *Step {
	if q == nil {
		k := classBranch
		if !s.Hit {
			k = classOptional
		}
		q = &graph.Quantity{Low: k.low, High: k.high, Source: graph.Assumed, Site: s.Site, Note: k.name}
	}
	n := c.probability(q, fmt.Sprintf("p(%s)", s.Site))
	if q.Source == graph.Assumed && q.Note == classOptional.name {
		c.mayLeaveOut(n, s.Site, 1)
	}
	return &Step{Kind: StepProb, N: n, Miss: s.Hit, Site: s.Site, Steps: steps}
}

// either is one of several ways, or with skip none of them.
func (c *conversion) either(s *graph.Step, ways [][]*Step, skip bool) []*Step {
	switch {
	case len(ways) == 0:
		return nil
	case len(ways) == 1 && skip:
		return []*Step{c.share(s, ways[0], nil)}
	case len(ways) == 1:
		return ways[0]
	}
	text := fmt.Sprintf("which of %d ways requests take, from the cheapest for every station to the dearest", len(ways))
	if skip {
		ways = append(ways, []*Step{})
		text = fmt.Sprintf("which of %d ways, or none of them, requests take, from the cheapest for every station to the dearest", len(ways)-1)
	}
	q := &graph.Quantity{High: 1, Source: graph.Assumed, Site: s.Site, Note: text}
	n := c.number(q, fmt.Sprintf("split(%s)", s.Site))
	if skip {
		c.mayLeaveOut(n, s.Site, 0.5)
	}
	return []*Step{{Kind: StepEither, N: n, Branches: ways, Site: s.Site}}
}

// mayLeaveOut notes that requests may leave out what a number is the share of;
// if they take it, it is taken.
func (b *builder) mayLeaveOut(n Num, site graph.Site, taken float64) {
	if u := b.unknowns[n.Name]; u != nil {
		u.Taken = taken
		b.branches[n.Name] = site
	}
}

func (c *conversion) probability(q *graph.Quantity, name string) Num {
	clamped := *q
	clamped.Low, clamped.High = min(max(q.Low, 0), 1), min(max(q.High, 0), 1)
	return c.number(&clamped, name)
}

func complement(q *graph.Quantity) *graph.Quantity {
	out := *q
	out.Low, out.High = 1-q.High, 1-q.Low
	return &out
}
