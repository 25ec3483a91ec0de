package ceiling

import "slices"

// A trial evaluates the middle with one unknown at another value. Only the
// operations that depend on it are evaluated again; the others cost what they
// do at the middle.
type trial struct {
	e       *eval
	mid     *eval
	users   [][]int // by unknown: operations with a number that is it
	callers [][]int // by operation: what may call it
	rank    []int   // by operation: its place in the program's order
	stale   []bool  // by operation: marks of one evaluation
	list    []int   // operations that differ from the middle, callees first
}

func newTrial(mid *eval) *trial {
	p := mid.p
	values := slices.Clone(mid.demand)
	t := &trial{mid: mid, users: make([][]int, len(p.unknowns)), callers: make([][]int, len(p.ops)),
		rank: make([]int, len(p.ops)), stale: make([]bool, len(p.ops))}
	t.e = &eval{p: p, demand: values, capacity: values, mood: asDeclared, ops: slices.Clone(mid.ops)}
	for i, op := range p.order {
		t.rank[op] = i
		for u := range numbers(p.ops[op].body) {
			t.users[u] = append(t.users[u], op)
		}
		for _, callee := range p.ops[op].calls {
			t.callers[callee] = append(t.callers[callee], op)
		}
	}
	return t
}

// numbers returns the unknowns that nodes take numbers from.
func numbers(list []*node) map[int]bool {
	out := map[int]bool{}
	eachNode(list, func(n *node) {
		for _, o := range append([]operand{n.ms, n.n, n.timeout, n.atMost, n.attempts, n.failProb}, n.backoff...) {
			if o.unknown >= 0 {
				out[o.unknown] = true
			}
		}
	})
	return out
}

// begin chooses the unknown. What depends on it is found once for all values,
// among the operations that count.
func (t *trial) begin(unknown int, counts []bool) {
	t.list = t.list[:0]
	var mark func(op int)
	mark = func(op int) {
		if t.stale[op] || !counts[op] {
			return
		}
		t.stale[op] = true
		t.list = append(t.list, op)
		for _, caller := range t.callers[op] {
			mark(caller)
		}
	}
	for _, op := range t.users[unknown] {
		mark(op)
	}
	slices.SortFunc(t.list, func(a, b int) int { return t.rank[b] - t.rank[a] })
}

// at evaluates one value of the unknown.
func (t *trial) at(unknown int, value float64) *eval {
	t.e.demand[unknown] = value
	t.e.fleets, t.e.flat = [fleets]fleet{}, nil
	for _, op := range t.list {
		t.e.ops[op] = opCost{}
		t.e.op(op)
	}
	return t.e
}

// end goes back to the middle.
func (t *trial) end(unknown int) {
	t.e.demand[unknown] = t.mid.demand[unknown]
	for _, op := range t.list {
		t.e.ops[op], t.stale[op] = t.mid.ops[op], false
	}
}
