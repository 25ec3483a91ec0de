package link

import (
	"iter"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A fact says what a value is wherever a block runs.
type fact struct {
	key  string // the value
	is   bool   // it is text, or it is anything else
	text string
}

// contradict reports whether two lists of facts cannot be true of one request.
func contradict(a, b []fact) bool {
	for _, x := range a {
		for _, y := range b {
			switch {
			case x.key != y.key:
			case x.is && y.is && x.text != y.text:
				return true
			case x.is != y.is && x.text == y.text:
				return true
			}
		}
	}
	return false
}

// guards goes through the conditions that a block is reached under only, the
// nearest first, and whether they hold there.
func guards(fn *summary.Func, block int) iter.Seq2[summary.Ref, bool] {
	return func(yield func(summary.Ref, bool) bool) {
		for at := int32(block); at >= 0; at = fn.Blocks[at].Idom {
			d := fn.Blocks[at].Idom
			if d < 0 {
				return
			}
			dom := &fn.Blocks[d]
			if len(dom.Succs) != 2 || dom.Succs[0] == dom.Succs[1] || len(fn.Blocks[at].Preds) != 1 || fn.Instrs[dom.Last-1].Op != summary.OpIf {
				continue
			}
			if !yield(fn.Instrs[dom.Last-1].Args[0], dom.Succs[0] == at) {
				return
			}
		}
	}
}

// facts returns what the tests on the way to a block say: of values that do
// not change while the strands run.
func (f *forks) facts(block int) []fact {
	fn := f.inst.fn
	var out []fact
	for cond, holds := range guards(fn, block) {
		if x, ok := f.fact(cond, holds); ok {
			out = append(out, x)
		}
	}
	return out
}

// fact returns what a condition says, being as it is.
func (f *forks) fact(cond summary.Ref, is bool) (fact, bool) {
	fn := f.inst.fn
	i := int(cond) - fn.Values()
	if i >= 0 && i < len(fn.Instrs) {
		in := &fn.Instrs[i]
		switch {
		case in.Op == summary.OpUn && in.Sym == "!":
			return f.fact(in.Args[0], !is)
		case in.Op == summary.OpBin && (in.Sym == "==" || in.Sym == "!="):
			for n, a := range in.Args[:2] {
				if c := -int(in.Args[1-n]) - 1; in.Args[1-n] < 0 && c < len(fn.Pool) && fn.Pool[c].Kind == summary.Const {
					key, ok := f.key(a, 0)
					return fact{key, (in.Sym == "==") == is, fn.Pool[c].Text}, ok
				}
			}
		}
	}
	key, ok := f.key(cond, 0)
	return fact{key, is, "true"}, ok
}

// key names a value that is the same in all of one round: what a function was
// given, what it computed outside of the loops that are strands, and a field
// of the request that it does not change.
func (f *forks) key(r summary.Ref, depth int) (string, bool) {
	fn := f.inst.fn
	if r < 0 || depth > 4 {
		return "", false
	}
	i := int(r) - fn.Values()
	if i < 0 {
		return "v" + itoa(int(r)), true
	}
	if i >= len(fn.Instrs) {
		return "", false
	}
	in := &fn.Instrs[i]
	for l := fn.Blocks[in.Block].Loop; l >= 0; l = fn.Loops[l].Parent {
		if f.kept[int(l)] {
			return "", false
		}
	}
	if place, ok := f.field(r, depth); ok {
		return place, true
	}
	return "v" + itoa(int(r)), true
}

// field names a field of the request: read from a struct or by the getter of
// generated code.
func (f *forks) field(r summary.Ref, depth int) (string, bool) {
	fn, m := f.inst.fn, f.b.m
	i := int(r) - fn.Values()
	in := &fn.Instrs[i]
	switch {
	case in.Op == summary.OpCall && in.Mode == summary.Static && len(in.Args) == 1 && strings.HasPrefix(in.Name, "Get") && m.derived(m.ref(f.inst, in.Args[0])):
		if callee := m.prog.funcs[in.Sym]; callee == nil || !m.prog.generated[callee.Site.File] {
			return "", false
		}
		of, ok := f.key(in.Args[0], depth+1)
		return of + "." + in.Name, ok
	case in.Op == summary.OpField && m.derived(m.ref(f.inst, in.Args[0])):
		of, ok := f.key(in.Args[0], depth+1)
		return of + "." + in.Sym, ok
	case in.Op == summary.OpLoad && in.Args[0] >= 0:
		j := int(in.Args[0]) - fn.Values()
		if j < 0 || fn.Instrs[j].Op != summary.OpFieldAddr || !m.derived(m.ref(f.inst, r)) || f.stored(fn.Instrs[j].Sym) {
			return "", false
		}
		of, ok := f.key(fn.Instrs[j].Args[0], depth+1)
		return of + "." + fn.Instrs[j].Sym, ok
	}
	return "", false
}

// stored reports whether the function stores to a field of that name.
func (f *forks) stored(field string) bool {
	fn := f.inst.fn
	for i := range fn.Instrs {
		if in := &fn.Instrs[i]; in.Op == summary.OpStore && in.Args[0] >= 0 {
			if j := int(in.Args[0]) - fn.Values(); j >= 0 && fn.Instrs[j].Op == summary.OpFieldAddr && fn.Instrs[j].Sym == field {
				return true
			}
		}
	}
	return false
}
