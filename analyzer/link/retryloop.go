package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A round studies one loop of an instance: whether it does a remote operation
// again because the operation failed, and for no other reason.
type round struct {
	b    *builder
	inst *instance
	fn   *summary.Func
	loop int32
	in   []bool // by block: inside of the loop, and reached
	ops  []operation
	fail map[arc]bool // edges that are taken when an operation failed
}

// An arc goes from a block to one of its successors, by their places.
type arc struct{ from, succ int }

// An operation is a remote call of a loop, with everything in the function
// that its results flow into.
type operation struct {
	instr int
	flow  map[summary.Ref]bool
}

// tries returns the Try that a loop is; nil if it is another kind of loop:
// pagination, a poll, a consumer, a watcher, a list of fallbacks, an iteration.
func (b *builder) tries(inst *instance, loop int, inner *graph.Step) *graph.Step {
	l := &inst.fn.Loops[loop]
	if l.Kind == summary.LoopFunc || l.Kind == summary.LoopChan || !asks(inner) {
		return nil
	}
	r := &round{b: b, inst: inst, fn: inst.fn, loop: int32(loop), fail: map[arc]bool{}}
	r.findBlocks()
	r.findOperations()
	r.findFailures()
	var tried []operation
	for _, op := range r.ops {
		if r.triedAgain(op) && r.sameRequest(op) {
			tried = append(tried, op)
		}
	}
	if len(tried) == 0 {
		return nil
	}
	retry := &graph.Retry{Source: "loop", Class: "retry"}
	if r.onlyConflicts(tried[0]) {
		retry.Class = "compare-and-swap"
	}
	waits := r.waits(retry, tried)
	r.cap(retry, tried[0])
	retry.Swallows = r.swallows()
	steps := withoutWaits(inner, r.afterFailure(waits, tried[0]))
	s := &graph.Step{Kind: graph.Try, Steps: []*graph.Step{steps}, Site: gsite(l.Site), Func: inst.fn.Symbol, Retry: retry}
	b.idempotency(retry, s)
	r.named(retry, tried)
	if r.accepted(tried) && retry.Idempotent == "no" {
		retry.Idempotent, retry.Why = "yes", "what exists already is accepted"
	}
	return s
}

// asks reports whether a step waits for something remote.
func asks(s *graph.Step) bool {
	if s == nil || s.Kind == graph.Spawn {
		return false
	}
	return s.Kind == graph.Call && !s.Async || slices.ContainsFunc(s.Steps, asks)
}

func (r *round) findBlocks() {
	r.in = make([]bool, len(r.fn.Blocks))
	for n := range r.fn.Blocks {
		for l := r.fn.Blocks[n].Loop; l >= 0; l = r.fn.Loops[l].Parent {
			if l == r.loop {
				r.in[n] = r.inst.reach[n]
			}
		}
	}
}

// findOperations collects the remote calls of the loop itself, not of loops
// inside it: those are tried again by their own.
func (r *round) findOperations() {
	for _, i := range callSites(r.inst) {
		in := &r.fn.Instrs[i]
		if in.Op == summary.OpCall && r.in[in.Block] && r.fn.Blocks[in.Block].Loop == r.loop && r.remote(i) {
			r.ops = append(r.ops, operation{instr: i, flow: r.flowOf(i)})
		}
	}
}

func (r *round) remote(i int) bool {
	for _, target := range r.inst.calls[i] {
		if asks(r.b.body(target)) {
			return true
		}
	}
	for _, ev := range r.inst.lib[i] {
		if ev.entry.Role != catalog.Publish || ev.entry.Sync {
			if len(r.b.l.resolve(r.b.d, ev)) > 0 {
				return true
			}
		}
	}
	return false
}

// value returns the reference of an instruction's result.
func (r *round) value(i int) summary.Ref { return summary.Ref(i + r.fn.Values()) }

// instr returns the instruction that makes a value; -1 if it is none.
func (r *round) instr(ref summary.Ref) int {
	if n := int(ref) - r.fn.Values(); n >= 0 && n < len(r.fn.Instrs) {
		return n
	}
	return -1
}

// flowOf returns the values that the result of an instruction flows into,
// variables that stand in memory included.
func (r *round) flowOf(i int) map[summary.Ref]bool {
	flow := map[summary.Ref]bool{r.value(i): true}
	held := map[summary.Ref]bool{} // addresses of variables that hold such a value
	for grown := true; grown; {
		grown = false
		for n := range r.fn.Instrs {
			in, v := &r.fn.Instrs[n], r.value(n)
			if in.Op == summary.OpStore {
				if flow[in.Args[1]] && !held[in.Args[0]] {
					held[in.Args[0]], grown = true, true
				}
				continue
			}
			if flow[v] || !carries(in.Op) {
				continue
			}
			for _, a := range in.Args {
				if flow[a] || in.Op == summary.OpLoad && held[a] {
					flow[v], grown = true, true
					break
				}
			}
		}
	}
	return flow
}

func carries(op summary.Op) bool {
	switch op {
	case summary.OpAlloc, summary.OpMakeMap, summary.OpMakeSlice, summary.OpMakeChan, summary.OpMakeClosure, summary.OpSend, summary.OpMapUpdate,
		summary.OpGo, summary.OpDefer, summary.OpReturn, summary.OpIf, summary.OpJump, summary.OpPanic, summary.OpSelect:
		return false
	}
	return true
}

// findFailures finds the branches that are taken when an operation failed.
func (r *round) findFailures() {
	for n := range r.fn.Blocks {
		if !r.in[n] {
			continue
		}
		cond, ok := r.condition(n)
		if !ok {
			continue
		}
		switch r.polarity(cond, 0) {
		case failed:
			r.fail[arc{n, 0}] = true
		case succeeded:
			r.fail[arc{n, 1}] = true
		}
	}
}

// condition returns what a block's branch tests.
func (r *round) condition(block int) (summary.Ref, bool) {
	blk := &r.fn.Blocks[block]
	if blk.Last == blk.First {
		return 0, false
	}
	last := &r.fn.Instrs[blk.Last-1]
	if last.Op != summary.OpIf {
		return 0, false
	}
	return last.Args[0], true
}

// triedAgain reports whether an operation runs again after its failure, and
// after nothing else: from the other side of every test it is not met again
// before the loop is left.
func (r *round) triedAgain(op operation) bool {
	from := int(r.fn.Instrs[op.instr].Block)
	own := map[arc]bool{}
	for e := range r.fail {
		if cond, ok := r.condition(e.from); ok && op.flow[cond] {
			own[e] = true
		}
	}
	if len(own) == 0 || r.again(from, r.fail, nil) {
		return false
	}
	return r.again(from, without(r.fail, own), nil)
}

func without(all, some map[arc]bool) map[arc]bool {
	out := map[arc]bool{}
	for e := range all {
		if !some[e] {
			out[e] = true
		}
	}
	return out
}

// again reports whether the loop leads from the end of a block back to it,
// neither over an arc of cut nor through a block of closed.
func (r *round) again(block int, cut map[arc]bool, closed map[int]bool) bool {
	w := &walker{r: r, cut: cut, closed: closed, seen: map[string]bool{}}
	return w.from(block, nil, block)
}
