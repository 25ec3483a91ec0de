package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// reaching says, for the variables of a function that its literals only read,
// which stores reach each load and each literal (Aho, Lam, Sethi and Ullman,
// Compilers, 2nd edition, section 9.2.4). All other captured variables hold
// whatever is stored in them anywhere. In
//
//	handler = wrap(handler)
//	mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { handler(w, r) })
//
// the literal calls what wrap returned, and wrap was not given it.
type reaching struct {
	loads    map[int][]summary.Ref    // values by load instruction
	captures map[[2]int][]summary.Ref // by MakeClosure instruction and free variable
	unset    map[int]bool             // see maybeUnset
}

// uninitialised stands for a variable that nothing was stored in.
const uninitialised = summary.NoRef

// reaching returns what reaches the loads of a function.
func (m *machine) reaching(fn *summary.Func) *reaching {
	if found, ok := m.reachingOf[fn]; ok {
		return found
	}
	found := &reaching{loads: map[int][]summary.Ref{}, captures: map[[2]int][]summary.Ref{}, unset: map[int]bool{}}
	for i := range fn.Instrs {
		if fn.Instrs[i].Op == summary.OpAlloc {
			if uses, ok := m.usesOf(fn, summary.Ref(fn.Values()+i)); ok {
				found.variable(fn, i, uses)
			}
		}
	}
	m.reachingOf[fn] = found
	return found
}

// usesOf returns the instructions that use a variable, if these are loads,
// stores, and literals, of which there is one, that only read it.
func (m *machine) usesOf(fn *summary.Func, variable summary.Ref) (uses []int, ok bool) {
	captured := false
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		if !slices.Contains(in.Args, variable) {
			continue
		}
		uses = append(uses, i)
		switch {
		case in.Op == summary.OpLoad && !in.Agg:
		case in.Op == summary.OpStore && in.Args[1] != variable:
		case in.Op == summary.OpMakeClosure:
			captured = true
			symbol, known := m.pool(fn, in.Args[0])
			for n, a := range in.Args[1:] {
				if a == variable && (!known || !m.readsOnly(m.prog.funcs[symbol], n)) {
					return nil, false
				}
			}
		default:
			return nil, false
		}
	}
	return uses, captured
}

// readsOnly reports whether a literal, and those in it, only load the variable
// that it captures as its nth.
func (m *machine) readsOnly(fn *summary.Func, n int) bool {
	if fn == nil || n >= len(fn.Free) {
		return false
	}
	variable := summary.Ref(len(fn.Params) + n)
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		if !slices.Contains(in.Args, variable) {
			continue
		}
		switch {
		case in.Op == summary.OpLoad && !in.Agg:
		case in.Op == summary.OpMakeClosure:
			symbol, known := m.pool(fn, in.Args[0])
			for k, a := range in.Args[1:] {
				if a == variable && (!known || !m.readsOnly(m.prog.funcs[symbol], k)) {
					return false
				}
			}
		default:
			return false
		}
	}
	return true
}

// variable finds the stores that reach the uses of one variable.
func (r *reaching) variable(fn *summary.Func, alloc int, uses []int) {
	self := summary.Ref(fn.Values() + alloc)
	held := storedIn(fn, alloc)
	for _, i := range uses {
		stored := held(i)
		switch fn.Instrs[i].Op {
		case summary.OpLoad:
			if !slices.Contains(stored, uninitialised) {
				r.loads[i] = stored
			}
		case summary.OpMakeClosure:
			for _, s := range uses {
				if fn.Instrs[s].Op == summary.OpStore && mayFollow(fn, i, s) {
					stored = union(stored, fn.Instrs[s].Args[1:2])
				}
			}
			if slices.Contains(stored, uninitialised) {
				continue
			}
			for n, a := range fn.Instrs[i].Args[1:] {
				if a == self {
					r.captures[[2]int{i, n}] = stored
				}
			}
		}
	}
}

// storedIn returns a function that tells what the stores of a function may have
// left in one of its variables when it comes to an instruction.
func storedIn(fn *summary.Func, alloc int) func(at int) []summary.Ref {
	self := summary.Ref(fn.Values() + alloc)
	through := func(held []summary.Ref, b int32, until int) []summary.Ref {
		for i := int(fn.Blocks[b].First); i < until; i++ {
			if in := &fn.Instrs[i]; i == alloc {
				held = []summary.Ref{uninitialised}
			} else if in.Op == summary.OpStore && in.Args[0] == self {
				held = in.Args[1:2]
			}
		}
		return held
	}
	before := make([][]summary.Ref, len(fn.Blocks))
	before[0] = []summary.Ref{uninitialised}
	for changed := true; changed; {
		changed = false
		for b := range fn.Blocks {
			if len(before[b]) == 0 {
				continue
			}
			out := through(before[b], int32(b), int(fn.Blocks[b].Last))
			for _, s := range fn.Blocks[b].Succs {
				if sum := union(before[s], out); len(sum) > len(before[s]) {
					before[s], changed = sum, true
				}
			}
		}
	}
	return func(at int) []summary.Ref {
		b := fn.Instrs[at].Block
		return through(before[b], b, at)
	}
}

// maybeUnset reports whether an operand is a variable of the function that may
// still be zero when it is read, whatever others store in it through its
// address.
func (m *machine) maybeUnset(fn *summary.Func, r summary.Ref) bool {
	load := int(r) - fn.Values()
	if load < 0 || load >= len(fn.Instrs) || fn.Instrs[load].Op != summary.OpLoad {
		return false
	}
	alloc := int(fn.Instrs[load].Args[0]) - fn.Values()
	if alloc < 0 || fn.Instrs[alloc].Op != summary.OpAlloc {
		return false
	}
	known := m.reaching(fn)
	unset, ok := known.unset[load]
	if !ok {
		unset = slices.Contains(storedIn(fn, alloc)(load), uninitialised)
		known.unset[load] = unset
	}
	return unset
}

func union(a, b []summary.Ref) []summary.Ref {
	out := slices.Clone(a)
	for _, r := range b {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	slices.Sort(out)
	return out
}

// mayFollow reports whether instruction j may run after i.
func mayFollow(fn *summary.Func, i, j int) bool {
	from, to := fn.Instrs[i].Block, fn.Instrs[j].Block
	if from == to && j > i {
		return true
	}
	seen := make([]bool, len(fn.Blocks))
	work := slices.Clone(fn.Blocks[from].Succs)
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if b == to {
			return true
		}
		if !seen[b] {
			seen[b] = true
			work = append(work, fn.Blocks[b].Succs...)
		}
	}
	return false
}

// joinRefs returns what any of some operands may hold.
func (m *machine) joinRefs(inst *instance, refs []summary.Ref) setID {
	out := none
	for _, r := range refs {
		out = m.join(out, m.ref(inst, r))
	}
	return out
}
