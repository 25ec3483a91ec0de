package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A tested is what a condition looks at.
type tested struct {
	what  testedKind
	sense int // being true: 1, there is something, or no error; -1, there is nothing, or an error
}

type testedKind int

const (
	testedOther  testedKind = iota
	testedError             // whether there is an error
	testedInput             // whether there is something: nil, empty, zero, found
	testedCase              // which case a select took
	testedAnswer            // what a function says that may have answered the request itself: 1, it went well
)

// tests reads a condition.
func (b *builder) tests(inst *instance, cond summary.Ref, depth int) tested {
	fn := inst.fn
	in := definition(fn, cond)
	if in == nil || depth > 4 {
		return tested{}
	}
	switch in.Op {
	case summary.OpUn:
		t := b.tests(inst, in.Args[0], depth+1)
		t.sense = -t.sense
		return t
	case summary.OpExtract: // v, ok
		from := definition(fn, in.Args[0])
		if from == nil || in.N != 1 || in.Type != "bool" {
			return tested{}
		}
		switch from.Op {
		case summary.OpLookup, summary.OpTypeAssert, summary.OpRecv, summary.OpCall:
			return tested{testedInput, 1}
		}
	case summary.OpCall:
		if in.Mode == summary.Static && (in.Sym == "errors.Is" || in.Sym == "errors.As") {
			return tested{testedError, -1}
		}
		if slices.ContainsFunc(in.Args, func(a summary.Ref) bool { return refType(fn, a) == "net/http.ResponseWriter" }) {
			return tested{testedAnswer, 1}
		}
	case summary.OpBin:
		return b.compares(fn, in)
	}
	return tested{}
}

// compares reads a comparison with nothing, or of errors.
func (b *builder) compares(fn *summary.Func, in *summary.Instr) tested {
	x, y := in.Args[0], in.Args[1]
	if from := definition(fn, x); from != nil && from.Op == summary.OpExtract {
		if of := definition(fn, from.Args[0]); of != nil && of.Op == summary.OpSelect {
			return tested{what: testedCase}
		}
	}
	isError := refType(fn, x) == "error"
	if _, constant := constantText(fn, x); constant {
		return tested{}
	}
	text, constant := constantText(fn, y)
	equality := map[string]int{"==": -1, "!=": 1}[in.Sym]
	switch {
	case isError && constant && text == "nil" && equality != 0:
		return tested{testedError, -equality}
	case isError && equality == -1: // some particular error
		return tested{testedError, -1}
	case isError && equality == 1:
		return tested{testedError, 1}
	case !constant:
		return tested{}
	case (text == "nil" || text == "" || text == "0") && equality != 0:
		return tested{testedInput, equality}
	case text == "0" && (in.Sym == ">" || in.Sym == "<=") || text == "1" && (in.Sym == ">=" || in.Sym == "<"):
		if in.Sym[0] == '>' {
			return tested{testedInput, 1}
		}
		return tested{testedInput, -1}
	}
	return tested{}
}

func definition(fn *summary.Func, r summary.Ref) *summary.Instr {
	if i := int(r) - fn.Values(); r >= 0 && i >= 0 && i < len(fn.Instrs) {
		return &fn.Instrs[i]
	}
	return nil
}

// constantText returns the text of a constant; nil's is "nil".
func constantText(fn *summary.Func, r summary.Ref) (string, bool) {
	n := -int(r) - 1
	if r >= 0 || r == summary.NoRef || n >= len(fn.Pool) || fn.Pool[n].Kind != summary.Const {
		return "", false
	}
	if fn.Pool[n].Nil {
		return "nil", true
	}
	return fn.Pool[n].Text, true
}
