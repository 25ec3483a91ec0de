package compile

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A writer flattens the functions of one package.
type writer struct {
	names  *names
	info   *types.Info
	path   string
	calls  map[token.Pos]*ast.CallExpr
	funcs  []summary.Func
	gaps   []summary.Gap
	thunks []*ssa.Function          // to be written: method expressions of promoted methods
	known  map[*ssa.Function]string // symbols of thunks
}

// all writes a function and its literals. The site stands for that of a
// function that has none in the source.
func (w *writer) all(fn *ssa.Function, site summary.Site) {
	f := w.function(fn)
	if f.Site == (summary.Site{}) {
		f.Site = site
	}
	w.funcs = append(w.funcs, f)
	for _, anon := range fn.AnonFuncs {
		w.all(anon, site)
	}
}

// function writes one function. A panic leaves it empty and a gap.
func (w *writer) function(fn *ssa.Function) (out summary.Func) {
	out = w.header(fn)
	defer func() {
		if r := recover(); r != nil {
			head := w.header(fn)
			head.Empty = true
			out = head
			w.gaps = append(w.gaps, summary.Gap{Site: head.Site, Text: fmt.Sprintf("func %s cannot be compiled: %v", head.Symbol, r)})
		}
	}()
	if len(fn.Blocks) == 0 {
		out.Empty = true
		return out
	}
	b := &body{writer: w, fn: fn, out: &out, refs: map[ssa.Value]summary.Ref{}, pool: map[summary.Operand]summary.Ref{}}
	b.write()
	return out
}

func (w *writer) header(fn *ssa.Function) summary.Func {
	f := summary.Func{
		Symbol: w.symbol(fn), Name: fn.Name(), Pkg: w.path, Variadic: fn.Signature.Variadic(),
		Site: w.names.site(fn.Pos()), Empty: false,
	}
	if fn.Parent() != nil {
		f.Parent = w.symbol(fn.Parent())
	}
	if recv := fn.Signature.Recv(); recv != nil {
		f.Recv = w.names.typ(recv.Type())
	}
	for _, p := range fn.Params {
		f.Params = append(f.Params, summary.Param{Name: p.Name(), Type: w.names.typ(p.Type())})
	}
	for _, v := range fn.FreeVars {
		f.Free = append(f.Free, summary.Param{Name: v.Name(), Type: w.names.typ(v.Type())})
	}
	for r := range fn.Signature.Results().Variables() {
		f.Results = append(f.Results, w.names.typ(r.Type()))
		if r.Name() != "" {
			f.Named = append(f.Named, r.Name())
		}
	}
	if syntax := fn.Syntax(); syntax != nil {
		f.End = w.names.site(syntax.End()).Line
		if d, ok := syntax.(*ast.FuncDecl); ok {
			f.Site = w.names.site(d.Name.Pos())
		}
	}
	f.TypePar = fn.TypeParams().Len() > 0 || fn.Signature.RecvTypeParams().Len() > 0
	return f
}

// symbol returns the symbol of a function as a value or callee. The thunk of a
// promoted method is a function of its own: its receiver is not the method's.
func (w *writer) symbol(fn *ssa.Function) string {
	if s, ok := w.known[fn]; ok {
		return s
	}
	return w.names.symbol(fn)
}

// callee is symbol for functions that are called or named. It has the thunks of
// promoted methods written too.
func (w *writer) callee(fn *ssa.Function) string {
	if !isThunk(fn) || len(fn.Blocks) == 0 || !promotes(fn) {
		return w.symbol(fn)
	}
	if _, ok := w.known[fn]; !ok {
		if w.known == nil {
			w.known = map[*ssa.Function]string{}
		}
		w.known[fn] = "(" + w.names.typ(fn.Params[0].Type()) + ")." + fn.Object().Name() + "@thunk"
		if !slices.ContainsFunc(w.funcs, func(f summary.Func) bool { return f.Symbol == w.known[fn] }) &&
			!slices.ContainsFunc(w.thunks, func(f *ssa.Function) bool { return w.known[f] == w.known[fn] }) {
			w.thunks = append(w.thunks, fn)
		}
	}
	return w.known[fn]
}

func isThunk(fn *ssa.Function) bool {
	return fn.Synthetic != "" && fn.Object() != nil && fn.Signature.Recv() == nil && fn.Parent() == nil &&
		fn.Object().(*types.Func).Signature().Recv() != nil && len(fn.FreeVars) == 0
}

// promotes reports whether a thunk goes through embedded fields.
func promotes(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			switch i.(type) {
			case *ssa.FieldAddr, *ssa.Field:
				return true
			}
		}
	}
	return false
}

// isBound reports whether fn is the wrapper of a method value.
func isBound(fn *ssa.Function) bool {
	return fn.Synthetic != "" && fn.Object() != nil && fn.Parent() == nil && len(fn.FreeVars) == 1 && fn.FreeVars[0].Name() == "recv"
}

// operand describes a constant, function, variable or builtin.
func (w *writer) operand(v ssa.Value) summary.Operand {
	o := summary.Operand{Type: w.names.typ(v.Type())}
	switch v := v.(type) {
	case *ssa.Const:
		o.Kind = summary.Const
		switch {
		case v.Value == nil:
			o.Nil = true
		case v.Value.Kind() == constant.String:
			o.Text = text(constant.StringVal(v.Value))
		default:
			o.Text = v.Value.ExactString()
		}
	case *ssa.Function:
		o.Kind, o.Text = summary.NamedFunc, w.callee(v)
	case *ssa.Global:
		o.Kind, o.Text = summary.GlobalVar, v.Pkg.Pkg.Path()+"."+v.Name()
	case *ssa.Builtin:
		o.Kind, o.Text, o.Type = summary.BuiltIn, v.Name(), ""
	default:
		panic(fmt.Sprintf("internal error: operand %T", v))
	}
	return o
}

// typeArgs returns the type arguments of an instance of a generic function, or
// of the receiver of a method of an instance.
func (w *writer) typeArgs(fn *ssa.Function) []string {
	var args []types.Type
	if obj, ok := fn.Object().(*types.Func); ok {
		if recv := obj.Signature().Recv(); recv != nil {
			t := types.Unalias(recv.Type())
			if p, ok := t.(*types.Pointer); ok {
				t = types.Unalias(p.Elem())
			}
			if named, ok := t.(*types.Named); ok {
				args = slices.Collect(named.TypeArgs().Types())
			}
		}
	}
	if len(args) == 0 {
		args = fn.TypeArgs()
	}
	var out []string
	for _, a := range args {
		out = append(out, w.names.typ(a))
	}
	return out
}
