package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// failing reports whether a block that returns says that there was an error.
func (b *builder) failing(inst *instance, block int) bool {
	fn := inst.fn
	args := fn.Instrs[fn.Blocks[block].Last-1].Args
	if n := len(fn.Results); n == 0 || fn.Results[n-1] != "error" || len(args) == 0 {
		return false
	}
	last := returned(fn, block, args[len(args)-1])
	if text, constant := constantText(fn, last); constant {
		return text != "nil"
	}
	return b.makesError(fn, last) || b.afterError(inst, block)
}

// returned is what a result is where the block stores it in the variable that
// deferred functions see.
func returned(fn *summary.Func, block int, result summary.Ref) summary.Ref {
	load := definition(fn, result)
	if load == nil || load.Op != summary.OpLoad {
		return result
	}
	for i := fn.Blocks[block].Last - 1; i >= fn.Blocks[block].First; i-- {
		if in := &fn.Instrs[i]; in.Op == summary.OpStore && in.Args[0] == load.Args[0] {
			return in.Args[1]
		}
	}
	return result
}

// makesError reports whether a value is an error by what it is made of.
func (b *builder) makesError(fn *summary.Func, r summary.Ref) bool {
	in := definition(fn, r)
	if in == nil {
		return false
	}
	switch in.Op {
	case summary.OpMakeInterface:
		return true
	case summary.OpLoad:
		n := -int(in.Args[0]) - 1
		return in.Args[0] < 0 && n < len(fn.Pool) && fn.Pool[n].Kind == summary.GlobalVar
	case summary.OpCall:
		name := strings.ToLower(in.Sym[strings.LastIndexByte(in.Sym, '/')+1:])
		return in.Mode == summary.Static && (strings.Contains(name, "err") || strings.Contains(name, "status"))
	case summary.OpPhi:
		return !slices.ContainsFunc(in.Args, func(a summary.Ref) bool { return !b.makesError(fn, a) })
	}
	return false
}

// afterError reports whether a block is reached only where a test found an error.
func (b *builder) afterError(inst *instance, block int) bool {
	for cond, holds := range guards(inst.fn, block) {
		if t := b.tests(inst, cond, 0); t.what == testedError && (t.sense < 0) == holds {
			return true
		}
	}
	return false
}
