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

// deadlocks finds the stations that a path takes inside themselves.
func (e *eval) deadlocks(f fleet) []Deadlock {
	list := []Deadlock{}
	for i, st := range e.p.stations {
		servers, _ := e.capacities(st, f)
		if math.IsInf(servers, 1) || !e.takenTwice(i) {
			continue
		}
		n := e.nesting(i, f)
		if n.depth < 2 {
			continue
		}
		d := Deadlock{Resource: st.name, Nested: n.depth}
		d.SafeInFlight = int(max(0, math.Floor((servers-1)/n.held)))
		d.Possible = n.admit > float64(d.SafeInFlight)
		d.Why = fmt.Sprintf("safe while in_flight x (%d-1) + 1 <= %g", n.depth, servers)
		if n.held != float64(n.depth-1) {
			d.Why = fmt.Sprintf("safe while in_flight x %g + 1 <= %g: parallel parts keep %g", n.held, servers, n.held)
		}
		if !d.Possible {
			d.Why += fmt.Sprintf("; what encloses it admits %g", n.admit)
		}
		list = append(list, d)
	}
	slices.SortStableFunc(list, func(a, b Deadlock) int {
		return cmp.Or(-compareBool(a.Possible, b.Possible), cmp.Compare(a.SafeInFlight, b.SafeInFlight), cmp.Compare(a.Resource, b.Resource))
	})
	return list
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// takenTwice is a cheap test that excludes most stations: something that takes
// the station also reaches another taking of it.
func (e *eval) takenTwice(st int) bool {
	takes := 0
	for op := range e.ops {
		for _, u := range e.ops[op].uses {
			if u.station == st {
				takes++
			}
		}
	}
	own := st >= 0 && e.p.stations[st].kind == "service concurrency"
	return takes > 1 || takes == 1 && !own
}

// A taking is the state on the way down: what the station st looks like from
// inside the operations that are called.
type taking struct {
	e     *eval
	st    int
	fleet fleet
	depth []int     // by operation: deepest chain below and in it
	held  []float64 // by operation
	admit float64
}

func (e *eval) nesting(st int, f fleet) nesting {
	t := &taking{e: e, st: st, fleet: f, depth: make([]int, len(e.ops)), held: make([]float64, len(e.ops)), admit: math.Inf(1)}
	for i := len(e.p.order) - 1; i >= 0; i-- {
		op := e.p.order[i]
		depth, held := t.seq(e.p.ops[op].body)
		t.depth[op], t.held[op] = t.take(e.p.ops[op].slots, depth, held)
	}
	var n nesting
	for op, v := range e.reached() {
		if v && t.depth[op] > n.depth {
			n.depth, n.held = t.depth[op], t.held[op]
		}
	}
	if n.depth >= 2 {
		n.admit = t.admitted(n.depth)
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
	case StepCall:
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

// reached tells the operations that a path reaches, messages included.
func (e *eval) reached() []bool {
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
	for _, p := range e.p.paths {
		visit(p.entry)
	}
	return seen
}

// admitted returns how many requests at most are inside a chain of that depth:
// the least, over its ways in, of the servers of what is held around it.
func (t *taking) admitted(depth int) float64 {
	e := t.e
	in := make([]float64, len(e.ops)) // by operation: requests that may be in it at once; 0: not reached
	for _, p := range e.p.paths {
		in[p.entry] = math.Inf(1)
	}
	for op, v := range e.reached() {
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
				inner = min(room, t.servers(n.station))
			case StepCall:
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
		slots := e.p.ops[op].slots
		if slots == t.st && t.depth[op] == depth {
			most = max(most, in[op])
		}
		walk(e.p.ops[op].body, min(in[op], t.servers(slots)))
	}
	return most
}

func (t *taking) servers(station int) float64 {
	servers, _ := t.e.capacities(t.e.p.stations[station], t.fleet)
	if station == t.st {
		return math.Inf(1) // the chain itself is what is asked about
	}
	return servers
}
