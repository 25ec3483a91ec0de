package summary

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Fprint writes a package as text, for goldens and for reading: one line a
// type, field, method, variable, function and instruction. It returns the first
// error of w.
func Fprint(w io.Writer, p *Package) error {
	pr := &printer{w: w}
	pr.f("package %s %s", p.Path, p.Name)
	if p.Iface {
		pr.f(" iface")
	}
	pr.f("\n")
	for _, imp := range p.Imports {
		pr.f("import %s\n", imp)
	}
	for _, file := range p.Generated {
		pr.f("generated %s\n", file)
	}
	for _, g := range p.Gaps {
		pr.f("gap %s %s\n", g.Site, g.Text)
	}
	for _, n := range p.Notes {
		pr.f("note %s-%d %s %q\n", n.Site, n.Until, n.Scope, n.Text)
	}
	for i := range p.Types {
		pr.typ(&p.Types[i])
	}
	for _, g := range p.Globals {
		pr.f("var %s %s at %s\n", g.Name, g.Type, g.Site)
	}
	for i := range p.Funcs {
		pr.fn(&p.Funcs[i])
	}
	return pr.err
}

// String returns FILE:LINE:COL; "-" for no site.
func (s Site) String() string {
	if s == (Site{}) {
		return "-"
	}
	return s.File + ":" + strconv.Itoa(s.Line) + ":" + strconv.Itoa(s.Col)
}

type printer struct {
	w   io.Writer
	err error
}

func (pr *printer) f(format string, args ...any) {
	if pr.err == nil {
		_, pr.err = fmt.Fprintf(pr.w, format, args...)
	}
}

func (pr *printer) typ(t *Type) {
	pr.f("type %s", t.Name)
	if len(t.TypeParams) > 0 {
		pr.f("[%s]", strings.Join(t.TypeParams, ","))
	}
	if t.Alias != "" {
		pr.f(" = %s at %s\n", t.Alias, t.Site)
		return
	}
	pr.f(" %s at %s\n", t.Underlying, t.Site)
	for _, f := range t.Fields {
		pr.f("\tfield %s %s", f.Name, f.Type)
		if f.Embedded {
			pr.f(" embedded")
		}
		if f.Tag != "" {
			pr.f(" %q", f.Tag)
		}
		pr.f("\n")
	}
	for _, m := range t.Methods {
		pr.f("\tmethod %s %s %s", m.Name, m.Symbol, m.Sig)
		if len(m.Path) > 0 {
			pr.f(" via %s", strings.Join(m.Path, "."))
		}
		if m.Ptr {
			pr.f(" ptr")
		}
		pr.f("\n")
	}
}

func (pr *printer) fn(f *Func) {
	pr.f("func %s(", f.Symbol)
	for i, p := range f.Params {
		if i > 0 {
			pr.f(", ")
		}
		pr.f("%s %s", p.Name, p.Type)
	}
	pr.f(")")
	if len(f.Results) > 0 {
		pr.f(" (%s)", strings.Join(f.Results, ", "))
	}
	pr.f(" at %s-%d", f.Site, f.End)
	for _, p := range f.Free {
		pr.f(" free %s %s", p.Name, p.Type)
	}
	for _, flag := range []struct {
		is   bool
		name string
	}{{f.Variadic, "variadic"}, {f.Empty, "empty"}, {f.TypePar, "generic"}} {
		if flag.is {
			pr.f(" %s", flag.name)
		}
	}
	pr.f("\n")
	for i := range f.Loops {
		pr.loop(f, i)
	}
	for i, b := range f.Blocks {
		pr.f("  b%d:", i)
		if b.Loop >= 0 {
			pr.f(" loop %d", b.Loop)
		}
		pr.f(" <- %v\n", b.Preds)
		for j := b.First; j < b.Last; j++ {
			pr.instr(f, int(j), &b)
		}
	}
}

