package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// maxTurns is how many elements a container may have for a loop over it to
// be evaluated once for each.
const maxTurns = 64

// A turn is one time around a loop over a container whose elements are known:
// what the loop's body holds then. A loop that registers each handler of a map
// under its key would else register every one under every key. What is made in
// a turn is an object of its own, and what is met an operation of its own.
type turn struct {
	name  string
	over  *ranging
	elem  element
	outer *turn // of an enclosing loop

	regs   map[int]setID // by instruction of the loop, as below
	tuples map[int][]setID
	calls  map[int][]*instance
	lib    map[int][]*event
	reach  map[int]bool // by block
}

// An element is one of a container, with its index or key.
type element struct {
	key setID
	at  setID // its address
}

// blocks returns the indices of all blocks of a function.
func (m *machine) blocks(fn *summary.Func) []int {
	for len(m.ordinals) < len(fn.Blocks) {
		m.ordinals = append(m.ordinals, len(m.ordinals))
	}
	return m.ordinals[:len(fn.Blocks)]
}

// pass evaluates the reachable blocks of an instance, or of a turn of a loop
// in it, once. It reports whether anything changed.
func (m *machine) pass(inst *instance, blocks []int, within int32) bool {
	changed := false
	for _, b := range blocks {
		if !inst.reach[b] || m.exhausted() {
			continue
		}
		r, elems := m.turned(inst, b, within)
		switch {
		case r == nil:
			changed = m.evalBlock(inst, b) || changed
		case int32(b) == inst.fn.Loops[r.loop].Header:
			changed = m.evalTurns(inst, r, elems) || changed
		}
	}
	return changed
}

// turned returns the outermost loop below another that holds a block and
// that is evaluated turn by turn, with its elements.
func (m *machine) turned(inst *instance, b int, within int32) (found *ranging, elems []element) {
	all := m.rangings(inst.fn)
	if len(all) == 0 {
		return nil, nil
	}
	for loop := inst.fn.Blocks[b].Loop; loop >= 0 && loop != within; loop = inst.fn.Loops[loop].Parent {
		for _, r := range all {
			if r.loop != loop {
				continue
			}
			if of := m.elementsOf(inst, r, int32(b) == inst.fn.Loops[loop].Header); len(of) > 0 {
				found, elems = r, of
			}
		}
	}
	return found, elems
}

// elementsOf returns the elements of the container that a loop ranges over,
// none if they are not known. They are looked up anew where a loop begins.
func (m *machine) elementsOf(inst *instance, r *ranging, anew bool) []element {
	name := inst.turnName() + "/" + itoa(int(r.loop))
	if !anew {
		return inst.over[name]
	}
	l := elementList{m: m, inst: inst}
	known := true
	for _, id := range m.sets[m.ref(inst, r.over)] {
		switch v := m.byID[m.bare(id)]; v.kind {
		case kAddr, kAgg:
			known = known && l.add(v.obj, v.path, 0)
		case kNil, kZero:
		default:
			known = false
		}
	}
	if !known || len(l.found) > maxTurns {
		l.found = nil
	}
	if inst.over == nil {
		inst.over = map[string][]element{}
	}
	inst.over[name] = l.found
	return l.found
}

// evalTurns evaluates a loop once for each element.
func (m *machine) evalTurns(inst *instance, r *ranging, elems []element) bool {
	changed := false
	shared := inst.hold(r)
	all := inst.hold(r)
	all.calls, all.lib = map[int][]*instance{}, map[int][]*event{}
	outer := inst.turn
	for n, e := range elems {
		name := inst.turnName() + "/" + itoa(int(r.loop)) + "." + itoa(n)
		one := inst.turns[name]
		if one == nil {
			one = &turn{name: name, over: r}
			if inst.turns == nil {
				inst.turns = map[string]*turn{}
			}
			inst.turns[name] = one
		}
		one.elem, one.outer = e, outer
		inst.restore(r, one)
		inst.reach[inst.fn.Loops[r.loop].Header] = true
		for _, i := range r.instrs { // what an earlier turn gave on
			if in := &inst.fn.Instrs[i]; in.Op == summary.OpPhi && in.Block == inst.fn.Loops[r.loop].Header {
				inst.regs[i] = m.join(inst.regs[i], shared.regs[i])
			}
		}
		inst.turn = one
		changed = m.pass(inst, r.blocks, r.loop) || changed
		inst.turn = outer
		held := inst.hold(r)
		one.regs, one.tuples, one.calls, one.lib, one.reach = held.regs, held.tuples, held.calls, held.lib, held.reach
		m.gatherTurn(r, all, one)
	}
	inst.restore(r, all)
	return changed
}

