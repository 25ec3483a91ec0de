package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// tellsAbsence reports whether a condition looks for an error that says that
// there is no such thing, or no more of it: io.EOF, sql.ErrNoRows,
// codes.NotFound, os.IsNotExist. Such an error is an answer.
func (a *activation) tellsAbsence(cond summary.Ref) bool {
	in := a.definition(cond)
	switch {
	case in == nil:
		return false
	case in.Op == summary.OpUn:
		return a.tellsAbsence(in.Args[0])
	case in.Op == summary.OpCall:
		return in.Mode == summary.Static && (namesAbsence(in.Sym) || slices.ContainsFunc(in.Args, a.isAbsence))
	case in.Op == summary.OpBin:
		return slices.ContainsFunc(in.Args, a.isAbsence)
	}
	return false
}

// isAbsence reports whether a value is such an error, or gRPC's code 5.
func (a *activation) isAbsence(r summary.Ref) bool {
	if load := a.definition(r); load != nil && load.Op == summary.OpLoad {
		r = load.Args[0]
	}
	n := -int(r) - 1
	if r >= 0 || r == summary.NoRef || n >= len(a.inst.fn.Pool) {
		return false
	}
	p := a.inst.fn.Pool[n]
	return p.Kind == summary.GlobalVar && namesAbsence(p.Text) || p.Kind == summary.Const && p.Text == "5" && strings.HasSuffix(p.Type, "/codes.Code")
}

func namesAbsence(symbol string) bool {
	name := strings.ToLower(symbol[strings.LastIndexByte(symbol, '.')+1:])
	return slices.ContainsFunc([]string{"eof", "norows", "notfound", "nodocuments", "notexist"}, func(w string) bool { return strings.Contains(name, w) })
}
