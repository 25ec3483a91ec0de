package ceiling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// A circle is stations that are taken each inside the one before, and the first
// inside the last: requests that come in different orders wait for one another
// for ever once each station's servers are held by those that want the next
// (Coffman, Elphick and Shoshani, System Deadlocks, ACM Computing Surveys 3(2),
// 1971).
type circle struct {
	stations []int
	ops      []int
	need     float64 // requests in flight that it takes
	admit    float64 // requests that what encloses it lets in, taken as each other's width
}

// circles returns the circles of all paths of the program, each set of stations
// once. Replicas do not help: the requests may be in one of each.
func (s *common) circles() []circle {
	if s.round {
		return s.circled
	}
	s.round = true
	o := newOrderings(s.whole)
	for _, from := range o.nodes() {
		way := o.shortest(from)
		if way == nil || slices.Min(way) != from {
			continue // a circle is reported at its first station
		}
		s.circled = append(s.circled, o.circle(way))
	}
	return s.circled
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
	width := 1.0
	for i, st := range way {
		width = max(width, o.found[ordering{st, way[(i+1)%len(way)]}].width)
	}
	for i, st := range way {
		h := o.found[ordering{st, way[(i+1)%len(way)]}]
		c.need += o.servers(st) / width
		c.ops = append(c.ops, h.ops...)
		for _, g := range h.gates {
			if !slices.Contains(way, g) && o.servers(g)*width < o.servers(st) {
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
	c.need = math.Ceil(c.need)
	return c
}

// orders returns the deadlocks of stations that requests take in different
// orders, where the paths have a part in them and no operation takes one of
// them inside itself, which is an order against itself and has its own rule.
func (s *solver) orders() []Deadlock {
	var list []Deadlock
	seen := s.reached()
	for _, c := range s.circles() {
		var names []string
		again := false
		for _, st := range c.stations {
			names = append(names, s.p.stations[st].name)
			again = again || slices.ContainsFunc(s.takings(), func(t *taking) bool { return t.st == st })
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
