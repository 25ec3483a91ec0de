package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// conflict reports whether a condition asks if somebody else was first.
func (r *round) conflict(ref summary.Ref, depth int) bool {
	i := r.instr(ref)
	if i < 0 || depth > 5 {
		return false
	}
	in := &r.fn.Instrs[i]
	switch in.Op {
	case summary.OpCall:
		if e := r.b.l.cat.Func(in.Sym); e != nil && e.Role == catalog.Conflict {
			return true
		}
		name := strings.ToLower(in.Sym[strings.LastIndexByte(in.Sym, '.')+1:])
		if strings.Contains(name, "conflict") {
			return true
		}
		for _, a := range in.Args { // errors.Is(err, redis.TxFailedErr)
			if r.conflictName(a) {
				return true
			}
		}
	case summary.OpBin:
		for _, a := range in.Args {
			if r.conflictName(a) || r.conflict(a, depth+1) {
				return true
			}
		}
		if n, ok := r.number(in.Args[1]); ok && r.isStatus(in.Args[0]) {
			if strings.HasSuffix(r.typeOf(in.Args[0]), "codes.Code") {
				return n == 10 || n == 9 // Aborted, FailedPrecondition
			}
			return n == 409 || n == 412
		}
	case summary.OpUn, summary.OpExtract, summary.OpConvert, summary.OpPhi:
		for _, a := range in.Args {
			if r.conflict(a, depth+1) {
				return true
			}
		}
	}
	return false
}

// conflictName reports whether a value is a well-known error of lost races.
func (r *round) conflictName(ref summary.Ref) bool {
	if i := r.instr(ref); i >= 0 && (r.fn.Instrs[i].Op == summary.OpLoad || r.fn.Instrs[i].Op == summary.OpMakeInterface) {
		ref = r.fn.Instrs[i].Args[0]
	}
	n := -int(ref) - 1
	if ref >= 0 || n >= len(r.fn.Pool) || r.fn.Pool[n].Kind != summary.GlobalVar {
		return false
	}
	name := strings.ToLower(r.fn.Pool[n].Text)
	name = name[strings.LastIndexByte(name, '.')+1:]
	for _, word := range []string{"conflict", "txfailed", "aborted", "optimisticlock", "staleobject", "stalewrite", "versionmismatch", "concurrentmodif"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// onlyConflicts reports whether the operation runs again only where somebody
// else was first.
func (r *round) onlyConflicts(op operation) bool {
	cut := map[arc]bool{}
	for n := range r.fn.Blocks {
		if !r.in[n] {
			continue
		}
		if cond, ok := r.condition(n); ok && r.conflict(cond, 0) {
			cut[arc{n, 0}], cut[arc{n, 1}] = true, true
		}
	}
	return len(cut) > 0 && !r.again(int(r.fn.Instrs[op.instr].Block), cut, nil)
}

// accepted reports whether the code of an operation takes an answer that says
// that the thing exists already for a success.
func (r *round) accepted(ops []operation) bool {
	for _, op := range ops {
		for _, target := range r.inst.calls[op.instr] {
			for _, inst := range append(walk(target, nil).order, target) {
				if acceptsExisting(inst.fn) {
					return true
				}
			}
		}
	}
	return acceptsExisting(r.fn)
}

func acceptsExisting(fn *summary.Func) bool {
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		if in.Op != summary.OpCall || in.Type != "bool" {
			continue
		}
		name := strings.ToLower(in.Sym[strings.LastIndexByte(in.Sym, '.')+1:])
		if strings.Contains(name, "exist") && !strings.Contains(name, "notexist") || strings.Contains(name, "duplicate") {
			return true
		}
	}
	return false
}
