package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// sameRequest reports whether an operation asks for the same thing in every
// round. What may differ is the number of the attempt, the context, readers
// that are made anew, credentials. An element of a list, a cursor, a received
// value or the next address makes it another request.
func (r *round) sameRequest(op operation) bool {
	v := &variance{r: r, op: op, seen: map[summary.Ref]bool{}}
	for _, a := range r.fn.Instrs[op.instr].Args {
		if v.varies(a, false) {
			return false
		}
	}
	return true
}

// A variance follows the arguments of an operation backwards.
type variance struct {
	r    *round
	op   operation
	seen map[summary.Ref]bool
}

// varies reports whether a value is another request's in the next round.
// Inner says that the value was the operand of an index or a call on the way
// to the argument: there a counter chooses something.
func (v *variance) varies(ref summary.Ref, inner bool) bool {
	r := v.r
	if v.seen[ref] {
		return false
	}
	v.seen[ref] = true
	i := r.instr(ref)
	if i < 0 {
		return v.storedAnew(ref, inner)
	}
	in := &r.fn.Instrs[i]
	if !r.in[in.Block] {
		return v.storedAnew(ref, inner)
	}
	switch in.Op {
	case summary.OpNext, summary.OpRecv, summary.OpSelect, summary.OpRange:
		return true
	case summary.OpPhi:
		return v.phi(i, in, inner)
	case summary.OpIndex, summary.OpIndexAddr, summary.OpLookup, summary.OpSlice:
		for _, a := range in.Args {
			if v.varies(a, true) {
				return true
			}
		}
		return v.storedAnew(ref, inner)
	case summary.OpCall:
		return v.call(i, in)
	}
	for _, a := range in.Args {
		if v.varies(a, inner) {
			return true
		}
	}
	return v.storedAnew(ref, inner)
}

// call looks at a value that the loop computes. The result of another remote
// operation is taken for a refreshed credential.
func (v *variance) call(i int, in *summary.Instr) bool {
	if i == v.op.instr {
		return true
	}
	for _, o := range v.r.ops {
		if o.instr == i {
			return false
		}
	}
	if takesNext(in) {
		return true
	}
	for _, a := range in.Args {
		if v.varies(a, true) {
			return true
		}
	}
	return false
}

// takesNext reports whether a call hands out another thing each time, by its
// name.
func takesNext(in *summary.Instr) bool {
	name := in.Name
	if name == "" {
		name = in.Sym[strings.LastIndexByte(in.Sym, '.')+1:]
	}
	for _, verb := range []string{"Next", "next", "Pop", "pop", "Pick", "pick", "Recv", "Receive", "Dequeue", "dequeue", "Take", "Poll", "Scan", "ReadMessage", "FetchMessage"} {
		if strings.HasPrefix(name, verb) {
			return true
		}
	}
	return false
}

// phi looks at a variable that differs from round to round.
func (v *variance) phi(i int, in *summary.Instr, inner bool) bool {
	if remade(in.Type) {
		return false
	}
	header := false
	for _, l := range v.r.fn.Loops {
		header = header || l.Header == in.Block
	}
	if header && counts(in.Type) {
		return inner
	}
	for _, a := range in.Args {
		if header && v.passes(a, v.r.value(i), map[summary.Ref]bool{}) {
			return true
		}
		if v.varies(a, inner) {
			return true
		}
	}
	return false
}

// passes reports whether a value of the loop is computed from the variable at,
// as with s += "x" and p = p.next.
func (v *variance) passes(ref, at summary.Ref, seen map[summary.Ref]bool) bool {
	i := v.r.instr(ref)
	if i < 0 || seen[ref] || ref == at {
		return false
	}
	seen[ref] = true
	in := &v.r.fn.Instrs[i]
	if !v.r.in[in.Block] {
		return false
	}
	for _, a := range in.Args {
		if a == at && in.Op != summary.OpPhi || v.passes(a, at, seen) {
			return true
		}
	}
	return false
}

// remade reports whether values of a type are made anew for each attempt and
// belong to no request: contexts, errors, waits, readers.
func remade(typ string) bool {
	switch typ {
	case "context.Context", "error", "time.Duration", "time.Time", "bool", "io.Reader", "io.ReadCloser", "*bytes.Reader", "*bytes.Buffer", "*strings.Reader", "context.CancelFunc":
		return true
	}
	return false
}

func counts(typ string) bool {
	return strings.HasPrefix(typ, "int") || strings.HasPrefix(typ, "uint")
}

// storedAnew reports whether the loop stores an answer or a received value in
// what a reference leads to: req.PageToken = answer.NextPageToken.
func (v *variance) storedAnew(ref summary.Ref, inner bool) bool {
	r := v.r
	for n := range r.fn.Instrs {
		in := &r.fn.Instrs[n]
		if !r.in[in.Block] {
			continue
		}
		var to, what summary.Ref
		switch in.Op {
		case summary.OpStore:
			to, what = in.Args[0], in.Args[1]
		case summary.OpMapUpdate:
			to, what = in.Args[0], in.Args[2]
		default:
			continue
		}
		if typ := r.typeOf(what); remade(typ) || r.base(to) != ref && to != ref {
			continue
		}
		if v.op.flow[what] {
			return true
		}
		if w := r.instr(what); !inner && w >= 0 && counts(r.fn.Instrs[w].Type) {
			continue
		}
		if v.varies(what, inner) {
			return true
		}
	}
	return false
}

// base returns what an address is a part of.
func (r *round) base(addr summary.Ref) summary.Ref {
	for depth := 0; depth < 8; depth++ {
		i := r.instr(addr)
		if i < 0 {
			return addr
		}
		switch in := &r.fn.Instrs[i]; in.Op {
		case summary.OpFieldAddr, summary.OpIndexAddr:
			addr = in.Args[0]
		default:
			return addr
		}
	}
	return addr
}
