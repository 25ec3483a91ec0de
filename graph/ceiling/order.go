package ceiling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// An ordering is that something holds one station while it waits for another.
type ordering struct{ from, to int }

// A held says where an ordering occurs.
type held struct {
	ops   []int
	gates []int // stations that are held around it, wherever it occurs; sorted
}

// A circle is stations that are taken each inside the one before, and the first
// inside the last: requests that come in different orders wait for one another
// for ever once each station's servers are held by those that want the next
// (Coffman, Elphick and Shoshani, System Deadlocks, ACM Computing Surveys 3(2),
// 1971).
type circle struct {
	stations []int
	ops      []int
	need     float64 // requests in flight that it takes
	admit    float64 // requests that what encloses it lets in
}

// circles returns the circles of all paths of the program, each set of stations
// once. Replicas do not help: the requests may be in one of each.
func (s *common) circles() []circle {
	if s.round {
		return s.circled
	}
	s.round = true
	o := newOrderings(s.mid)
	for _, from := range o.nodes() {
		way := o.shortest(from)
		if way == nil || slices.Min(way) != from {
			continue // a circle is reported at its first station
		}
		s.circled = append(s.circled, o.circle(way))
	}
	return s.circled
}

// orderings collects them from all operations that the paths reach.
type orderings struct {
	e        *eval
	one      fleet // a replica of each service
	acquired [][]int
	around   [][]int // by operation: what is held wherever it is called; nil: not yet called
	called   []bool
	found    map[ordering]*held
	next     map[int][]int
}

func newOrderings(e *eval) *orderings {
	n := len(e.p.ops)
	o := &orderings{e: e, one: make(fleet, len(e.p.services)), acquired: make([][]int, n), around: make([][]int, n), called: make([]bool, n),
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
		o.call(p.entry, nil)
	}
	for op, in := range seen {
		for _, c := range e.ops[op].calls {
			if in && c.async && c.visits > 0 {
				o.call(c.op, nil)
			}
		}
	}
	for _, op := range e.p.order {
		if !seen[op] {
			continue
		}
		gates := o.around[op]
		if st := o.slots(op); st >= 0 {
			o.note(op, st, o.takes(e.p.ops[op].body), gates)
			gates = o.add(gates, st)
		}
		o.walk(op, e.p.ops[op].body, gates)
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
func (o *orderings) call(op int, gates []int) {
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
func (o *orderings) note(op, from int, to, gates []int) {
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
		h.gates = both(h.gates, gates)
		h.ops = append(h.ops, op)
	}
}

func (o *orderings) walk(op int, list []*node, gates []int) {
	for _, n := range list {
		if n.never() {
			continue
		}
		inner := gates
		switch n.step.Kind {
		case StepHold:
			if st := o.bounded(n.station); st >= 0 {
				o.note(op, st, o.takes(n.kids), gates)
				inner = o.add(gates, st)
			}
		case StepCall, StepDo:
			o.call(n.op, gates)
		}
		o.walk(op, n.kids, inner)
		for _, b := range n.branches {
			o.walk(op, b, inner)
		}
	}
}

// nodes returns the stations that something is waited for in, by number.
func (o *orderings) nodes() []int {
	out := make([]int, 0, len(o.next))
	for st := range o.next {
		out = append(out, st)
	}
	slices.Sort(out)
	return out
}

// shortest returns the shortest way from a station back to itself; nil if there
// is none.
func (o *orderings) shortest(from int) []int {
	before := map[int]int{}
	queue := []int{from}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, next := range o.next[at] {
			if next == from {
				way := []int{at}
				for at != from {
					at = before[at]
					way = append(way, at)
				}
				slices.Reverse(way)
				return way
			}
			if _, seen := before[next]; !seen {
				before[next] = at
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// circle says what it takes to close one, and what lets requests in.
func (o *orderings) circle(way []int) circle {
	c := circle{stations: way, admit: math.Inf(1)}
	var gates []int
	for i, st := range way {
		h := o.found[ordering{st, way[(i+1)%len(way)]}]
		c.need += o.servers(st)
		c.ops = append(c.ops, h.ops...)
		for _, g := range h.gates {
			if !slices.Contains(way, g) && o.servers(g) < o.servers(st) {
				c.admit = min(c.admit, o.servers(g)) // too few to hold all of this one
			}
		}
		if i == 0 {
			gates = h.gates
		}
		gates = both(gates, h.gates)
	}
	for _, g := range gates {
		if !slices.Contains(way, g) {
			c.admit = min(c.admit, o.servers(g))
		}
	}
	return c
}

// orders returns the deadlocks of stations that requests take in different
// orders, where the paths have a part in them and no station of them is taken
// inside itself, which is reported by itself.
func (s *solver) orders(nested []Deadlock) []Deadlock {
	var list []Deadlock
	seen := s.mid.reached(s.paths)
	for _, c := range s.circles() {
		var names []string
		again := false
		for _, st := range c.stations {
			names = append(names, s.p.stations[st].name)
			again = again || slices.ContainsFunc(nested, func(d Deadlock) bool { return d.Resource == names[len(names)-1] })
		}
		if again || !slices.ContainsFunc(c.ops, func(op int) bool { return seen[op] }) {
			continue
		}
		d := Deadlock{Resource: names[0], Order: names, Nested: len(names), SafeInFlight: int(min(c.need, largest)) - 1, Possible: c.admit >= c.need}
		d.Why = fmt.Sprintf("taken in different orders: %s, %s; safe while in_flight < %g", strings.Join(names, ", "), names[0], c.need)
		if !d.Possible {
			d.Why += fmt.Sprintf("; what encloses it admits %g", c.admit)
		}
		list = append(list, d)
	}
	slices.SortStableFunc(list, func(a, b Deadlock) int { return cmp.Compare(a.Resource, b.Resource) })
	return list
}
