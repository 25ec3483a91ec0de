package ceiling

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// A conversion turns the steps of one endpoint into steps of the model.
type conversion struct {
	*builder
	service  string
	op       string
	endpoint *graph.Endpoint
	noted    []string // what is not modelled
}

// A part is what a step became.
type part struct {
	steps []*Step
	noted []string
}

// leave notes that something is not modelled.
func (c *conversion) leave(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(c.noted, text) {
		c.noted = append(c.noted, text)
	}
}

// step converts a step. What several steps share becomes an inline operation,
// so that a graph of steps does not grow into a tree.
func (c *conversion) step(s *graph.Step) []*Step {
	if s == nil || s.Startup {
		return nil
	}
	k := partKey{c.service, s}
	done, ok := c.parts[k]
	if !ok {
		c.parts[k] = part{} // a step inside itself does nothing
		outer := c.noted
		c.noted = nil
		done.steps = c.optional(s, c.kind(s))
		done.noted = c.noted
		c.noted = outer
		if c.refs[k] > 1 && weight(done.steps) > 2 {
			id := fmt.Sprintf("%s part %d", c.service, len(c.m.Operations))
			c.m.Operations = append(c.m.Operations, &Operation{ID: id, Service: c.service, Inline: true, Steps: done.steps})
			done.steps = []*Step{{Kind: StepDo, Target: id, Site: s.Site}}
		}
		c.parts[k] = done
	}
	for _, text := range done.noted {
		c.leave("%s", text)
	}
	return done.steps
}

// weight counts steps, up to three.
func weight(steps []*Step) int {
	n := 0
	for _, s := range steps {
		n += 1 + weight(s.Steps)
		for _, b := range s.Branches {
			n += weight(b)
		}
		if n > 2 {
			break
		}
	}
	return n
}

func (c *conversion) kind(s *graph.Step) []*Step {
	switch s.Kind {
	case graph.Call:
		return c.call(s)
	case graph.Hold:
		return c.hold(s)
	case graph.Loop:
		return c.wrap(c.steps(s), Step{Kind: StepRepeat, N: c.rounds(s), Site: s.Site})
	case graph.Branch:
		return c.branch(s)
	case graph.Par:
		var branches [][]*Step
		for _, kid := range s.Steps {
			if steps := c.step(kid); len(steps) > 0 {
				branches = append(branches, steps)
			}
		}
		if len(branches) == 0 {
			return nil
		}
		return []*Step{{Kind: StepPar, Branches: branches, Site: s.Site}}
	case graph.Each:
		return c.wrap(c.steps(s), Step{Kind: StepEach, N: c.rounds(s), Site: s.Site,
			AtMost: c.capacity(s.Limit, fmt.Sprintf("c(%s)", s.Site))})
	case graph.Spawn:
		return c.spawn(s)
	case graph.Try:
		return c.try(s)
	case graph.Wait:
		return []*Step{c.timed(&Step{Kind: StepWait, Site: s.Site}, s.Time, fmt.Sprintf("t(wait %s)", s.Site), classWork)}
	case graph.Limit:
		return c.limit(s)
	}
	return c.steps(s)
}

func (c *conversion) steps(s *graph.Step) []*Step {
	var steps []*Step
	for _, kid := range s.Steps {
		steps = append(steps, c.step(kid)...)
	}
	return steps
}

// wrap puts steps into an outer one; nothing inside nothing is nothing.
func (c *conversion) wrap(steps []*Step, outer Step) []*Step {
	if len(steps) == 0 {
		return nil
	}
	outer.Steps = steps
	return []*Step{&outer}
}

// rounds is how often a loop goes round. Data decides mostly: then it is an
// unknown, named for the collection.
func (c *conversion) rounds(s *graph.Step) Num {
	q := s.Times
	if d := c.declared.find(WhatCount, c.service, "", "", s.Site); d != nil {
		q = d
	}
	over := cmp.Or(s.Over, s.Site.String())
	if q == nil {
		k := classRounds
		q = &graph.Quantity{Low: k.low, High: k.high, Source: graph.Assumed, Site: s.Site, Note: k.name}
	}
	return c.number(q, fmt.Sprintf("n(%s)", over))
}

// spawn starts steps that nobody waits for.
func (c *conversion) spawn(s *graph.Step) []*Step {
	steps := c.steps(s)
	if len(steps) == 0 || s.Joined {
		return steps
	}
	return c.behind(steps, s.Site)
}

// behind makes steps a message to the background of the service.
func (c *conversion) behind(steps []*Step, site graph.Site) []*Step {
	id := fmt.Sprintf("%s background %d", c.service, len(c.m.Operations))
	c.m.Operations = append(c.m.Operations, &Operation{ID: id, Service: c.background(c.service), Steps: steps})
	return []*Step{{Kind: StepAsync, Target: id, Site: site}}
}

func (c *conversion) try(s *graph.Step) []*Step {
	steps := c.steps(s)
	r := s.Retry
	if len(steps) == 0 || r == nil || r.Class == "poll" || r.Class == "compare-and-swap" {
		return steps
	}
	out := Step{Kind: StepRetry, Site: s.Site}
	switch {
	case r.Attempts == nil:
		c.leave("retry at %s: no cap on its attempts was found, so that a storm has no end", s.Site)
		out.Retry.Attempts = Of(1)
	default:
		out.Retry.Attempts = c.number(r.Attempts, fmt.Sprintf("n(attempts %s)", s.Site))
	}
	if r.Budget != nil && r.Attempts != nil {
		out.Retry.Attempts = Of(min(r.Attempts.High, 1+r.Budget.High))
	}
	for _, ms := range r.Backoff {
		out.Retry.Backoff = append(out.Retry.Backoff, Of(max(0, ms)))
	}
	if q := c.declared.find(WhatFails, c.service, target(s), "", s.Site); q != nil {
		out.Retry.FailProb = c.probability(q, fmt.Sprintf("p(fails %s)", s.Site))
	}
	return c.wrap(steps, out)
}

// target is what the first call inside a step uses.
func target(s *graph.Step) string {
	if s.Kind == graph.Call {
		return s.To
	}
	for _, kid := range s.Steps {
		if to := target(kid); to != "" {
			return to
		}
	}
	return ""
}

func (c *conversion) limit(s *graph.Step) []*Step {
	if s.Rate == nil {
		c.leave("rate limiter at %s: its rate is not known", s.Site)
		return nil
	}
	id := fmt.Sprintf("%s limiter %s", c.service, s.Site)
	if s.Of != "" {
		id = fmt.Sprintf("%s limiter of %s %s", c.service, s.Of, s.Site)
	}
	return []*Step{{Kind: StepLimit, Target: c.limiter(c.service, id, s.Rate), Site: s.Site}}
}
