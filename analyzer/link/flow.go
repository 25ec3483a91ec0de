package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A flow is what the control-flow graph of an instance says about its
// instructions: which loops they stand in and which locks are held there.
type flow struct {
	b     *builder
	inst  *instance
	held  map[int][]int           // by instruction: the acquisitions that are held there
	locks map[int]*graph.LockInfo // by acquisition
}

func (b *builder) flow(inst *instance) *flow {
	if f := b.flows[inst]; f != nil {
		return f
	}
	f := &flow{b: b, inst: inst, held: map[int][]int{}, locks: map[int]*graph.LockInfo{}}
	b.flows[inst] = f
	if len(inst.fn.Blocks) > 0 {
		f.findHolds()
	}
	return f
}

// loops returns the loops around an instruction, outermost first.
func (f *flow) loops(i int) []int {
	fn := f.inst.fn
	if len(fn.Blocks) == 0 || i >= len(fn.Instrs) {
		return nil
	}
	var out []int
	for n := fn.Blocks[fn.Instrs[i].Block].Loop; n >= 0; n = fn.Loops[n].Parent {
		out = append(out, int(n))
	}
	slices.Reverse(out)
	return out
}

func (f *flow) inLoop(i int) bool { return len(f.loops(i)) > 0 }

func (f *flow) loopRegions(i, from int) []region {
	var out []region
	for _, n := range f.loops(i)[from:] {
		out = append(out, region{id: n})
	}
	return out
}

// regions returns the loops and holds around an instruction, outermost first:
// a hold is inside the loops that its acquisition stands in.
func (f *flow) regions(i int) []region {
	loops := f.loops(i)
	var out []region
	held := f.held[i]
	emit := func(depth int) {
		for _, a := range held {
			if n := commonLoops(f.loops(a), loops); n == depth {
				out = append(out, region{hold: true, id: a})
			}
		}
	}
	emit(0)
	for n, loop := range loops {
		out = append(out, region{id: loop})
		emit(n + 1)
	}
	return out
}

func commonLoops(a, b []int) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// findHolds computes which locks may be held at every instruction: acquired on
// some way to it and not released since. A deferred release holds to the end.
func (f *flow) findHolds() {
	inst := f.inst
	acquires := map[int]setID{} // instruction -> what is locked
	releases := map[int][]setID{}
	for _, i := range callSites(inst) {
		in := &inst.fn.Instrs[i]
		for _, ev := range inst.lib[i] {
			switch ev.entry.Role {
			case catalog.Lock, catalog.DLock:
				if info := f.b.lockInfo(inst, i, in, ev); info != nil && in.Op == summary.OpCall {
					acquires[i] = f.b.lockKey(ev)
					f.locks[i] = info
				}
			case catalog.Unlock, catalog.DUnlock:
				if in.Op == summary.OpCall {
					releases[i] = append(releases[i], f.b.lockKey(ev))
				}
			}
		}
	}
	if len(acquires) == 0 {
		return
	}
	out := make([][]int, len(inst.fn.Blocks))
	for changed := true; changed; {
		changed = false
		for n := range inst.fn.Blocks {
			if !inst.reach[n] {
				continue
			}
			blk := &inst.fn.Blocks[n]
			var now []int
			for _, p := range blk.Preds {
				if inst.reach[p] {
					now = append(now, out[p]...)
				}
			}
			slices.Sort(now)
			now = slices.Compact(now)
			for i := int(blk.First); i < int(blk.Last); i++ {
				for _, r := range releases[i] {
					now = slices.DeleteFunc(now, func(a int) bool { return acquires[a] == r })
				}
				if len(now) > 0 {
					f.held[i] = slices.Clone(now)
				} else {
					delete(f.held, i)
				}
				if _, ok := acquires[i]; ok && !slices.Contains(now, i) {
					now = append(slices.Clone(now), i)
					slices.Sort(now)
				}
			}
			if !slices.Equal(out[n], now) {
				out[n], changed = now, true
			}
		}
	}
}

// lockKey tells locks apart within a function.
func (b *builder) lockKey(ev *event) setID { return ev.recv }
