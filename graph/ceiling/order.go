package ceiling

import (
	"math"
	"slices"
)

// An ordering is that something holds one station while it waits for another.
type ordering struct{ from, to int }

// A held says where an ordering occurs.
type held struct {
	ops   []int
	gates []int   // stations that are held around it, wherever it occurs; sorted
	width float64 // how often one request may be in it at the same time, in parallel parts
}

// orderings collects them from all operations that the paths reach.
type orderings struct {
	e        *eval
	one      fleet // a replica of each service
	acquired [][]int
	around   [][]int // by operation: what is held wherever it is called; nil: not yet called
	called   []bool
	wide     []float64 // by operation: the greatest width of its calls
	found    map[ordering]*held
	next     map[int][]int
}

func newOrderings(e *eval) *orderings {
	n := len(e.p.ops)
	o := &orderings{e: e, one: make(fleet, len(e.p.services)), acquired: make([][]int, n), around: make([][]int, n), called: make([]bool, n), wide: make([]float64, n),
		found: map[ordering]*held{}, next: map[int][]int{}}
	for i := range o.one {
		o.one[i] = 1
	}
	seen := e.reached(e.p.paths)
	for i := len(e.p.order) - 1; i >= 0; i-- {
		op := e.p.order[i]
		if seen[op] {
			o.acquired[op] = o.add(o.takes(e.p.ops[op].body), o.slots(op))
		}
	}
	for _, p := range e.p.paths {
		o.call(p.entry, nil, 1)
	}
	for op, in := range seen {
		for _, c := range e.ops[op].calls {
			if in && c.async && c.visits > 0 {
				o.call(c.op, nil, 1)
			}
		}
	}
	for _, op := range e.p.order {
		if !seen[op] {
			continue
		}
		gates := o.around[op]
		if st := o.slots(op); st >= 0 {
			o.note(op, st, o.takes(e.p.ops[op].body), gates, o.wide[op])
			gates = o.add(gates, st)
		}
		o.walk(op, e.p.ops[op].body, gates, o.wide[op])
	}
	for k := range o.found {
		o.next[k.from] = append(o.next[k.from], k.to)
	}
	for _, list := range o.next {
		slices.Sort(list)
	}
	return o
}

// bounded returns a station, or -1 if nobody ever waits for it.
func (o *orderings) bounded(st int) int {
	if st < 0 || math.IsInf(o.servers(st), 1) {
		return -1
	}
	return st
}

func (o *orderings) servers(st int) float64 {
	servers, _ := o.e.capacities(o.e.p.stations[st], o.one)
	return servers
}

func (o *orderings) slots(op int) int {
	if o.e.p.ops[op].inline {
		return -1
	}
	return o.bounded(o.e.p.ops[op].slots)
}

// add adds a station to a sorted set, which it does not change; -1 is none.
func (o *orderings) add(set []int, st int) []int {
	i, in := slices.BinarySearch(set, st)
	if st < 0 || in {
		return set
	}
	return slices.Insert(slices.Clone(set), i, st)
}

// takes returns the stations that nodes wait for while they go on.
func (o *orderings) takes(list []*node) []int {
	var out []int
	for _, n := range list {
		if n.never() {
			continue
		}
		inner := o.takes(n.kids)
		switch n.step.Kind {
		case StepUse, StepHold:
			inner = o.add(inner, o.bounded(n.station))
		case StepCall, StepDo:
			inner = o.acquired[n.op]
		}
		for _, b := range n.branches {
			inner = append(inner, o.takes(b)...)
		}
		out = append(out, inner...)
		slices.Sort(out)
		out = slices.Compact(out)
	}
	return out
}

// call notes what is held around a call.
func (o *orderings) call(op int, gates []int, width float64) {
	o.wide[op] = max(o.wide[op], width)
	if o.called[op] {
		gates = both(o.around[op], gates)
	}
	o.around[op], o.called[op] = gates, true
}

// both returns what is in two sorted sets.
func both(a, b []int) []int {
	var out []int
	for _, v := range a {
		if _, in := slices.BinarySearch(b, v); in {
			out = append(out, v)
		}
	}
	return out
}

// note notes that a station is held while others are waited for.
func (o *orderings) note(op, from int, to, gates []int, width float64) {
	for _, st := range to {
		if st == from {
			continue
		}
		k := ordering{from, st}
		h := o.found[k]
		if h == nil {
			h = &held{gates: gates}
			o.found[k] = h
		}
		h.gates, h.width = both(h.gates, gates), max(h.width, width)
		h.ops = append(h.ops, op)
	}
}

func (o *orderings) walk(op int, list []*node, gates []int, width float64) {
	for _, n := range list {
		if n.never() {
			continue
		}
		inner, times := gates, width
		switch n.step.Kind {
		case StepHold:
			if st := o.bounded(n.station); st >= 0 {
				o.note(op, st, o.takes(n.kids), gates, width)
				inner = o.add(gates, st)
			}
		case StepCall, StepDo:
			o.call(n.op, gates, width)
		case StepPar:
			times *= max(1, float64(len(n.branches)))
		case StepEach:
			if at := o.e.of(n.n); n.capped && o.e.capacityOf(n.atMost) > 0 {
				times *= max(1, math.Ceil(min(at, o.e.capacityOf(n.atMost))))
			} else {
				times *= max(1, math.Ceil(at))
			}
		}
		o.walk(op, n.kids, inner, times)
		for _, b := range n.branches {
			o.walk(op, b, inner, times)
		}
	}
}
