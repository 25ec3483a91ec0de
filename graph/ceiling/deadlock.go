package ceiling

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A nesting is how one request takes a station inside itself. A request that
// is stuck keeps held servers and waits for one more, so that all get on while
// in flight x held + 1 <= servers: HikariCP's rule for pools,
// "About Pool Sizing", pool = threads x (connections - 1) + 1.
type nesting struct {
	depth int     // acquisitions on the deepest chain
	held  float64 // servers that one request keeps while it waits; depth-1 but for parallel parts
	admit float64 // requests that what encloses the first acquisition lets in
}

// deadlocks finds the stations that the paths take inside themselves.
func (s *solver) deadlocks(f fleet) []Deadlock {
	list := []Deadlock{}
	seen := s.reached()
	for _, t := range s.takings() {
		st := s.p.stations[t.st]
		servers, _ := s.mid.capacities(st, f)
		n := t.nesting(seen)
		if n.depth < 2 {
			continue
		}
		d := Deadlock{Resource: st.name, Nested: n.depth}
		d.SafeInFlight = int(max(0, math.Floor((servers-1)/n.held)))
		of, each := f, servers // what one replica has: all requests may meet in one
		if st.service >= 0 && f[st.service] > 1 {
			of = slices.Clone(f)
			of[st.service] = 1
			each, _ = s.mid.capacities(st, of)
			one := int(max(0, math.Floor((each-1)/n.held)))
			d.SafeReplica = &one
		}
		n.admit = t.admitted(n.depth, s.paths, seen, of)
		d.Possible = n.admit > max(0, math.Floor((each-1)/n.held))
		d.Why = fmt.Sprintf("safe while in_flight x (%d-1) + 1 <= %g", n.depth, servers)
		if n.held != float64(n.depth-1) {
			d.Why = fmt.Sprintf("safe while in_flight x %g + 1 <= %g: parallel parts keep %g", n.held, servers, n.held)
		}
		switch {
		case !d.Possible && d.SafeReplica != nil:
			d.Why += fmt.Sprintf("; a replica has %g, and what encloses it there admits %g", each, n.admit)
		case !d.Possible:
			d.Why += fmt.Sprintf("; what encloses it admits %g", n.admit)
		}
		list = append(list, d)
	}
	list = append(list, s.orders()...)
	slices.SortStableFunc(list, func(a, b Deadlock) int {
		if a.Possible != b.Possible {
			if a.Possible {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.SafeInFlight, b.SafeInFlight), cmp.Compare(a.Resource, b.Resource))
	})
	return list
}

// A taking is how the operations take one station: how deep in itself, and how
// much of it they hold while they wait for more.
type taking struct {
	e     *eval
	st    int
	depth []int     // by operation: acquisitions on the deepest chain in and below it
	held  []float64 // by operation
}

// newTaking returns nil if no operation takes the station inside itself.
func newTaking(e *eval, st int) *taking {
	t := &taking{e: e, st: st, depth: make([]int, len(e.ops)), held: make([]float64, len(e.ops))}
	nested := false
	for i := len(e.p.order) - 1; i >= 0; i-- {
		op := e.p.order[i]
		depth, held := t.seq(e.p.ops[op].body)
		if !e.p.ops[op].inline {
			depth, held = t.take(e.p.ops[op].slots, depth, held)
		}
		t.depth[op], t.held[op] = depth, held
		nested = nested || depth > 1
	}
	if !nested {
		return nil
	}
	return t
}

func (t *taking) nesting(seen []bool) nesting {
	var n nesting
	for op, v := range seen {
		if v && t.depth[op] > n.depth {
			n.depth, n.held = t.depth[op], t.held[op]
		}
	}
	return n
}

// take wraps a body in an acquisition of a station. Of a chain that ends in a
// single acquisition nothing is held while waiting for it.
func (t *taking) take(station, depth int, held float64) (int, float64) {
	if station != t.st {
		return depth, held
	}
	if depth == 0 {
		return 1, 0
	}
	return depth + 1, held + 1
}

func (t *taking) seq(list []*node) (depth int, held float64) {
	for _, n := range list {
		d, h := t.node(n)
		depth, held = max(depth, d), max(held, h)
	}
	return depth, held
}

func (t *taking) node(n *node) (depth int, held float64) {
	if n.never() {
		return 0, 0
	}
	switch n.step.Kind {
	case StepCall, StepDo:
		return t.depth[n.op], t.held[n.op]
	case StepUse:
		return t.take(n.station, 0, 0)
	case StepHold:
		depth, held = t.seq(n.kids)
		return t.take(n.station, depth, held)
	case StepPar:
		for _, b := range n.branches {
			d, h := t.seq(b)
			depth, held = max(depth, d), held+h
		}
		return depth, held
	case StepEither:
		for _, b := range n.branches {
			d, h := t.seq(b)
			depth, held = max(depth, d), max(held, h)
		}
		return depth, held
	case StepEach:
		depth, held = t.seq(n.kids)
		times := t.e.of(n.n)
		if n.capped && t.e.capacityOf(n.atMost) > 0 {
			times = min(times, t.e.capacityOf(n.atMost))
		}
		return depth, held * max(1, math.Ceil(times))
	}
	return t.seq(n.kids)
}

// reached tells the operations that the paths reach, messages included.
func (e *eval) reached(paths []path) []bool {
	seen := make([]bool, len(e.ops))
	var visit func(op int)
	visit = func(op int) {
		if seen[op] {
			return
		}
		seen[op] = true
		for _, c := range e.ops[op].calls {
			if c.visits > 0 {
				visit(c.op)
			}
		}
	}
	for _, p := range paths {
		visit(p.entry)
	}
	return seen
}

// admitted returns how many requests at most are inside a chain of that depth:
// the least, over its ways in, of the servers of what is held around it.
func (t *taking) admitted(depth int, paths []path, seen []bool, f fleet) float64 {
	e := t.e
	in := make([]float64, len(e.ops)) // by operation: requests that may be in it at once; 0: not reached
	for _, p := range paths {
		in[p.entry] = math.Inf(1)
	}
	for op, v := range seen {
		for _, c := range e.ops[op].calls {
			if v && c.async && c.visits > 0 {
				in[c.op] = math.Inf(1)
			}
		}
	}
	var most float64
	var walk func(list []*node, room float64)
	walk = func(list []*node, room float64) {
		for _, n := range list {
			if n.never() {
				continue
			}
			inner := room
			switch n.step.Kind {
			case StepHold:
				if d, _ := t.node(n); n.station == t.st && d == depth {
					most = max(most, room)
				}
				inner = min(room, t.servers(n.station, f))
			case StepCall, StepDo:
				in[n.op] = max(in[n.op], room)
			}
			walk(n.kids, inner)
			for _, b := range n.branches {
				walk(b, inner)
			}
		}
	}
	for _, op := range e.p.order {
		if in[op] == 0 {
			continue
		}
		if e.p.ops[op].inline {
			walk(e.p.ops[op].body, in[op])
			continue
		}
		slots := e.p.ops[op].slots
		if slots == t.st && t.depth[op] == depth {
			most = max(most, in[op])
		}
		walk(e.p.ops[op].body, min(in[op], t.servers(slots, f)))
	}
	return most
}

func (t *taking) servers(station int, f fleet) float64 {
	servers, _ := t.e.capacities(t.e.p.stations[station], f)
	if station == t.st {
		return math.Inf(1) // the chain itself is what is asked about
	}
	return servers
}