func (pr *printer) loop(f *Func, i int) {
	l := &f.Loops[i]
	kinds := [...]string{"other", "range", "chan", "count", "forever", "func"}
	pr.f("  loop %d %s b%d parent %d", i, kinds[l.Kind], l.Header, l.Parent)
	if l.Over != NoRef {
		pr.f(" over %s", f.name(l.Over))
	}
	if l.Bound != NoRef {
		pr.f(" bound %s", f.name(l.Bound))
	}
	if l.Kind == LoopCount {
		pr.f(" start %d step %d", l.Start, l.Step)
		if l.Incl {
			pr.f(" incl")
		}
	}
	pr.f(" %q at %s\n", l.Expr, l.Site)
}

var opNames = [...]string{
	"invalid", "alloc", "fieldaddr", "field", "indexaddr", "index", "lookup", "load", "store", "mapupdate", "makemap", "makeslice", "makechan",
	"closure", "bound", "iface", "assert", "convert", "extract", "phi", "bin", "un", "recv", "send", "select", "range", "next", "slice",
	"call", "go", "defer", "rundefers", "return", "if", "jump", "panic",
}

// String returns the operation's short name.
func (o Op) String() string {
	if int(o) < len(opNames) {
		return opNames[o]
	}
	return "op" + strconv.Itoa(int(o))
}

func (pr *printer) instr(f *Func, i int, b *Block) {
	in := &f.Instrs[i]
	pr.f("\t")
	if in.Type != "" {
		pr.f("%s = ", f.name(Ref(f.Values()+i)))
	}
	pr.f("%s", in.Op)
	switch in.Op {
	case OpCall, OpGo, OpDefer, OpBoundMethod:
		pr.f(" %s", [...]string{"static", "invoke", "value", "builtin"}[in.Mode])
	case OpExtract:
		pr.f(" #%d", in.N)
	}
	if in.Sym != "" {
		pr.f(" %s", in.Sym)
	}
	if len(in.TypeArgs) > 0 {
		pr.f("[%s]", strings.Join(in.TypeArgs, ", "))
	}
	for _, a := range in.Args {
		pr.f(" %s", f.name(a))
	}
	for _, s := range in.States {
		if s.Send {
			pr.f(" {%s <- %s}", f.name(s.Chan), f.name(s.Value))
		} else {
			pr.f(" {<-%s}", f.name(s.Chan))
		}
	}
	switch in.Op {
	case OpJump, OpIf:
		pr.f(" -> %v", b.Succs)
	case OpSelect:
		pr.f(" blocking %d", in.N)
	}
	if in.CommaOk {
		pr.f(" ok")
	}
	if in.Spread {
		pr.f(" ...")
	}
	if in.Type != "" {
		pr.f(" : %s", in.Type)
	}
	if in.Elem != "" {
		pr.f(" of %s", in.Elem)
	}
	if in.Expr != "" {
		pr.f(" %q", in.Expr)
	}
	if in.Site != (Site{}) {
		pr.f(" at %d:%d", in.Site.Line, in.Site.Col)
	}
	pr.f("\n")
}

// name returns how a value is printed: a parameter's name, t and the number of
// an instruction, a constant.
func (f *Func) name(r Ref) string {
	switch {
	case r == NoRef:
		return "_"
	case r < 0 && int(-r) <= len(f.Pool):
		o := f.Pool[-r-1]
		switch {
		case o.Nil:
			return "nil"
		case o.Kind == Const && o.Type == "string":
			return strconv.Quote(o.Text)
		case o.Kind == GlobalVar:
			return "&" + o.Text
		}
		return o.Text
	case r < 0:
		return "bad" + strconv.Itoa(int(r))
	case int(r) < len(f.Params):
		return "%" + f.Params[r].Name
	case int(r) < f.Values():
		return "^" + f.Free[int(r)-len(f.Params)].Name
	}
	return "t" + strconv.Itoa(int(r)-f.Values())
}
