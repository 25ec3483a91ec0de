package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A flowGraph finds which parameters of a program's functions may decide what an
// operation does: from what operations are given, it goes backwards over the
// flow of values, without regard to order and to which object a field belongs
// to (a backward slice: Weiser, Program Slicing, 1984; fields by type as in
// Heintze and Tardieu, Ultra-fast Aliasing Analysis, 2001). It takes time
// linear in the program. Contexts of a function that differ in other
// parameters are one: validators, parsers and error helpers, which are called
// from everywhere, have one instance.
//
// Nodes are registers, results, fields of types, package variables, and for
// calls of function values one for each parameter and result of a signature.
type flowGraph struct {
	p     *program
	base  map[*summary.Func]int32
	names map[string]int32
	parts map[[2]int32]int32
	size  int32
	to    []int32 // edge i: if to[i] counts, so does from[i]
	from  []int32
	seeds []int32
	met   map[string]bool // interface methods whose dispatch is there
	reach *reacher
}

// sliced returns the parameters that count, by function.
func (p *program) sliced() map[*summary.Func][]bool {
	live := p.imported()
	s := &flowGraph{p: p, base: map[*summary.Func]int32{}, names: map[string]int32{}, parts: map[[2]int32]int32{}, met: map[string]bool{}, reach: newReacher(p, live)}
	for _, fn := range p.funcs {
		if !live[fn.Pkg] {
			continue
		}
		s.base[fn] = s.size
		s.size += int32(fn.Values() + len(fn.Instrs) + len(fn.Results))
	}
	for fn := range s.base {
		s.function(fn)
		if s.reach.taken[fn.Symbol] {
			s.value(fn, 0)
		}
	}
	counts := s.mark()
	out := make(map[*summary.Func][]bool, len(s.base))
	for fn, base := range s.base {
		out[fn] = counts[base:][:len(fn.Params)]
	}
	return out
}

// imported returns the packages that main packages import, directly or not;
// the others are tests' helpers. Of a program without main it is all.
func (p *program) imported() map[string]bool {
	live := map[string]bool{}
	var visit func(path string)
	visit = func(path string) {
		if pkg := p.pkgs[path]; pkg != nil && !live[path] {
			live[path] = true
			for _, imp := range pkg.Imports {
				visit(imp)
			}
		}
	}
	for path, pkg := range p.pkgs {
		if pkg.Name == "main" {
			visit(path)
		}
	}
	if len(live) == 0 {
		for path := range p.pkgs {
			live[path] = true
		}
	}
	return live
}

// mark follows the edges from the seeds.
func (s *flowGraph) mark() []bool {
	first := make([]int32, s.size+1) // edges by their node, as offsets
	for _, n := range s.to {
		first[n+1]++
	}
	for i := range s.size {
		first[i+1] += first[i]
	}
	list := make([]int32, len(s.to))
	next := append([]int32(nil), first...)
	for i, n := range s.to {
		list[next[n]] = s.from[i]
		next[n]++
	}
	counts := make([]bool, s.size)
	work := s.seeds
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		if counts[n] {
			continue
		}
		counts[n] = true
		work = append(work, list[first[n]:first[n+1]]...)
	}
	return counts
}

// body returns the function of a symbol, if main packages import it.
func (s *flowGraph) body(symbol string) *summary.Func {
	if fn := s.p.body(symbol); fn != nil {
		if _, ok := s.base[fn]; ok {
			return fn
		}
	}
	return nil
}

// name returns the node of a field, a package variable or a signature's part.
func (s *flowGraph) name(text string) int32 {
	n, ok := s.names[text]
	if !ok {
		n = s.size
		s.size++
		s.names[text] = n
	}
	return n
}

// node returns the node of a value, -1 for constants and functions.
func (s *flowGraph) node(fn *summary.Func, r summary.Ref) int32 {
	switch n := int(r); {
	case r == summary.NoRef:
		return -1
	case n < 0:
		if op := fn.Pool[-n-1]; op.Kind == summary.GlobalVar {
			return s.name("var " + op.Text)
		}
		return -1
	default:
		return s.base[fn] + int32(n)
	}
}

// part returns the node of a component of a call's results.
func (s *flowGraph) part(call int32, i int) int32 {
	key := [2]int32{call, int32(i)}
	n, ok := s.parts[key]
	if !ok {
		n = s.size
		s.size++
		s.parts[key] = n
	}
	return n
}

func (s *flowGraph) result(fn *summary.Func, i int) int32 {
	return s.base[fn] + int32(fn.Values()+len(fn.Instrs)+i)
}

// edge says that from counts if to does.
func (s *flowGraph) edge(to, from int32) {
	if to >= 0 && from >= 0 && to != from {
		s.to, s.from = append(s.to, to), append(s.from, from)
	}
}

