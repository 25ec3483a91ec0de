package link

import "github.com/coordlint/coordlint/analyzer/summary"

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
