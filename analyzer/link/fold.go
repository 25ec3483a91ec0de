package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A fold is a loop that wraps a value in the elements of a list, one after
// another, as chains of middleware are built:
//
//	for i := len(mw) - 1; i >= 0; i-- {
//		handler = mw[i](handler)
//	}
//
// Evaluated as a loop, each element would wrap what every element returned.
type fold struct {
	phi     int         // the instruction that carries the value round the loop
	call    int         // the one that calls an element with it
	initial summary.Ref // the value before the loop
	list    summary.Ref
	values  []int // arguments of the call that are the value
	down    bool  // from the last element to the first
}

// folds returns the folds of a function.
func (m *machine) folds(fn *summary.Func) []fold {
	if found, ok := m.foldsOf[fn]; ok {
		return found
	}
	var found []fold
	for i := range fn.Instrs {
		if in := &fn.Instrs[i]; in.Op == summary.OpPhi && len(in.Args) == 2 && fn.Blocks[in.Block].Loop >= 0 {
			if f, ok := foldAt(fn, i); ok {
				found = append(found, f)
			}
		}
	}
	m.foldsOf[fn] = found
	return found
}

// foldAt reports whether the phi at i carries the value of a fold.
func foldAt(fn *summary.Func, i int) (f fold, ok bool) {
	phi := &fn.Instrs[i]
	preds := fn.Blocks[phi.Block].Preds
	loop := fn.Blocks[phi.Block].Loop
	within := func(b int32) bool { return inLoop(fn, int(b), loop) }
	if len(preds) != 2 || within(preds[0]) == within(preds[1]) {
		return f, false
	}
	outside := 0
	if within(preds[0]) {
		outside = 1
	}
	f = fold{phi: i, call: -1, initial: phi.Args[outside]}
	self := summary.Ref(fn.Values() + i)
	if !f.back(fn, phi.Args[1-outside], self, map[summary.Ref]bool{}) || f.call < 0 {
		return f, false
	}
	call := &fn.Instrs[f.call]
	elem := converted(fn, call.Args[0])
	if elem == nil || elem.Op != summary.OpLoad {
		return f, false
	}
	at := converted(fn, elem.Args[0])
	if at == nil || at.Op != summary.OpIndexAddr || !within(at.Block) {
		return f, false
	}
	f.list = at.Args[0]
	f.down = fn.Loops[loop].Step < 0
	for n, a := range call.Args[1:] {
		if root := converted(fn, a); a == self || root != nil && root == phi {
			f.values = append(f.values, n+1)
		}
	}
	return f, len(f.values) > 0
}

// back goes from what the loop gives back to its phi to the one call that it
// comes from.
func (f *fold) back(fn *summary.Func, r, self summary.Ref, seen map[summary.Ref]bool) bool {
	if r == self {
		return true // a round that leaves the value as it is, for an element that is nil
	}
	n := int(r) - fn.Values()
	if n < 0 || seen[r] {
		return n >= 0
	}
	seen[r] = true
	switch in := &fn.Instrs[n]; in.Op {
	case summary.OpPhi:
		return !slices.ContainsFunc(in.Args, func(a summary.Ref) bool { return !f.back(fn, a, self, seen) })
	case summary.OpConvert, summary.OpMakeInterface:
		return f.back(fn, in.Args[0], self, seen)
	case summary.OpCall:
		if f.call >= 0 || in.Mode != summary.Value && in.Mode != summary.Invoke || len(in.Args) == 0 {
			return false
		}
		f.call = n
		return true
	}
	return false
}

// converted returns the instruction that makes a value, beneath conversions.
func converted(fn *summary.Func, r summary.Ref) *summary.Instr {
	for {
		n := int(r) - fn.Values()
		if n < 0 || n >= len(fn.Instrs) {
			return nil
		}
		in := &fn.Instrs[n]
		if in.Op != summary.OpConvert && in.Op != summary.OpMakeInterface {
			return in
		}
		r = in.Args[0]
	}
}

// wrapped evaluates the call of a fold on every element in turn. It reports
// whether i is such a call and the elements are known.
func (m *machine) wrapped(c site, args []setID) ([]setID, bool) {
	for _, f := range m.folds(c.inst.fn) {
		if f.call != c.i {
			continue
		}
		var out []setID
		lists := m.foldLists(c.inst, f)
		for _, elems := range lists {
			if f.down {
				slices.Reverse(elems)
			}
			value, args := m.ref(c.inst, f.initial), slices.Clone(args)
			for _, e := range elems {
				for _, n := range f.values {
					args[n] = value
				}
				args[0] = e
				rets := m.callElement(c, args)
				if len(rets) == 0 || rets[0] == none {
					return nil, true // not known yet
				}
				value = rets[0]
			}
			out = m.joinAll(out, []setID{value})
		}
		return out, len(lists) > 0
	}
	return nil, false
}

func (m *machine) callElement(c site, args []setID) []setID {
	if c.in.Mode == summary.Invoke {
		return m.invoke(c, c.in.Sym, c.in.Name, args)
	}
	return m.callValue(c, args[0], args[1:])
}

// foldLists returns the elements of each list that a fold may go through.
func (m *machine) foldLists(inst *instance, f fold) [][]setID {
	var lists [][]setID
	for _, id := range m.sets[m.ref(inst, f.list)] {
		if elems := m.elements(inst, m.set([]valueID{id})); len(elems) > 0 {
			lists = append(lists, elems)
		}
	}
	return lists
}

// foldedPhi returns what the phi of a fold holds where the elements are known:
// what the last of them returned, and nothing before it did. What it holds
// before the loop would else flow past the elements.
func (m *machine) foldedPhi(inst *instance, i int) (setID, bool) {
	for _, f := range m.folds(inst.fn) {
		if f.phi != i || len(m.foldLists(inst, f)) == 0 {
			continue
		}
		_, called := inst.calls[f.call]
		return inst.regs[f.call], !called || inst.regs[f.call] != none
	}
	return none, false
}

// takesFunction reports whether a function is told apart by functions that it
// is given: what it wraps, or registers.
func (m *machine) takesFunction(fn *summary.Func, free objID) bool {
	if free >= 0 {
		return true
	}
	return slices.ContainsFunc(fn.Params, func(q summary.Param) bool {
		if strings.HasPrefix(q.Type, "func(") || q.Type == "net/http.Handler" {
			return true
		}
		t := m.prog.typ(q.Type)
		return t != nil && strings.HasPrefix(t.Underlying, "func(")
	})
}
