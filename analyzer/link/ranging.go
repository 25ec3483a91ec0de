package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A ranging is a loop over a container: where its parts stand in the function.
type ranging struct {
	loop   int32
	over   summary.Ref
	blocks []int
	instrs []int
	next   int // the iterator's step, for maps; -1 if none
	index  int // the counter that picks elements; -1 if none
	cond   int // what decides whether there is another turn; -1 if none
}

// rangings returns the loops of a function that may be evaluated turn by
// turn: over a container, with calls, and no folds.
func (m *machine) rangings(fn *summary.Func) []*ranging {
	if found, ok := m.rangingsOf[fn]; ok {
		return found
	}
	var found []*ranging
	for n := range fn.Loops {
		if r := m.rangingAt(fn, int32(n)); r != nil {
			found = append(found, r)
		}
	}
	m.rangingsOf[fn] = found
	return found
}

func (m *machine) rangingAt(fn *summary.Func, loop int32) *ranging {
	l := &fn.Loops[loop]
	if l.Over == summary.NoRef || l.Kind != summary.LoopRange && (l.Kind != summary.LoopCount || l.Start != 0 || l.Step != 1) {
		return nil
	}
	r := &ranging{loop: loop, over: l.Over, next: -1, index: -1, cond: -1}
	calls := false
	for b := range fn.Blocks {
		if !inLoop(fn, b, loop) {
			continue
		}
		r.blocks = append(r.blocks, b)
		for i := int(fn.Blocks[b].First); i < int(fn.Blocks[b].Last); i++ {
			in := &fn.Instrs[i]
			r.instrs = append(r.instrs, i)
			switch in.Op {
			case summary.OpCall, summary.OpGo, summary.OpDefer:
				calls = calls || in.Mode != summary.Builtin
			case summary.OpNext:
				if int32(b) == l.Header {
					r.next = i
				}
			case summary.OpIf:
				if int32(b) == l.Header {
					r.cond = int(in.Args[0]) - fn.Values()
				}
			case summary.OpIndexAddr, summary.OpIndex:
				at := int(in.Args[1]) - fn.Values()
				if at >= 0 && fn.Instrs[at].Block == l.Header {
					r.index = at
				}
			}
		}
	}
	if !calls || r.next < 0 && r.index < 0 || slices.ContainsFunc(m.folds(fn), func(f fold) bool { return inLoop(fn, int(fn.Instrs[f.call].Block), loop) }) {
		return nil
	}
	return r
}
