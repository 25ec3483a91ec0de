package link

import (
	"math"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// maxCounted bounds how far a counter is followed to the end of its loop.
const maxCounted = 100000

// cap fills in what ends the attempts: a counter, the clock, or the context.
func (r *round) cap(retry *graph.Retry, op operation) {
	l := &r.fn.Loops[r.loop]
	site := gsite(l.Site)
	switch l.Kind {
	case summary.LoopCount:
		retry.Capped, retry.CapWhy = true, "counter"
		if text, ok := r.b.m.constant(r.b.m.ref(r.inst, l.Bound)); ok {
			if bound, ok := number(text); ok && l.Step != 0 {
				n := (bound - float64(l.Start)) / float64(l.Step)
				if l.Incl {
					n += 1 / math.Abs(float64(l.Step))
				}
				if n = math.Ceil(n); n > 0 {
					retry.Attempts = graph.Exact(n, graph.Derived, site, "bound of the loop")
				}
			}
		}
		return
	case summary.LoopRange:
		retry.Capped, retry.CapWhy = true, "elements of a list"
		if n := r.b.fixedLength(r.inst, l.Over); n > 0 {
			retry.Attempts = graph.Exact(float64(n), graph.Derived, site, "elements of a literal")
		} else if text, ok := r.constantText(l.Over); ok {
			if n, ok := number(text); ok {
				retry.Attempts = graph.Exact(n, graph.Derived, site, "bound of the loop")
			}
		}
		return
	}
	for n := range r.fn.Blocks {
		if r.in[n] {
			r.exit(retry, op, n)
		}
	}
}

// exit looks at a branch that leaves the loop.
func (r *round) exit(retry *graph.Retry, op operation, block int) {
	cond, ok := r.condition(block)
	if !ok {
		return
	}
	succs := r.fn.Blocks[block].Succs
	leaves := -1
	for n, s := range succs {
		if !r.in[s] {
			leaves = n
		}
	}
	if leaves < 0 {
		return
	}
	why, seen := "", map[summary.Ref]bool{}
	r.endedBy(cond, &why, seen)
	if why == "" {
		return
	}
	retry.Capped, retry.CapWhy = true, why
	if why == "counter" {
		if n := r.counted(cond, leaves == 0, block, op); n > 0 {
			retry.Attempts = graph.Exact(float64(n), graph.Derived, gsite(r.fn.Instrs[r.fn.Blocks[block].Last-1].Site), "test of the counter")
		}
	}
}

// endedBy finds what a condition depends on that ends the loop by itself.
func (r *round) endedBy(ref summary.Ref, why *string, seen map[summary.Ref]bool) {
	i := r.instr(ref)
	if i < 0 || seen[ref] || *why != "" {
		return
	}
	seen[ref] = true
	in := &r.fn.Instrs[i]
	if !r.in[in.Block] {
		return
	}
	switch in.Op {
	case summary.OpPhi:
		if counts(in.Type) && r.stepOf(i) != 0 {
			*why = "counter"
			return
		}
	case summary.OpLoad:
		if counts(in.Type) && r.incremented(in.Args[0]) {
			*why = "counter"
			return
		}
	case summary.OpSelect:
		for _, s := range in.States {
			if t := r.typeOf(s.Chan); !s.Send && (t == "<-chan struct{}" || clockChannel(t) && len(in.States) > 1 && r.outside(s.Chan)) {
				*why = "context"
			}
		}
		return
	case summary.OpCall:
		switch name := in.Sym[strings.LastIndexByte(in.Sym, '.')+1:]; {
		case strings.HasPrefix(in.Sym, "time.Since"), strings.HasPrefix(in.Sym, "time.Until"), in.Sym == "time.Now", in.Sym == "(time.Time).After", in.Sym == "(time.Time).Before":
			*why = "clock"
			return
		case name == "Err" && strings.Contains(in.Sym, "context.Context"):
			*why = "context"
			return
		}
		if r.isOperation(i) {
			return
		}
		for _, a := range in.Args {
			if r.typeOf(a) == "context.Context" && (in.Type == "bool" || in.Type == "error") {
				*why = "context" // a sleep that the context ends
				return
			}
		}
	}
	for _, a := range in.Args {
		r.endedBy(a, why, seen)
	}
}

// outside reports whether a channel is made before the loop: a limit of time
// for all attempts together.
func (r *round) outside(ref summary.Ref) bool {
	i := r.instr(ref)
	return i < 0 || !r.in[r.fn.Instrs[i].Block]
}

func (r *round) isOperation(i int) bool {
	for _, op := range r.ops {
		if op.instr == i {
			return true
		}
	}
	return false
}

// stepOf returns what a round adds to a variable; 0 if it is no counter.
func (r *round) stepOf(phi int) int {
	_, step, _ := r.counter(phi)
	return step
}

// counter reads a variable that starts at a constant and is counted up or
// down, on every way round by as much.
func (r *round) counter(phi int) (start, step int, known bool) {
	in := &r.fn.Instrs[phi]
	if r.fn.Loops[r.loop].Header != in.Block {
		return 0, 0, false
	}
	for _, a := range in.Args {
		if n, ok := r.number(a); ok && a < 0 {
			start, known = n, true
			continue
		}
		if s := r.added(a, r.value(phi), 0); s != 0 {
			step = s
		}
	}
	return start, step, known
}

// added returns the constant that a value is more than a variable.
func (r *round) added(ref, phi summary.Ref, depth int) int {
	i := r.instr(ref)
	if i < 0 || depth > 4 {
		return 0
	}
	in := &r.fn.Instrs[i]
	switch in.Op {
	case summary.OpBin:
		if n, ok := r.number(in.Args[1]); ok && in.Args[0] == phi {
			switch in.Sym {
			case "+":
				return n
			case "-":
				return -n
			}
		}
	case summary.OpPhi:
		for _, a := range in.Args {
			if s := r.added(a, phi, depth+1); s != 0 {
				return s
			}
		}
	}
	return 0
}

// incremented reports whether the loop counts a variable that stands in memory.
func (r *round) incremented(addr summary.Ref) bool {
	for n := range r.fn.Instrs {
		in := &r.fn.Instrs[n]
		if in.Op != summary.OpStore || in.Args[0] != addr || !r.in[in.Block] {
			continue
		}
		if i := r.instr(in.Args[1]); i >= 0 && r.fn.Instrs[i].Op == summary.OpBin && (r.fn.Instrs[i].Sym == "+" || r.fn.Instrs[i].Sym == "-") {
			return true
		}
	}
	return false
}

// counted returns how often the operation runs before a test of a counter
// leaves the loop; 0 if that is not known.
func (r *round) counted(cond summary.Ref, leavesIf bool, block int, op operation) int {
	i := r.instr(cond)
	if i < 0 || r.fn.Instrs[i].Op != summary.OpBin {
		return 0
	}
	in := &r.fn.Instrs[i]
	bound, ok := r.number(in.Args[1])
	ref, ahead := in.Args[0], 0
	n := r.instr(ref)
	if !ok || n < 0 {
		return 0
	}
	if r.fn.Instrs[n].Op == summary.OpBin { // counted before the test
		of := r.instr(r.fn.Instrs[n].Args[0])
		if of < 0 || r.fn.Instrs[of].Op != summary.OpPhi {
			return 0
		}
		ahead, n = r.added(ref, r.value(of), 0), of
	}
	if r.fn.Instrs[n].Op != summary.OpPhi {
		return 0
	}
	start, step, known := r.counter(n)
	if !known || step == 0 {
		return 0
	}
	before := r.dominates(int32(block), r.fn.Instrs[op.instr].Block) && int32(block) != r.fn.Instrs[op.instr].Block
	for k := 1; k < maxCounted; k++ {
		if holds(start+(k-1)*step+ahead, in.Sym, bound) == leavesIf {
			if before {
				return k - 1
			}
			return k
		}
	}
	return 0
}

func holds(x int, op string, y int) bool {
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	case ">=":
		return x >= y
	case "==":
		return x == y
	case "!=":
		return x != y
	}
	return false
}

// swallows reports whether the function cannot hand the failure on.
func (r *round) swallows() bool {
	if r.fn.Name == "main" {
		return false
	}
	for _, t := range r.fn.Results {
		if t == "error" || t == "bool" {
			return false
		}
	}
	if len(r.fn.Results) > 0 {
		return false
	}
	for n := range r.fn.Instrs {
		in := &r.fn.Instrs[n]
		if in.Op == summary.OpPanic {
			return false
		}
		if in.Op == summary.OpCall {
			if e := r.b.l.cat.Func(in.Sym); e != nil && e.Op == "fatal" {
				return false
			}
		}
		if in.Op == summary.OpStore && r.flows(in.Args[1]) && r.typeOf(in.Args[1]) == "error" && int(in.Args[0]) >= 0 && int(in.Args[0]) < r.fn.Values() {
			return false // handed on through a captured variable
		}
	}
	return true
}
