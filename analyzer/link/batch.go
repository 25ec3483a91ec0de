package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// overMessages reports whether a loop goes through the messages that one
// reception returned.
func (b *builder) overMessages(inst *instance, loop int) bool {
	fn := inst.fn
	l := &fn.Loops[loop]
	blk := &fn.Blocks[l.Header]
	t := &batchTrace{inst: inst, seen: map[summary.Ref]bool{}}
	if l.Over != summary.NoRef && t.from(l.Over, 0) {
		return true
	}
	if blk.Last > blk.First {
		if in := &fn.Instrs[blk.Last-1]; in.Op == summary.OpIf && len(in.Args) > 0 {
			return t.from(in.Args[0], 0)
		}
	}
	return false
}

// A batchTrace follows a value back to a reception within one function.
// Decoded contents of messages do not lead there.
type batchTrace struct {
	inst *instance
	seen map[summary.Ref]bool
}

func (t *batchTrace) from(r summary.Ref, depth int) bool {
	fn := t.inst.fn
	i := int(r) - fn.Values()
	if depth > 12 || i < 0 || i >= len(fn.Instrs) || t.seen[r] {
		return false
	}
	t.seen[r] = true
	in := &fn.Instrs[i]
	switch in.Op {
	case summary.OpCall:
		if slices.ContainsFunc(t.inst.lib[i], polls) {
			return true
		}
		if in.Mode == summary.Value || len(in.Args) == 0 {
			return false
		}
		return t.from(in.Args[0], depth+1) // a method of the batch, or its length
	case summary.OpExtract, summary.OpField, summary.OpFieldAddr, summary.OpSlice, summary.OpConvert,
		summary.OpUn, summary.OpNext, summary.OpRange, summary.OpIndex, summary.OpIndexAddr, summary.OpLookup:
		return t.from(in.Args[0], depth+1)
	case summary.OpLoad:
		return t.from(in.Args[0], depth+1)
	case summary.OpAlloc:
		return t.stored(r, depth)
	case summary.OpBin, summary.OpPhi:
		for _, a := range in.Args {
			if t.from(a, depth+1) {
				return true
			}
		}
	}
	return false
}

// stored follows what is stored in a variable.
func (t *batchTrace) stored(addr summary.Ref, depth int) bool {
	for i := range t.inst.fn.Instrs {
		in := &t.inst.fn.Instrs[i]
		if in.Op == summary.OpStore && len(in.Args) > 1 && in.Args[0] == addr && t.from(in.Args[1], depth+1) {
			return true
		}
	}
	return false
}
