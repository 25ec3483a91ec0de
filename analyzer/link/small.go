package link

import "github.com/coordlint/coordlint/analyzer/summary"

// maxSmall is how many instructions a function may have to be small: enough
// for one that reads a setting, falls back, and converts what it read.
const maxSmall = 48

// small reports whether a function costs next to nothing to evaluate: straight
// code that calls nothing but libraries and other small functions. What many
// programs read each of their settings with is one, and is called with more
// keys than other functions have contexts.
func (m *machine) small(fn *summary.Func) bool {
	s, ok := m.smallOf[fn]
	if !ok {
		m.smallOf[fn] = false // what calls itself is not small
		s = m.straight(fn)
		m.smallOf[fn] = s
	}
	return s
}

func (m *machine) straight(fn *summary.Func) bool {
	if len(fn.Instrs) > maxSmall || len(fn.Loops) > 0 {
		return false
	}
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		switch in.Op {
		case summary.OpGo, summary.OpDefer, summary.OpMakeClosure, summary.OpSelect:
			return false
		case summary.OpCall:
			if in.Mode != summary.Static {
				return false
			}
			if body := m.prog.body(in.Sym); body != nil && !m.small(body) {
				return false
			}
		}
	}
	return true
}

// cheap reports whether one more context of a function costs little: it is
// small, and each argument that tells contexts apart is one value.
func (m *machine) cheap(fn *summary.Func, args []setID) bool {
	relevant := m.prog.relevant(fn)
	for i, a := range args {
		if relevant[i] && len(m.sets[a]) > 1 {
			return false
		}
	}
	return m.small(fn)
}