// gatherTurn adds what a turn holds to what all of them do.
func (m *machine) gatherTurn(r *ranging, all, one *turn) {
	for _, i := range r.instrs {
		all.regs[i] = m.join(all.regs[i], one.regs[i])
		if len(one.tuples[i]) > 0 {
			all.tuples[i] = m.joinAll(all.tuples[i], one.tuples[i])
		}
		for _, c := range one.calls[i] {
			if !slices.Contains(all.calls[i], c) {
				all.calls[i] = append(all.calls[i], c)
			}
		}
		all.lib[i] = append(all.lib[i], one.lib[i]...)
	}
	for _, b := range r.blocks {
		all.reach[b] = all.reach[b] || one.reach[b]
	}
}

// hold returns what the body of a loop holds.
func (inst *instance) hold(r *ranging) *turn {
	h := &turn{regs: map[int]setID{}, tuples: map[int][]setID{}, calls: map[int][]*instance{}, lib: map[int][]*event{}, reach: map[int]bool{}}
	for _, i := range r.instrs {
		h.regs[i] = inst.regs[i]
		if t, ok := inst.tuples[i]; ok {
			h.tuples[i] = slices.Clone(t)
		}
		if c := inst.calls[i]; len(c) > 0 {
			h.calls[i] = slices.Clone(c)
		}
		if l := inst.lib[i]; len(l) > 0 {
			h.lib[i] = slices.Clone(l)
		}
	}
	for _, b := range r.blocks {
		h.reach[b] = inst.reach[b]
	}
	return h
}

// restore makes the body of a loop hold what it did.
func (inst *instance) restore(r *ranging, h *turn) {
	for _, i := range r.instrs {
		inst.regs[i] = h.regs[i]
		restoreAt(inst.tuples, h.tuples, i)
		restoreAt(inst.calls, h.calls, i)
		restoreAt(inst.lib, h.lib, i)
	}
	for _, b := range r.blocks {
		inst.reach[b] = h.reach[b]
	}
}

func restoreAt[T any](to, from map[int][]T, i int) {
	if s, ok := from[i]; ok {
		to[i] = slices.Clone(s)
	} else {
		delete(to, i)
	}
}

// turnName tells the turn that is evaluated from others; "" if none is.
func (inst *instance) turnName() string {
	if inst == nil || inst.turn == nil {
		return ""
	}
	return inst.turn.name
}

// inTurn evaluates the instructions by which a turn takes its element.
func (m *machine) inTurn(inst *instance, i int, in *summary.Instr) (set setID, ok bool) {
	for r := inst.turn; r != nil; r = r.outer {
		switch {
		case i == r.over.next:
			val := m.each(r.elem.at, func(_ valueID, v value) setID { return m.loadAs(inst, m.addr(v.obj, v.path), in.Agg) })
			return m.tuple(inst, i, m.unknown("bool"), r.elem.key, val), true
		case i == r.over.cond:
			return m.unknown("bool"), true
		case i == r.over.index:
			return r.elem.key, true
		case (in.Op == summary.OpIndexAddr || in.Op == summary.OpIndex) && int(in.Args[1]) == r.over.index+inst.fn.Values() && m.ref(inst, in.Args[0]) == m.ref(inst, r.over.over):
			if in.Op == summary.OpIndex {
				return m.load(inst, r.elem.at, in), true
			}
			return r.elem.at, true
		}
	}
	return none, false
}
