package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// leavesOut reports whether a request that goes the other way out of a
// condition leaves out what depends on it, and is served all the same. It is
// not where the other way leaves a loop, whose rounds are counted by
// themselves, where it fails, and where it is the short answer to an input that
// there is nothing to do for.
func (b *builder) leavesOut(inst *instance, e edge, block int) bool {
	fn := inst.fn
	blk := &fn.Blocks[e.block]
	if len(blk.Succs) != 2 || blk.Last == blk.First || fn.Instrs[blk.Last-1].Op != summary.OpIf {
		return false
	}
	other := int(blk.Succs[1-e.way])
	if !inst.reach[other] || other == int(blk.Succs[e.way]) || !inLoop(fn, block, blk.Loop) || !inLoop(fn, other, blk.Loop) {
		return false
	}
	if mine := int(blk.Succs[e.way]); mine != block && !b.rest(inst, mine)[block] {
		return false // it decides about the next round only
	}
	t := b.tests(inst, fn.Instrs[blk.Last-1].Args[0], 0)
	if e.way == 1 {
		t.sense = -t.sense
	}
	switch {
	case t.what == testedCase, t.what == testedError && t.sense > 0, b.afterError(inst, other):
		return false
	case t.what == testedAnswer:
		if t.sense > 0 {
			return false
		}
		t.sense = 0
	}
	how, early := b.skips(inst, e.block, other, block)
	switch {
	case how == skipsOn:
		return true
	case how == skipsFailing:
		return false
	case t.what == testedError:
		return true
	case how == skipsRound:
		return t.sense <= 0
	case early: // what is not done is the rest
		return t.sense < 0 || t.sense == 0 && !b.answers(inst)
	}
	return true
}

// A skip says how a way goes on that leaves something out.
type skip int

const (
	skipsFailing skip = iota // it only fails
	skipsEnding              // it ends the function, and succeeds
	skipsRound               // it goes on with the next round of a loop
	skipsOn                  // it meets what follows
)

// skips follows a way out of the condition in block from that does not lead to
// another block. It also reports whether the way ends above that block in the
// text.
func (b *builder) skips(inst *instance, from, way, block int) (how skip, early bool) {
	fn := inst.fn
	around := func(from, head int) bool { // the edge goes to the next round of a loop around the block
		return backward(fn, from, head) && inLoop(fn, block, fn.Blocks[head].Loop)
	}
	if around(from, way) {
		return skipsRound, false
	}
	mine := b.rest(inst, block)
	here := lineOf(fn, block)
	early = true
	seen := make([]bool, len(fn.Blocks))
	var visit func(n int) bool // until it meets what follows
	visit = func(n int) bool {
		if seen[n] || n == block {
			return false
		}
		seen[n] = true
		if mine[n] {
			return true
		}
		blk := &fn.Blocks[n]
		if len(blk.Succs) == 0 && b.flow(inst).returns(blk) && !b.failing(inst, n) {
			how, early = max(how, skipsEnding), early && (here == 0 || lineOf(fn, n) <= here)
		}
		for _, s := range blk.Succs {
			switch {
			case backward(fn, n, int(s)):
				if around(n, int(s)) {
					how = skipsRound
				}
			case inst.reach[s] && visit(int(s)):
				return true
			}
		}
		return false
	}
	if visit(way) {
		return skipsOn, false
	}
	return how, early
}

// lineOf returns the first line of what a block does; 0 if it has none. A
// variable stands where it is declared.
func lineOf(fn *summary.Func, block int) int {
	line := 0
	for _, in := range fn.Instrs[fn.Blocks[block].First:fn.Blocks[block].Last] {
		if n := in.Site.Line; n > 0 && (line == 0 || n < line) && in.Op != summary.OpPhi && in.Op != summary.OpAlloc {
			line = n
		}
	}
	return line
}

// rest returns the blocks that may run after a block in the same round of the
// loops around it.
func (b *builder) rest(inst *instance, from int) []bool {
	fn, known := inst.fn, b.control(inst).rest
	if out := known[from]; out != nil {
		return out
	}
	out := make([]bool, len(fn.Blocks))
	known[from] = out
	work := []int{from}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range fn.Blocks[n].Succs {
			if to := int(s); inst.reach[to] && !out[to] && !backward(fn, n, to) {
				out[to] = true
				work = append(work, to)
			}
		}
	}
	return out
}

// backward reports whether an edge goes back to the head of a loop around it.
func backward(fn *summary.Func, from, to int) bool {
	for l := fn.Blocks[from].Loop; l >= 0; l = fn.Loops[l].Parent {
		if int(fn.Loops[l].Header) == to {
			return true
		}
	}
	return false
}

// answers reports whether a function answers a request itself, so that its end
// is the request's: a handler, or who is given what to write the answer to.
func (b *builder) answers(inst *instance) bool {
	if slices.ContainsFunc(inst.fn.Params, func(p summary.Param) bool { return p.Type == "net/http.ResponseWriter" }) {
		return true
	}
	for c := range inst.callers {
		if len(c.fn.Blocks) == 0 || b.m.prog.generated[c.fn.Site.File] {
			return true
		}
	}
	return false
}
