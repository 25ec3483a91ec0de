package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A control says which conditions decide about each block of an instance.
type control struct {
	order  []int    // reachable blocks, callers of later ones first where there is no loop
	deps   [][]edge // by block
	place  []int    // of each block in order
	ipdom  []int    // the block that every way out goes through next; -1: none
	used   []bool   // by reference: somebody uses the value
	loops  bool
	again  []bool // by block: in a loop or behind one
	blocks []summary.Block

	optional map[dependence]bool // see conditions
	rest     map[int][]bool      // see builder.rest
}

// An edge is one way out of a block that ends in a condition.
type edge struct{ block, way int }

// controlOf computes control dependence by post-dominators (Ferrante et al.),
// over the blocks that the evaluation reached.
func controlOf(inst *instance) *control {
	fn := inst.fn
	n := len(fn.Blocks)
	c := &control{deps: make([][]edge, n), ipdom: make([]int, n), blocks: fn.Blocks, loops: len(fn.Loops) > 0, optional: map[dependence]bool{}, rest: map[int][]bool{}}
	c.again = behindLoops(fn)
	c.used = make([]bool, fn.Values()+len(fn.Instrs))
	use := func(r summary.Ref) {
		if r >= 0 && int(r) < len(c.used) {
			c.used[r] = true
		}
	}
	for i := range fn.Instrs {
		for _, a := range fn.Instrs[i].Args {
			use(a)
		}
		for _, s := range fn.Instrs[i].States {
			use(s.Chan)
			use(s.Value)
		}
	}
	seen := make([]bool, n)
	var visit func(b int)
	visit = func(b int) {
		seen[b] = true
		for _, leaving := range []bool{true, false} { // so that a loop's blocks come before those behind it
			for _, s := range slices.Backward(fn.Blocks[b].Succs) {
				if out := !inLoop(fn, int(s), fn.Blocks[b].Loop); out == leaving && inst.reach[s] && !seen[s] {
					visit(int(s))
				}
			}
		}
		c.order = append(c.order, b)
	}
	visit(0)
	for b := range fn.Blocks {
		if inst.reach[b] && !seen[b] {
			visit(b)
		}
	}
	slices.Reverse(c.order)
	c.place = make([]int, n)
	for i, b := range c.order {
		c.place[b] = i
	}
	post := c.postDominators(inst)
	sizes := make([]int, n)
	for b := range n {
		sizes[b] = count(post[b])
	}
	for b := range n {
		c.ipdom[b] = -1
		size := -1
		for d := range n {
			if d != b && inst.reach[b] && post[b][d] && inst.reach[d] {
				if sizes[d] > size {
					c.ipdom[b], size = d, sizes[d]
				}
			}
		}
	}
	for _, a := range c.order {
		succs := fn.Blocks[a].Succs
		if len(succs) < 2 {
			continue
		}
		for k, s := range succs {
			if !inst.reach[s] {
				continue
			}
			for _, b := range c.order {
				if post[s][b] && (b == a || !post[a][b]) {
					c.deps[b] = append(c.deps[b], edge{a, k})
				}
			}
		}
	}
	return c
}

// inLoop reports whether a block belongs to a loop or to one inside it.
func inLoop(fn *summary.Func, b int, loop int32) bool {
	if loop < 0 {
		return true
	}
	for n := fn.Blocks[b].Loop; n >= 0; n = fn.Loops[n].Parent {
		if n == loop {
			return true
		}
	}
	return false
}

// postDominators returns for every block those that all ways from it to an exit pass.
func (c *control) postDominators(inst *instance) [][]bool {
	n := len(c.blocks)
	post := make([][]bool, n)
	for b := range post {
		post[b] = make([]bool, n)
		for d := range post[b] {
			post[b][d] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for _, b := range slices.Backward(c.order) {
			next := make([]bool, n)
			first := true
			for _, s := range c.blocks[b].Succs {
				if !inst.reach[s] {
					continue
				}
				for d := range next {
					next[d] = post[s][d] && (first || next[d])
				}
				first = false
			}
			next[b] = true
			if !slices.Equal(next, post[b]) {
				post[b], changed = next, true
			}
		}
	}
	return post
}

func count(set []bool) int {
	n := 0
	for _, in := range set {
		if in {
			n++
		}
	}
	return n
}

// region returns the blocks that are reached through an edge before the ways
// meet again.
func (c *control) region(inst *instance, e edge) []int {
	var out []int
	var visit func(b int)
	visit = func(b int) {
		if b == c.ipdom[e.block] || b == e.block || slices.Contains(out, b) || !inst.reach[b] {
			return
		}
		out = append(out, b)
		for _, s := range c.blocks[b].Succs {
			visit(int(s))
		}
	}
	visit(int(c.blocks[e.block].Succs[e.way]))
	return out
}

// behindLoops returns which blocks stand in a loop or can be reached from one.
func behindLoops(fn *summary.Func) []bool {
	out := make([]bool, len(fn.Blocks))
	var visit func(b int)
	visit = func(b int) {
		if out[b] {
			return
		}
		out[b] = true
		for _, s := range fn.Blocks[b].Succs {
			visit(int(s))
		}
	}
	for b := range fn.Blocks {
		if fn.Blocks[b].Loop >= 0 {
			visit(b)
		}
	}
	return out
}
