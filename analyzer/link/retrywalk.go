package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A walker walks the blocks of a loop. It knows the constants that variables
// were given on its way, so that "done = true" leads out of "for !done".
type walker struct {
	r      *round
	cut    map[arc]bool
	closed map[int]bool
	seen   map[string]bool
}

// A known is a variable (a phi) with the constant that it holds on a way.
type known struct {
	phi  int
	text string
}

// maxStates bounds how many combinations of a block and constants a walk
// visits; a loop with more is taken to lead back.
const maxStates = 4000

// from reports whether the ways out of a block lead to the block to.
func (w *walker) from(block int, have []known, to int) bool {
	take := [2]bool{true, true}
	if cond, ok := w.r.condition(block); ok {
		if text, known := w.constant(cond, have, 0); known {
			take = [2]bool{text == "true", text != "true"}
		}
	}
	for n, succ := range w.r.fn.Blocks[block].Succs {
		if n < 2 && !take[n] || w.cut[arc{block, n}] || !w.r.in[succ] {
			continue
		}
		if int(succ) == to {
			return true
		}
		if w.closed[int(succ)] {
			continue
		}
		next := w.enter(int(succ), block, have)
		key := stateKey(int(succ), next)
		if w.seen[key] {
			continue
		}
		if len(w.seen) > maxStates {
			return true
		}
		w.seen[key] = true
		if w.from(int(succ), next, to) {
			return true
		}
	}
	return false
}

func stateKey(block int, have []known) string {
	key := itoa(block)
	for _, k := range have {
		key += " " + itoa(k.phi) + "=" + k.text
	}
	return key
}

// enter gives the variables of a block what they hold when it is entered from
// prev. Only booleans are followed: they are what loops are left by.
func (w *walker) enter(block, prev int, have []known) []known {
	fn := w.r.fn
	pred := slices.Index(fn.Blocks[block].Preds, int32(prev))
	out := slices.Clone(have)
	for i := int(fn.Blocks[block].First); i < int(fn.Blocks[block].Last); i++ {
		in := &fn.Instrs[i]
		if in.Op != summary.OpPhi {
			break
		}
		out = slices.DeleteFunc(out, func(k known) bool { return k.phi == i })
		if in.Type != "bool" || pred < 0 || pred >= len(in.Args) {
			continue
		}
		if text, ok := w.constant(in.Args[pred], have, 0); ok {
			out = append(out, known{i, text})
		}
	}
	slices.SortFunc(out, func(a, b known) int { return a.phi - b.phi })
	return out
}

// constant returns what a value is on the way that was walked.
func (w *walker) constant(ref summary.Ref, have []known, depth int) (string, bool) {
	fn := w.r.fn
	if ref < 0 {
		if n := -int(ref) - 1; n < len(fn.Pool) && fn.Pool[n].Kind == summary.Const && fn.Pool[n].Type == "bool" {
			return fn.Pool[n].Text, true
		}
		return "", false
	}
	i := w.r.instr(ref)
	if i < 0 || depth > 4 {
		return "", false
	}
	switch in := &fn.Instrs[i]; {
	case in.Op == summary.OpPhi:
		for _, k := range have {
			if k.phi == i {
				return k.text, true
			}
		}
	case in.Op == summary.OpUn && in.Sym == "!":
		if text, ok := w.constant(in.Args[0], have, depth+1); ok {
			return map[bool]string{true: "false", false: "true"}[text == "true"], true
		}
	}
	return "", false
}
