package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// progresses reports whether the condition of a loop looks at something that
// its rounds change: it goes over a range, and does not just ask whether to go on.
func progresses(fn *summary.Func, loop int32) bool {
	head := &fn.Blocks[fn.Loops[loop].Header]
	for i := int(head.First); i < int(head.Last); i++ {
		if fn.Instrs[i].Op == summary.OpIf {
			return varies(fn, fn.Instrs[i].Args[0], loop, 0)
		}
	}
	return false
}

func varies(fn *summary.Func, r summary.Ref, loop int32, depth int) bool {
	n := int(r) - fn.Values()
	if n < 0 || depth > 8 {
		return false
	}
	in := &fn.Instrs[n]
	switch in.Op {
	case summary.OpPhi:
		return in.Block == fn.Loops[loop].Header
	case summary.OpLoad:
		if from := int(in.Args[0]) - fn.Values(); from >= 0 && fn.Instrs[from].Op == summary.OpAlloc {
			for i := range fn.Instrs {
				if s := &fn.Instrs[i]; s.Op == summary.OpStore && s.Args[0] == in.Args[0] && inLoop(fn, int(s.Block), loop) {
					return true
				}
			}
			return false
		}
	}
	for _, a := range in.Args {
		if varies(fn, a, loop, depth+1) {
			return true
		}
	}
	return false
}

// waitsForEvents reports whether each round of a loop waits for what happens
// next: its rounds go over no data.
func waitsForEvents(fn *summary.Func, loop int32) bool {
	for i := range fn.Instrs {
		if in := &fn.Instrs[i]; in.Op == summary.OpSelect && fn.Blocks[in.Block].Loop == loop {
			return true
		}
	}
	return false
}

// given reports whether a list is a parameter: others give other lists.
func given(fn *summary.Func, r summary.Ref) bool { return r >= 0 && int(r) < fn.Values() }

// chunked reports whether the rounds of a loop go over parts of a list of more
// than one element: ids = ids[n:], or ids[i:i+n].
func chunked(fn *summary.Func, loop int32) bool {
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		if in.Op != summary.OpSlice || len(in.Args) < 3 || in.Args[1] == summary.NoRef || !inLoop(fn, int(in.Block), loop) {
			continue
		}
		if fromRound(fn, in.Args[1], loop) && in.Args[2] != summary.NoRef {
			return true // the counter begins a part
		}
		if n, ok := constantOf(fn, in.Args[1]); ok && n == "1" {
			continue // one element less
		}
		if fromRound(fn, in.Args[0], loop) && feeds(fn, summary.Ref(fn.Values()+i), in.Args[0]) {
			return true // the list begins behind the part
		}
	}
	return false
}

// cutUp reports whether what is ranged over are parts of a list, made by the
// function of a library.
func cutUp(expr string) bool {
	return strings.HasPrefix(expr, "slices.Chunk(") || strings.HasPrefix(expr, "lo.Chunk(")
}

// fromRound reports whether a value comes from round to round of a loop.
func fromRound(fn *summary.Func, r summary.Ref, loop int32) bool {
	n := int(r) - fn.Values()
	return n >= 0 && fn.Instrs[n].Op == summary.OpPhi && fn.Instrs[n].Block == fn.Loops[loop].Header
}

// feeds reports whether a value is one of those of a phi.
func feeds(fn *summary.Func, r, phi summary.Ref) bool {
	return slices.Contains(fn.Instrs[int(phi)-fn.Values()].Args, r)
}

// constantOf returns the text of a constant operand.
func constantOf(fn *summary.Func, r summary.Ref) (string, bool) {
	if k := -int(r) - 1; r < 0 && r != summary.NoRef && k < len(fn.Pool) {
		return fn.Pool[k].Text, true
	}
	return "", false
}
