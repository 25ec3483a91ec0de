package ceiling

import (
	"fmt"
	"slices"
	"strings"
)

// largest is the greatest number that a model may hold. It keeps products of
// a few numbers finite.
const largest = 1e15

// zero is an operand that is not given.
var zero = operand{0, -1}

// number resolves a Num and checks 0 <= n <= most, for unknowns at both ends.
func (c *compiler) number(n Num, most float64) (operand, error) {
	if n.Name != "" {
		i, ok := c.unknown[n.Name]
		if !ok {
			return operand{}, fmt.Errorf("%q is no entry of unknowns", n.Name)
		}
		if u := c.p.unknowns[i]; u.High > most {
			return operand{}, fmt.Errorf("unknown %s: %v is more than %v", n.Name, u.High, most)
		}
		return operand{unknown: i}, nil
	}
	if !(n.Value >= 0 && n.Value <= most) {
		return operand{}, fmt.Errorf("%v is not between 0 and %v", n.Value, most)
	}
	return operand{n.Value, -1}, nil
}

func (c *compiler) nodes(steps []*Step, service int, at string) ([]*node, error) {
	var list []*node
	for i, s := range steps {
		n, err := c.node(s, service, fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return nil, err
		}
		list = append(list, n)
	}
	return list, nil
}

func (c *compiler) node(s *Step, service int, at string) (*node, error) {
	n := &node{step: s, station: -1, op: -1, timeout: zero, atMost: zero, attempts: zero, failProb: zero}
	err := c.target(n, service)
	if err == nil {
		err = c.operands(n)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if n.kids, err = c.nodes(s.Steps, service, at+".steps"); err != nil {
		return nil, err
	}
	for i, branch := range s.Branches {
		kids, err := c.nodes(branch, service, fmt.Sprintf("%s.par[%d]", at, i))
		if err != nil {
			return nil, err
		}
		n.branches = append(n.branches, kids)
	}
	return n, nil
}

func (c *compiler) target(n *node, service int) error {
	s := n.step
	switch s.Kind {
	case StepCall, StepAsync, StepDo:
		op, ok := c.op[s.Target]
		if !ok {
			return fmt.Errorf("%s of unknown operation %q", s.Kind, s.Target)
		}
		n.op = op
		if o := c.model.Operations[op]; o.Inline != (s.Kind == StepDo) {
			return fmt.Errorf("%s of %s: an inline operation is done, any other is called", s.Kind, s.Target)
		}
		c.p.async = c.p.async || s.Kind == StepAsync
	case StepUse, StepHold, StepLimit:
		st, ok := c.station[s.Target]
		if !ok {
			return fmt.Errorf("%s of unknown resource %q", s.Kind, s.Target)
		}
		n.station = st
		if s.Kind == StepHold {
			c.p.stations[st].held = true
		}
		if s.Kind == StepLimit && !c.p.stations[st].limited {
			return fmt.Errorf("limit of %s, which has no rate", s.Target)
		}
		if s.Kind != StepLimit && strings.HasSuffix(s.Target, "/cpu") && c.p.stations[st].omitted {
			return fmt.Errorf("%s of %s, whose service has no cores", s.Kind, s.Target)
		}
	case StepCPU:
		n.station = c.station[c.model.Services[service].ID+"/cpu"]
	case StepPar, StepEach:
		c.p.parallel = true
	case StepEither:
		if len(s.Branches) == 0 {
			return fmt.Errorf("%s without ways", s.Kind)
		}
	case StepWait, StepRepeat, StepProb, StepRetry:
	default:
		return fmt.Errorf("unknown kind of step %q", s.Kind)
	}
	return nil
}

func (c *compiler) operands(n *node) error {
	s := n.step
	most := largest
	if s.Kind == StepProb || s.Kind == StepEither {
		most = 1
	}
	var err error
	set := func(to *operand, num Num, most float64) {
		if err == nil {
			*to, err = c.number(num, most)
		}
	}
	set(&n.ms, s.MS, largest)
	set(&n.n, s.N, most)
	if s.Timeout != nil {
		n.hangs = true
		set(&n.timeout, *s.Timeout, largest)
	}
	if s.AtMost != nil {
		n.capped = true
		set(&n.atMost, *s.AtMost, largest)
	}
	if s.Kind == StepRetry {
		set(&n.attempts, s.Retry.Attempts, largest)
		set(&n.failProb, s.Retry.FailProb, 1)
		for _, b := range s.Retry.Backoff {
			var wait operand
			set(&wait, b, largest)
			n.backoff = append(n.backoff, wait)
		}
	}
	return err
}

// never reports whether the steps inside n are known not to run.
func (n *node) never() bool {
	return (n.step.Kind == StepProb || n.step.Kind == StepRepeat || n.step.Kind == StepEach) &&
		n.n.unknown < 0 && n.n.value == 0
}

// sorted orders the operations so that callers come first. It returns an error
// if an operation waits, directly or not, for itself: such a request never ends.
func (c *compiler) sorted() error {
	p := c.p
	const fresh, open, done = 0, 1, 2
	state := make([]int, len(p.ops))
	var stack []int
	var visit func(op int) error
	visit = func(op int) error {
		stack = append(stack, op)
		state[op] = open
		var err error
		eachNode(p.ops[op].body, func(n *node) {
			switch {
			case err != nil || n.op < 0 || n.step.Kind == StepAsync || state[n.op] == done:
			case state[n.op] == open:
				err = c.circle(append(stack, n.op))
			default:
				err = visit(n.op)
			}
		})
		stack = stack[:len(stack)-1]
		state[op] = done
		p.order = append(p.order, op)
		return err
	}
	for op := range p.ops {
		if state[op] == fresh {
			if err := visit(op); err != nil {
				return err
			}
		}
	}
	slices.Reverse(p.order)
	return nil
}

func (c *compiler) circle(stack []int) error {
	last := stack[len(stack)-1]
	start := 0
	for stack[start] != last {
		start++
	}
	var names []string
	for _, op := range stack[start:] {
		names = append(names, c.p.ops[op].id)
	}
	return fmt.Errorf("operation %s waits for itself without end: %s", c.p.ops[last].id, strings.Join(names, " -> "))
}

// eachNode calls f with every node that may run.
func eachNode(list []*node, f func(*node)) {
	for _, n := range list {
		f(n)
		if n.never() {
			continue
		}
		eachNode(n.kids, f)
		for _, b := range n.branches {
			eachNode(b, f)
		}
	}
}

// callees lists the operations that the nodes may call or send to.
func callees(list []*node) []int {
	var ops []int
	seen := map[int]bool{}
	eachNode(list, func(n *node) {
		if n.op >= 0 && !seen[n.op] {
			seen[n.op] = true
			ops = append(ops, n.op)
		}
	})
	return ops
}
