package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// guarded reports whether a nil, loaded or not-found test of memory that lasts
// dominates an instruction, in its function or at every call of it.
func (b *builder) guarded(inst *instance, i, depth int) bool {
	fl := b.flow(inst)
	if fl.guardedSince(i, -1) {
		return true
	}
	if depth > 2 || len(inst.callers) == 0 {
		return false
	}
	for c := range inst.callers {
		if len(c.fn.Blocks) == 0 || !b.m.alive(c) {
			return false
		}
		for _, j := range callSites(c) {
			if slices.Contains(c.calls[j], inst) && !b.guarded(c, j, depth+1) {
				return false
			}
		}
	}
	return true
}

// guardedSince reports whether such a test stands between instruction from,
// which dominates i (-1: the entry), and i.
func (f *flow) guardedSince(i, from int) bool {
	fn := f.inst.fn
	if len(fn.Blocks) == 0 || i >= len(fn.Instrs) {
		return false
	}
	stop := int32(-1)
	if from >= 0 {
		stop = fn.Instrs[from].Block
	}
	for at := fn.Instrs[i].Block; at >= 0; at = fn.Blocks[at].Idom {
		d := fn.Blocks[at].Idom
		if d < 0 {
			return false
		}
		dom := &fn.Blocks[d]
		// at is entered from d alone, on one side of its test.
		if len(dom.Succs) == 2 && dom.Last > dom.First && len(fn.Blocks[at].Preds) == 1 && fn.Instrs[dom.Last-1].Op == summary.OpIf {
			if f.missing(fn.Instrs[dom.Last-1].Args[0], dom.Succs[0] == at) {
				return true
			}
		}
		if d == stop {
			return false
		}
	}
	return false
}

// missing reports whether a condition, being as it is, says that something
// that lasts is not there yet: nil, empty, not loaded, not found.
func (f *flow) missing(cond summary.Ref, is bool) bool {
	fn := f.inst.fn
	i := int(cond) - fn.Values()
	if i < 0 || i >= len(fn.Instrs) {
		return false
	}
	switch in := &fn.Instrs[i]; in.Op {
	case summary.OpUn:
		return in.Sym == "!" && f.missing(in.Args[0], !is)
	case summary.OpLoad: // a flag: loaded, ready
		return !is && in.Type == "bool" && f.lasts(in.Args[0])
	case summary.OpExtract:
		j := int(in.Args[0]) - fn.Values()
		if j < 0 || j >= len(fn.Instrs) || in.N != 1 || is {
			return false
		}
		from := &fn.Instrs[j]
		return from.Op == summary.OpLookup && f.lasts(from.Args[0])
	case summary.OpBin:
		if in.Sym != "==" && in.Sym != "!=" || (in.Sym == "==") != is {
			return false
		}
		x, y := in.Args[0], in.Args[1]
		n := -int(y) - 1
		if y >= 0 || y == summary.NoRef || n >= len(fn.Pool) || fn.Pool[n].Kind != summary.Const {
			return false
		}
		j := int(x) - fn.Values()
		if j < 0 || j >= len(fn.Instrs) {
			return false
		}
		left := &fn.Instrs[j]
		switch {
		case fn.Pool[n].Nil && left.Op == summary.OpLoad:
			return f.lasts(left.Args[0])
		case fn.Pool[n].Text == "0" && left.Op == summary.OpCall && left.Mode == summary.Builtin && left.Sym == "len":
			k := int(left.Args[0]) - fn.Values()
			return k >= 0 && k < len(fn.Instrs) && fn.Instrs[k].Op == summary.OpLoad && f.lasts(fn.Instrs[k].Args[0])
		}
	}
	return false
}

func (f *flow) lasts(addr summary.Ref) bool {
	return f.b.d.memory().lasting(f.b.m.ref(f.inst, addr))
}
