package rules

import (
	"math"

	"github.com/coordlint/coordlint/graph"
)

// An interval of milliseconds, and whether a part of it was assumed.
type interval struct {
	low, high float64
	assumed   bool
}

func (a interval) plus(b interval) interval {
	return interval{a.low + b.low, a.high + b.high, a.assumed || b.assumed}
}

func (a interval) times(low, high float64) interval {
	return interval{a.low * low, a.high * high, a.assumed}
}

// clock works out how long steps take without contention: a sequence is the
// sum, what runs at the same time the longest, a branch anything from its
// shortest to its longest, a call the answer of its callee.
type clock struct {
	ix    *graph.Index
	steps map[*graph.Step]interval
	busy  map[*graph.Step]bool
}

func newClock(ix *graph.Index) *clock {
	return &clock{ix, map[*graph.Step]interval{}, map[*graph.Step]bool{}}
}

// all returns the time of steps one after another.
func (c *clock) all(steps []*graph.Step) interval {
	var sum interval
	for _, s := range steps {
		sum = sum.plus(c.of(s))
	}
	return sum
}

func (c *clock) of(s *graph.Step) interval {
	if t, ok := c.steps[s]; ok {
		return t
	}
	if c.busy[s] { // recursion: its first round stands for it
		return interval{}
	}
	c.busy[s] = true
	t := c.measure(s)
	c.busy[s] = false
	c.steps[s] = t
	return t
}

func (c *clock) measure(s *graph.Step) interval {
	switch s.Kind {
	case graph.Call:
		return c.call(s)
	case graph.Wait:
		return given(s.Time)
	case graph.Spawn, graph.Limit:
		return interval{}
	case graph.Branch:
		t := interval{low: math.Inf(1)}
		for _, b := range s.Steps {
			u := c.of(b)
			t = interval{min(t.low, u.low), max(t.high, u.high), t.assumed || u.assumed}
		}
		if math.IsInf(t.low, 1) || len(s.Steps) == 1 || s.Skip {
			t.low = 0
		}
		return t
	case graph.Par:
		var t interval
		for _, b := range s.Steps {
			u := c.of(b)
			t = interval{max(t.low, u.low), max(t.high, u.high), t.assumed || u.assumed}
		}
		return t
	case graph.Loop:
		t := c.all(s.Steps)
		if s.Times != nil {
			return t.times(s.Times.Low, s.Times.High)
		}
		return interval{t.low, t.high, true} // at least one round
	}
	return c.all(s.Steps)
}

func (c *clock) call(s *graph.Step) interval {
	if s.Async {
		return interval{}
	}
	if s.Time != nil {
		return given(s.Time)
	}
	if r := c.ix.Resource(s.To); r != nil {
		if r.Time != nil {
			return given(r.Time)
		}
		return usual(r.Kind)
	}
	var t interval
	for _, e := range c.ix.Targets(s) {
		if e.Body != nil {
			u := c.of(e.Body)
			t = interval{max(t.low, u.low), max(t.high, u.high), t.assumed || u.assumed}
		}
	}
	return t.plus(interval{1, 50, true})
}

// usual returns what one use of a resource takes where nothing says: the
// assumptions of the ceiling's method, wide on purpose.
func usual(kind string) interval {
	switch kind {
	case graph.Cache:
		return interval{0.1, 1, true}
	case graph.External:
		return interval{20, 500, true}
	case graph.Lock, graph.Coordinator:
		return interval{1, 10, true}
	}
	return interval{0.5, 10, true}
}

func given(q *graph.Quantity) interval {
	if q == nil {
		return interval{}
	}
	return interval{q.Low, q.High, q.Source == graph.Assumed}
}

// quantity returns the interval as one.
func (a interval) quantity() *graph.Quantity {
	source := graph.Derived
	if a.assumed {
		source = graph.Assumed
	}
	return &graph.Quantity{Low: a.low, High: a.high, Source: source}
}
