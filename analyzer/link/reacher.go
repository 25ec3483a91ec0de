package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A reacher knows which functions of a program may reach an operation of the
// catalog. Calls of interface methods go to all types that have the
// interface's methods (class hierarchy analysis: Dean, Grove and Chambers,
// 1995), calls of function values to all functions of the signature that are
// values somewhere.
type reacher struct {
	p       *program
	funcs   map[string]bool      // functions, interface methods and signatures that reach an operation
	taken   map[string]bool      // functions that are values somewhere
	byName  map[string][]dynamic // methods of the program's types
	invoked map[string][]dynamic // by interface method
	boxed   []string             // library types whose values become interfaces
	known   map[string][]*catalog.Entry
}

// A dynamic is a method of a type that a call through an interface may end in.
type dynamic struct {
	typ    string
	method summary.Method
}

func newReacher(p *program, live map[string]bool) *reacher {
	r := &reacher{p: p, funcs: map[string]bool{}, taken: map[string]bool{}, byName: map[string][]dynamic{}, invoked: map[string][]dynamic{}, known: map[string][]*catalog.Entry{}}
	for path := range live {
		pkg := p.pkgs[path]
		for i := range pkg.Types {
			t := &pkg.Types[i]
			if strings.HasPrefix(t.Underlying, "interface") {
				continue
			}
			for _, m := range t.Methods {
				r.byName[m.Name] = append(r.byName[m.Name], dynamic{t.Name, m})
			}
		}
	}
	for _, fn := range p.funcs {
		for i := range fn.Instrs {
			if !live[fn.Pkg] {
				break
			}
			if in := &fn.Instrs[i]; in.Op == summary.OpMakeInterface && strings.Contains(in.Elem, ".") && p.typ(in.Elem) == nil {
				r.boxed = append(r.boxed, in.Elem)
			}
		}
	}
	slices.Sort(r.boxed)
	r.boxed = slices.Compact(r.boxed)
	callers := map[string][]string{}
	var work []string
	mark := func(s string) {
		if !r.funcs[s] {
			r.funcs[s] = true
			work = append(work, s)
		}
	}
	for sym, fn := range p.funcs {
		if !live[fn.Pkg] {
			continue
		}
		for _, op := range fn.Pool {
			if op.Kind == summary.NamedFunc {
				callers[op.Text] = append(callers[op.Text], sym)
				r.taken[op.Text] = true
			}
		}
		for i := range fn.Instrs {
			in := &fn.Instrs[i]
			switch in.Op {
			case summary.OpCall, summary.OpGo, summary.OpDefer:
				if r.operation(in) {
					mark(sym)
				}
				if callee := r.callee(fn, in); callee != "" {
					callers[callee] = append(callers[callee], sym)
				}
			case summary.OpBoundMethod:
				callers[in.Sym] = append(callers[in.Sym], sym)
				r.methods(in.Sym, in.Name)
			}
		}
	}
	for sym := range r.taken {
		if fn := p.funcs[sym]; fn != nil {
			for _, sig := range signatures(fn, 0) {
				callers[sym] = append(callers[sym], sig)
			}
		}
	}
	for sym, found := range r.invoked {
		for _, m := range found {
			callers[m.method.Symbol] = append(callers[m.method.Symbol], sym)
		}
	}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		for _, c := range callers[sym] {
			mark(c)
		}
	}
	return r
}

// operation reports whether a call is itself one that the catalog knows.
func (r *reacher) operation(in *summary.Instr) bool {
	if in.Mode != summary.Static && in.Mode != summary.Invoke {
		return false
	}
	if e := r.p.cat.Func(in.Sym); e != nil {
		return !dead(e.Role) && e.Role != catalog.Text
	}
	if in.Mode == summary.Invoke {
		return len(r.entries(in.Sym, in.Name)) > 0
	}
	if r.p.body(in.Sym) != nil {
		return false
	}
	v, ok := r.p.cat.Vendor(in.Sym)
	return ok && v.Request(in.Sym, true, true)
}

// entries returns the operations that a call of an interface method may be: of
// library types that become interfaces somewhere, and of those that types of
// the program embed.
func (r *reacher) entries(sym, name string) []*catalog.Entry {
	if found, ok := r.known[sym]; ok {
		return found
	}
	var found []*catalog.Entry
	add := func(symbol string) {
		if e := r.p.cat.Func(symbol); e != nil && !dead(e.Role) && e.Role != catalog.Text && !slices.Contains(found, e) {
			found = append(found, e)
		}
	}
	if !plainInterface(sym) {
		for _, typ := range r.boxed {
			add("(" + typ + ")." + name)
		}
		for _, m := range r.methods(sym, name) {
			if r.p.body(m.method.Symbol) == nil {
				add(m.method.Symbol)
			}
		}
	}
	r.known[sym] = found
	return found
}

// callee returns what a call ends in: a function, an interface method, or a
// signature.
func (r *reacher) callee(fn *summary.Func, in *summary.Instr) string {
	switch in.Mode {
	case summary.Static:
		return in.Sym
	case summary.Invoke:
		if r.p.cat.Func(in.Sym) == nil && plainInterface(in.Sym) {
			return ""
		}
		r.methods(in.Sym, in.Name)
		return in.Sym
	case summary.Value:
		return r.p.signature(refType(fn, in.Args[0]), len(in.Args)-1, len(tupleTypes(in.Type)))
	}
	return ""
}

// methods returns what a call of an interface method may end in: the methods
// of that name of the types that have all methods of the interface, or, of an
// interface that is not the program's own, of all types.
func (r *reacher) methods(sym, name string) []dynamic {
	if found, ok := r.invoked[sym]; ok {
		return found
	}
	typ := strings.TrimPrefix(strings.TrimSuffix(sym, ")."+name), "(")
	found := r.byName[name]
	if t := r.p.typ(typ); t != nil && strings.HasPrefix(t.Underlying, "interface") {
		found = nil
		for _, d := range r.byName[name] {
			has := func(m summary.Method) bool { _, ok := r.p.method(d.typ, m.Name); return ok }
			if !slices.ContainsFunc(t.Methods, func(m summary.Method) bool { return !has(m) }) {
				found = append(found, d)
			}
		}
	}
	r.invoked[sym] = found
	return found
}

// signature returns what names the functions that a value of a type may be:
// the signature, or, if the type is a library's, the numbers of parameters
// and results.
func (p *program) signature(typ string, params, results int) string {
	if t := p.typ(typ); t != nil {
		typ = t.Underlying
	}
	if strings.HasPrefix(typ, "func(") {
		return typ
	}
	return "func/" + itoa(params) + "/" + itoa(results)
}

// signatures returns the names under which values of a function are called, if
// its first parameters, skip of them, are bound.
func signatures(fn *summary.Func, skip int) []string {
	params := make([]string, 0, len(fn.Params))
	for _, param := range fn.Params[min(skip, len(fn.Params)):] {
		params = append(params, param.Type)
	}
	if n := len(params); fn.Variadic && n > 0 {
		params[n-1] = "..." + strings.TrimPrefix(params[n-1], "[]")
	}
	sig := "func(" + strings.Join(params, ", ") + ")"
	switch len(fn.Results) {
	case 0:
	case 1:
		sig += " " + fn.Results[0]
	default:
		sig += " (" + strings.Join(fn.Results, ", ") + ")"
	}
	return []string{sig, "func/" + itoa(len(params)) + "/" + itoa(len(fn.Results))}
}
