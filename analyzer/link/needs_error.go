package link

import "github.com/coordlint/coordlint/analyzer/summary"

// A local variable of type error is assigned to again and again, and each
// check means the last assignment: its marks are kept for each block.

// errVar reports whether an operand is the address of such a variable.
func (a *activation) errVar(r summary.Ref) bool {
	in := a.definition(r)
	return in != nil && in.Op == summary.OpAlloc && in.Elem == "error"
}

// inherit joins the variables of the blocks before one.
func (a *activation) inherit(b int) {
	now := map[summary.Ref]markSet{}
	for _, p := range a.inst.fn.Blocks[b].Preds {
		if a.inst.reach[p] {
			for r, set := range a.errs[p] {
				now[r] = a.t.marks.join(now[r], set)
			}
		}
	}
	a.errs[b] = now
}

// ownPath is where the function that declares a variable keeps what it stored.
const ownPath = "$own"

// assign stores an error in a variable, for the function itself and for the
// literals inside it.
func (a *activation) assign(block int32, r summary.Ref, set markSet) {
	a.errs[block][r] = set
	for _, id := range a.t.m.sets[a.t.m.ref(a.inst, r)] {
		if v := a.t.m.byID[id]; v.kind == kAddr {
			a.t.put(v.obj, a.t.m.child(v.path, ownPath), set)
		}
	}
}

// current returns the marks of a variable: of the last assignment here, and of
// all that literals made.
func (a *activation) current(block int32, r summary.Ref) markSet {
	out := a.errs[block][r]
	for _, id := range a.t.m.sets[a.t.m.ref(a.inst, r)] {
		v := a.t.m.byID[id]
		if v.kind != kAddr {
			continue
		}
		for _, c := range a.t.heap[v.obj] {
			if c.path == root || a.t.m.paths[c.path].comp != ownPath {
				out = a.t.marks.join(out, c.set)
			}
		}
	}
	return out
}
