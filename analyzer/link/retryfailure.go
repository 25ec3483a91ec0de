package link

import (
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A verdict is what the truth of a condition says of an operation.
type verdict int

const (
	silent    verdict = 0  // nothing
	failed    verdict = 1  // it failed
	succeeded verdict = -1 // it succeeded, or false says that it failed
)

// polarity returns what a condition's truth says of the operations of a round.
func (r *round) polarity(cond summary.Ref, depth int) verdict {
	i := r.instr(cond)
	if i < 0 || depth > 6 || !r.flows(cond) {
		return silent
	}
	in := &r.fn.Instrs[i]
	switch in.Op {
	case summary.OpUn:
		if in.Sym == "!" {
			return -r.polarity(in.Args[0], depth+1)
		}
	case summary.OpBin:
		return r.comparison(in)
	case summary.OpPhi:
		return r.phiVerdict(in, depth)
	case summary.OpCall:
		return r.predicate(i, in)
	case summary.OpExtract:
		return r.component(in)
	case summary.OpLoad, summary.OpConvert:
		if in.Type == "bool" {
			return r.stored(in, depth)
		}
	}
	return silent
}

func (r *round) flows(ref summary.Ref) bool {
	for _, op := range r.ops {
		if op.flow[ref] {
			return true
		}
	}
	return false
}

// phiVerdict reads a && b and a || b that were stored, and variables.
func (r *round) phiVerdict(in *summary.Instr, depth int) verdict {
	out := silent
	for _, a := range in.Args {
		if v := r.polarity(a, depth+1); v != silent {
			if out != silent && out != v {
				return silent
			}
			out = v
		}
	}
	return out
}

// stored follows a boolean through a variable that stands in memory.
func (r *round) stored(in *summary.Instr, depth int) verdict {
	if in.Op == summary.OpConvert {
		return r.polarity(in.Args[0], depth+1)
	}
	out := silent
	for n := range r.fn.Instrs {
		if s := &r.fn.Instrs[n]; s.Op == summary.OpStore && s.Args[0] == in.Args[0] {
			if v := r.polarity(s.Args[1], depth+1); v != silent {
				out = v
			}
		}
	}
	return out
}

// comparison reads err != nil, err == ErrX, code >= 500 and the like.
func (r *round) comparison(in *summary.Instr) verdict {
	x, y, op := in.Args[0], in.Args[1], in.Sym
	if !r.flows(x) {
		x, y, op = y, x, mirrored(op)
	}
	if r.typeOf(x) == "error" {
		nilTest := r.isNil(y)
		switch {
		case op == "!=" && nilTest, op == "==" && !nilTest:
			return failed
		case op == "==" && nilTest, op == "!=" && !nilTest:
			return succeeded
		}
		return silent
	}
	if r.typeOf(x) == "bool" {
		text, ok := r.constantText(y)
		if v := r.polarity(x, 1); ok && (op == "==" || op == "!=") {
			if (text == "true") != (op == "==") {
				v = -v
			}
			return v
		}
		return silent
	}
	n, ok := r.number(y)
	if !ok || !r.isStatus(x) {
		return silent
	}
	return statusVerdict(r.typeOf(x), op, n)
}

func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case ">":
		return "<"
	case "<=":
		return ">="
	case ">=":
		return "<="
	}
	return op
}

// statusVerdict reads comparisons of HTTP status codes (RFC 9110: 2xx and 3xx
// are no failure) and of RPC codes (0 is OK).
func statusVerdict(typ, op string, n int) verdict {
	good := n >= 100 && n < 400
	if strings.HasSuffix(typ, "codes.Code") || n < 100 {
		good = n == 0
	}
	switch op {
	case "==":
		if good {
			return succeeded
		}
		return failed
	case "!=":
		if good {
			return failed
		}
		return succeeded
	case ">", ">=":
		return failed
	case "<", "<=":
		return succeeded
	}
	return silent
}

// isStatus reports whether a value is a status code: by the field, method or
// type that it comes from.
func (r *round) isStatus(ref summary.Ref) bool {
	if strings.HasSuffix(r.typeOf(ref), "codes.Code") {
		return true
	}
	for depth := 0; depth < 4; depth++ {
		i := r.instr(ref)
		if i < 0 {
			return false
		}
		in := &r.fn.Instrs[i]
		switch in.Op {
		case summary.OpCall:
			name := in.Name
			if name == "" {
				name = in.Sym[strings.LastIndexByte(in.Sym, '.')+1:]
			}
			return strings.Contains(name, "Status") || strings.HasSuffix(name, "Code")
		case summary.OpField, summary.OpFieldAddr:
			return strings.HasPrefix(in.Sym, "Status") || strings.HasSuffix(in.Sym, "Code")
		case summary.OpLoad, summary.OpConvert:
			ref = in.Args[0]
		case summary.OpExtract:
			return in.Type == "int" && r.statusResult(in)
		default:
			return false
		}
	}
	return false
}

