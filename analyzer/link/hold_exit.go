package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// returns reports whether a block ends in a return.
func (f *flow) returns(blk *summary.Block) bool {
	return len(blk.Succs) == 0 && blk.Last > blk.First && f.inst.fn.Instrs[blk.Last-1].Op == summary.OpReturn
}

// succeeds reports whether some return of the function says that there was no
// error: its other returns then tell failures.
func (f *flow) succeeds() bool {
	fn := f.inst.fn
	if n := len(fn.Results); n == 0 || fn.Results[n-1] != "error" {
		return false
	}
	for n := range fn.Blocks {
		if blk := &fn.Blocks[n]; f.inst.reach[n] && f.returns(blk) && !f.fails(blk) {
			return true
		}
	}
	return false
}

// fails reports whether a return hands an error on: its last result is neither
// nil nor what a call that takes a lock answered. Who returns so holds nothing
// that its caller has to give back.
func (f *flow) fails(blk *summary.Block) bool {
	fn := f.inst.fn
	args := fn.Instrs[blk.Last-1].Args
	if len(args) == 0 {
		return false
	}
	last := args[len(args)-1]
	if last < 0 {
		n := -int(last) - 1
		return n >= len(fn.Pool) || fn.Pool[n].Text != "nil"
	}
	i := int(last) - fn.Values()
	if i >= 0 && i < len(fn.Instrs) && fn.Instrs[i].Op == summary.OpExtract {
		i = int(fn.Instrs[i].Args[0]) - fn.Values()
	}
	return !slices.ContainsFunc(f.acqs, func(a *acquisition) bool { return a.instr == i })
}

// handsBack reports whether a lock that is held at a return is the caller's
// from there on. Of a transaction that is only so where the function returns
// it, alone or in a struct: one that is dropped on some way out is a leak, and
// nothing that the caller does runs in it.
func (f *flow) handsBack(a *acquisition) bool {
	if a.row { // to the end of the transaction: the caller's, unless it begins here
		return !slices.ContainsFunc(f.acqs, func(o *acquisition) bool { return o.key == a.key && !o.row })
	}
	if !strings.HasPrefix(a.key, txPrefix) || strings.HasPrefix(a.key, txPrefix+"s") {
		return true
	}
	fn := f.inst.fn
	for n := range fn.Blocks {
		blk := &fn.Blocks[n]
		if !f.inst.reach[n] || !f.returns(blk) {
			continue
		}
		for _, ref := range fn.Instrs[blk.Last-1].Args {
			for _, obj := range f.b.transactions(f.b.m.ref(f.inst, ref)) {
				if a.key == txPrefix+itoa(int(obj)) {
					return true
				}
			}
		}
	}
	return false
}

// worked says on which way out of its error's test a call that also returns
// an error has done what it is for.
func (f *flow) worked(i int) edgeCond {
	fn := f.inst.fn
	last := -1
	var ref summary.Ref
	for j := range fn.Instrs {
		if in := &fn.Instrs[j]; in.Op == summary.OpExtract && int(in.Args[0]) == fn.Values()+i && int(in.N) > last {
			last, ref = int(in.N), summary.Ref(fn.Values()+j)
			if in.Type != "error" {
				last = -1
			}
		}
	}
	return edgeCond{set: last > 0, ref: ref, want: "nil"}
}