// flow is edge for a value of a type: through maps, slices, channels and
// pointers to other than structs, what is stored at one end is seen at the
// other, so that the edge goes both ways.
func (s *flowGraph) flow(to, from int32, typ string) {
	if quiet(typ) {
		return
	}
	s.edge(to, from)
	if s.shares(typ) {
		s.edge(from, to)
	}
}

// quiet reports whether values of a type, or of one that it points to, never
// decide what an operation does.
func quiet(typ string) bool {
	switch strings.TrimLeft(typ, "*") {
	case "error", "bool", "context.Context", "time.Time":
		return true
	}
	return logger(typ)
}

func (s *flowGraph) shares(typ string) bool {
	if t := s.p.typ(typ); t != nil && !strings.HasPrefix(typ, "*") {
		typ = t.Underlying
	}
	switch {
	case strings.HasPrefix(typ, "map["), strings.HasPrefix(typ, "[]"), strings.HasPrefix(typ, "chan "), strings.HasPrefix(typ, "<-chan "):
		return true
	case strings.HasPrefix(typ, "*"):
		t := s.p.typ(typ)
		return t == nil && !strings.Contains(typ, ".") || t != nil && t.Underlying != "struct"
	}
	return false
}

// field returns the node of a field of what a value is or points to.
func (s *flowGraph) field(base, name string) int32 {
	base = strings.TrimLeft(base, "*")
	if i := strings.IndexByte(base, '['); i > 0 {
		base = base[:i]
	}
	return s.name("field " + base + "." + name)
}

func (s *flowGraph) seed(n int32) {
	if n >= 0 {
		s.seeds = append(s.seeds, n)
	}
}

func (s *flowGraph) function(fn *summary.Func) {
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		v := s.base[fn] + int32(fn.Values()+i)
		arg := func(n int) int32 { return s.node(fn, in.Args[n]) }
		switch in.Op {
		case summary.OpFieldAddr, summary.OpField:
			if quiet(in.Type) {
				continue
			}
			f := s.field(refType(fn, in.Args[0]), in.Sym)
			s.edge(v, arg(0))
			s.edge(v, f)
			s.edge(f, v)
		case summary.OpStore, summary.OpSend:
			s.edge(arg(0), arg(1))
			if s.outside(fn, in.Args[0]) {
				s.seed(arg(0))
				s.seed(arg(1))
			}
		case summary.OpMapUpdate:
			s.edge(arg(0), arg(1))
			s.edge(arg(0), arg(2))
		case summary.OpIndexAddr:
			s.edge(v, arg(0))
			s.edge(arg(0), v)
		case summary.OpMakeClosure:
			if lit := s.body(fn.Pool[-int(in.Args[0])-1].Text); lit != nil {
				for k := range lit.Free {
					free := s.base[lit] + int32(len(lit.Params)+k)
					s.edge(free, arg(k+1))
					s.edge(arg(k+1), free)
				}
			}
			for k := range in.Args {
				s.edge(v, arg(k))
			}
		case summary.OpBoundMethod:
			s.bound(fn, in, v)
		case summary.OpSelect:
			for _, st := range in.States {
				s.edge(s.node(fn, st.Chan), s.node(fn, st.Value))
				s.edge(v, s.node(fn, st.Chan))
			}
		case summary.OpReturn:
			for k := range min(len(in.Args), len(fn.Results)) {
				s.flow(s.result(fn, k), arg(k), fn.Results[k])
			}
		case summary.OpCall, summary.OpGo, summary.OpDefer:
			s.call(fn, in, v)
		case summary.OpExtract:
			s.flow(v, s.part(arg(0), in.N), in.Type)
			s.edge(v, arg(0))
		default:
			for k := range in.Args {
				if !quiet(refType(fn, in.Args[k])) {
					s.flow(v, arg(k), in.Type)
				}
			}
		}
	}
}

// outside reports whether an address is that of a field of a library's type,
// which the library reads.
func (s *flowGraph) outside(fn *summary.Func, addr summary.Ref) bool {
	i := int(addr) - fn.Values()
	if i < 0 || fn.Instrs[i].Op != summary.OpFieldAddr {
		return false
	}
	base := strings.TrimLeft(refType(fn, fn.Instrs[i].Args[0]), "*")
	if j := strings.IndexAny(base, "[@"); j > 0 { // arguments of a type, the place of a local one
		base = base[:j]
	}
	dot := strings.LastIndexByte(base, '.')
	if dot < 0 {
		return false
	}
	pkg := s.p.pkgs[base[:dot]]
	return pkg == nil || pkg.Iface
}