// statusResult reports whether an int among an operation's results is a status:
// there is no other reason to hand one on beside an error.
func (r *round) statusResult(in *summary.Instr) bool {
	for _, op := range r.ops {
		if in.Args[0] == r.value(op.instr) {
			return strings.HasSuffix(r.fn.Instrs[op.instr].Type, "error)") || in.N > 0
		}
	}
	return false
}

// predicate reads functions of an error: errors.Is, IsConflict, isRetryable.
// What they say holds of failures alone. An operation that is a boolean
// itself says true when it succeeded, unless its body shows otherwise.
func (r *round) predicate(i int, in *summary.Instr) verdict {
	if in.Type != "bool" {
		return silent
	}
	for _, op := range r.ops {
		if op.instr == i {
			return r.ownFlag(i, 0, succeeded)
		}
	}
	for _, a := range in.Args {
		if r.flows(a) && (r.typeOf(a) == "error" || r.isStatus(a)) {
			return failed
		}
	}
	return silent
}

// component reads a boolean among the results of an operation, or the ok of a
// type assertion of an error.
func (r *round) component(in *summary.Instr) verdict {
	from := r.instr(in.Args[0])
	if in.Type != "bool" || from < 0 {
		return silent
	}
	t := &r.fn.Instrs[from]
	if t.Op == summary.OpTypeAssert && r.typeOf(t.Args[0]) == "error" {
		return failed
	}
	for _, op := range r.ops {
		if op.instr == from {
			other := succeeded
			if strings.HasSuffix(t.Type, "error)") {
				other = silent
			}
			return r.ownFlag(from, in.N, other)
		}
	}
	return silent
}

// ownFlag says what it means that the n-th result of an operation is true, by
// the body of the operation: what it returns where something failed.
func (r *round) ownFlag(i, n int, other verdict) verdict {
	for _, target := range r.inst.calls[i] {
		if v := r.b.flagOf(target, n); v != silent {
			return v
		}
	}
	return other
}

// flagOf looks at the constants that an instance returns as its n-th result
// behind a failure, and elsewhere.
func (b *builder) flagOf(inst *instance, n int) verdict {
	fn := inst.fn
	r := &round{b: b, inst: inst, fn: fn, loop: -1, fail: map[arc]bool{}, in: inst.reach}
	for _, i := range callSites(inst) {
		if fn.Instrs[i].Op == summary.OpCall && r.remote(i) {
			r.ops = append(r.ops, operation{instr: i, flow: r.flowOf(i)})
		}
	}
	r.findFailures()
	out := silent
	for blk := range fn.Blocks {
		last := int(fn.Blocks[blk].Last) - 1
		if !inst.reach[blk] || last < 0 || fn.Instrs[last].Op != summary.OpReturn || n >= len(fn.Instrs[last].Args) {
			continue
		}
		text, ok := r.constantText(fn.Instrs[last].Args[n])
		if !ok || !r.behindFailure(int32(blk)) {
			continue
		}
		v := succeeded
		if text == "true" {
			v = failed
		}
		if out == failed || v == failed {
			out = failed // a flag that says whether to try again is false for some failures
		} else {
			out = v
		}
	}
	return out
}

// behindFailure reports whether a block is reached by a failure alone.
func (r *round) behindFailure(blk int32) bool {
	for at := blk; at >= 0; at = r.fn.Blocks[at].Idom {
		for _, p := range r.fn.Blocks[at].Preds {
			for n, s := range r.fn.Blocks[p].Succs {
				if s == at && r.fail[arc{int(p), n}] && len(r.fn.Blocks[at].Preds) == 1 {
					return true
				}
			}
		}
	}
	return false
}

func (r *round) typeOf(ref summary.Ref) string { return refType(r.fn, ref) }

func (r *round) isNil(ref summary.Ref) bool {
	n := -int(ref) - 1
	return ref < 0 && n < len(r.fn.Pool) && r.fn.Pool[n].Nil
}

// constantText returns the text of a constant, one that the evaluation found
// included.
func (r *round) constantText(ref summary.Ref) (string, bool) {
	if n := -int(ref) - 1; ref < 0 && n < len(r.fn.Pool) && r.fn.Pool[n].Kind == summary.Const {
		return r.fn.Pool[n].Text, true
	}
	return r.b.m.constant(r.b.m.ref(r.inst, ref))
}

func (r *round) number(ref summary.Ref) (int, bool) {
	text, ok := r.constantText(ref)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}
