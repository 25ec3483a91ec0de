package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// call adds the flow of a call.
func (s *flowGraph) call(fn *summary.Func, in *summary.Instr, v int32) {
	args := make([]int32, len(in.Args))
	for i := range in.Args {
		args[i] = s.node(fn, in.Args[i])
	}
	switch in.Mode {
	case summary.Builtin:
		for i := range args {
			s.flow(v, args[i], in.Type)
			s.edge(args[0], args[i]) // copy, append
		}
		return
	case summary.Value:
		sig := s.p.signature(refType(fn, in.Args[0]), len(args)-1, len(tupleTypes(in.Type)))
		if s.reach.funcs[sig] {
			s.seed(args[0])
		}
		s.edge(v, args[0])
		s.edge(s.name("call "+sig), args[0])
		for i, a := range args[1:] {
			s.flow(s.name("param "+itoa(i)+" "+sig), a, refType(fn, in.Args[i+1]))
		}
		for i, typ := range tupleTypes(in.Type) {
			s.flow(s.returned(in, v, i), s.name("result "+itoa(i)+" "+sig), typ)
		}
		return
	case summary.Static:
		if s.p.cat.Func(in.Sym) == nil {
			if callee := s.body(in.Sym); callee != nil {
				s.enter(in, callee, args, v)
				return
			}
		}
	case summary.Invoke:
		if e := s.p.cat.Func(in.Sym); !s.reach.funcs[in.Sym] && (e == nil && plainInterface(in.Sym) || e != nil && dead(e.Role)) {
			return
		}
		s.dispatch(in.Sym, in.Name)
		if s.reach.funcs[in.Sym] {
			s.seed(args[0])
		}
		for i, a := range args {
			s.flow(s.name("param "+itoa(i)+" "+in.Sym), a, refType(fn, in.Args[i]))
		}
		for i, typ := range tupleTypes(in.Type) {
			s.flow(s.returned(in, v, i), s.name("result "+itoa(i)+" "+in.Sym), typ)
		}
		if s.p.cat.Func(in.Sym) == nil {
			for _, e := range s.reach.entries(in.Sym, in.Name) {
				s.operation(fn, in, e, args, v)
			}
			if len(s.reach.methods(in.Sym, in.Name)) > 0 {
				return
			}
		}
	}
	s.library(fn, in, args, v)
}

// returned returns the node of result i of a call whose value is v.
func (s *flowGraph) returned(in *summary.Instr, v int32, i int) int32 {
	if strings.HasPrefix(in.Type, "(") {
		return s.part(v, i)
	}
	return v
}

// enter adds the flow between a call and the body of a callee.
func (s *flowGraph) enter(in *summary.Instr, callee *summary.Func, args []int32, v int32) {
	for i := range min(len(args), len(callee.Params)) {
		s.flow(s.base[callee]+int32(i), args[i], callee.Params[i].Type)
	}
	for i, typ := range callee.Results {
		s.flow(s.returned(in, v, i), s.result(callee, i), typ)
	}
}

// dispatch adds, once for an interface method, the flow between its calls and
// the methods that they may end in.
func (s *flowGraph) dispatch(sym, name string) {
	if s.met[sym] {
		return
	}
	s.met[sym] = true
	for _, m := range s.reach.methods(sym, name) {
		callee := s.body(m.method.Symbol)
		if callee == nil { // a library's, embedded
			s.embedded(m, s.name("param 0 "+sym))
			continue
		}
		for i, param := range callee.Params {
			s.flow(s.base[callee]+int32(i), s.name("param "+itoa(i)+" "+sym), param.Type)
		}
		for i, typ := range callee.Results {
			s.flow(s.name("result "+itoa(i)+" "+sym), s.result(callee, i), typ)
		}
		s.embedded(m, s.base[callee])
	}
}

// embedded adds the flow through the embedded fields on the way from a
// receiver to a promoted method.
func (s *flowGraph) embedded(m dynamic, recv int32) {
	typ := m.typ
	for _, name := range m.method.Path {
		f := s.field(typ, name)
		s.edge(recv, f)
		field, _ := s.p.field(typ, name)
		typ = field.Type
	}
}

// library adds the flow of a call of a function without a body here, or of one
// that the catalog knows.
func (s *flowGraph) library(fn *summary.Func, in *summary.Instr, args []int32, v int32) {
	e := s.p.cat.Func(in.Sym)
	switch {
	case e != nil && dead(e.Role):
		return
	case e != nil && e.Role == catalog.Text:
		for _, a := range args {
			s.edge(v, a)
			s.edge(args[0], a) // a builder
		}
		return
	}
	s.operation(fn, in, e, args, v)
}

// operation adds the flow of an operation of the catalog, or of a call that
// the catalog does not know.
func (s *flowGraph) operation(fn *summary.Func, in *summary.Instr, e *catalog.Entry, args []int32, v int32) {
	for i, a := range args {
		typ := refType(fn, in.Args[i])
		if quiet(typ) {
			continue
		}
		s.edge(v, a)
		if s.matters(e, in, i, typ) {
			s.seed(a)
		}
	}
}

// matters reports whether an operation may do what it does by argument i of its
// call, receivers first: by a receiver, by what the catalog names, and by
// functions; of what the catalog does not know, by all but plain data.
func (s *flowGraph) matters(e *catalog.Entry, in *summary.Instr, i int, typ string) bool {
	if e == nil {
		return s.reach.operation(in) || !plainData(typ)
	}
	if strings.HasPrefix(in.Sym, "(") {
		i--
	}
	return i < 0 || strings.HasPrefix(typ, "func(") || slices.ContainsFunc(e.Args, func(a catalog.Arg) bool {
		return a.Index == i || a.Index < 0
	})
}

// plainData reports whether a library that the catalog does not know can do
// nothing with a value but read it.
func plainData(typ string) bool {
	return blank(typ) || typ == "any" || basic(typ) == "string" || basic(typ) == "bool" || typ == "[]string" || typ == "[]any"
}

// bound adds the flow of a method value.
func (s *flowGraph) bound(fn *summary.Func, in *summary.Instr, v int32) {
	recv := s.node(fn, in.Args[0])
	s.edge(v, recv)
	if callee := s.body(in.Sym); callee != nil {
		s.edge(s.base[callee], recv)
		s.value(callee, 1)
		return
	}
	s.dispatch(in.Sym, in.Name)
	s.edge(s.name("param 0 "+in.Sym), recv)
	for _, m := range s.reach.methods(in.Sym, in.Name) {
		if callee := s.body(m.method.Symbol); callee != nil {
			s.value(callee, 1)
		}
	}
}

// value adds the flow between a function that is a value somewhere and the
// calls of values of its signature; it has skip parameters more.
func (s *flowGraph) value(callee *summary.Func, skip int) {
	for _, sig := range signatures(callee, skip) {
		for i := skip; i < len(callee.Params); i++ {
			s.flow(s.base[callee]+int32(i), s.name("param "+itoa(i-skip)+" "+sig), callee.Params[i].Type)
		}
		for i := skip; i < callee.Values(); i++ { // what it is given, or holds, counts: so does which function is called
			s.edge(s.base[callee]+int32(i), s.name("call "+sig))
		}
		for i := range callee.Results {
			s.flow(s.name("result "+itoa(i)+" "+sig), s.result(callee, i), callee.Results[i])
		}
	}
}
