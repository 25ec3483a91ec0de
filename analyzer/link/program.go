package link

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A program indexes the summaries of one module: everything that its main
// packages may reach.
type program struct {
	cat       *catalog.Catalog
	pkgs      map[string]*summary.Package
	funcs     map[string]*summary.Func
	types     map[string]*summary.Type
	globals   map[string]*summary.Global
	generated map[string]bool          // files
	relevance sync.Map                 // of []bool by *summary.Func: see relevant
	counts    map[*summary.Func][]bool // parameters that operations may depend on
	inert     map[string]bool
}

func newProgram(cat *catalog.Catalog, pkgs []*summary.Package) *program {
	p := &program{
		cat:       cat,
		pkgs:      map[string]*summary.Package{},
		funcs:     map[string]*summary.Func{},
		types:     map[string]*summary.Type{},
		globals:   map[string]*summary.Global{},
		generated: map[string]bool{},
	}
	for _, pkg := range pkgs {
		p.pkgs[pkg.Path] = pkg
		for i := range pkg.Types {
			p.types[pkg.Types[i].Name] = &pkg.Types[i]
		}
		for i := range pkg.Globals {
			p.globals[pkg.Globals[i].Name] = &pkg.Globals[i]
		}
		for _, file := range pkg.Generated {
			p.generated[file] = true
		}
		for i := range pkg.Funcs {
			if f := &pkg.Funcs[i]; !f.Empty || p.funcs[f.Symbol] == nil {
				p.funcs[f.Symbol] = f
			}
		}
	}
	p.counts = p.sliced()
	p.findInert()
	return p
}

// body returns the function of a symbol if its body is known.
func (p *program) body(symbol string) *summary.Func {
	if f := p.funcs[symbol]; f != nil && !f.Empty && len(f.Blocks) > 0 {
		return f
	}
	return nil
}

// typ returns the declaration of a type, of what it points to, or of the
// generic type that it instantiates.
func (p *program) typ(name string) *summary.Type {
	name = strings.TrimLeft(name, "*")
	if t := p.types[name]; t != nil {
		for t.Alias != "" && p.types[t.Alias] != nil {
			t = p.types[t.Alias]
		}
		return t
	}
	if i := strings.IndexByte(name, '['); i > 0 {
		return p.types[name[:i]]
	}
	return nil
}

// method returns the method of a type, pointers looked through.
func (p *program) method(typ, name string) (summary.Method, bool) {
	t := p.typ(typ)
	if t == nil {
		return summary.Method{}, false
	}
	i, ok := slices.BinarySearchFunc(t.Methods, name, func(m summary.Method, n string) int { return strings.Compare(m.Name, n) })
	if !ok {
		return summary.Method{}, false
	}
	return t.Methods[i], true
}

// field returns the field of a struct type.
func (p *program) field(typ, name string) (summary.Field, bool) {
	t := p.typ(typ)
	if t == nil {
		return literalField(typ, name)
	}
	for _, f := range t.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return summary.Field{}, false
}

// relevant says which parameters of a function tell its contexts apart: those
// that may decide what an operation does. Contexts, errors, numbers and loggers
// make instances for nothing; they still flow.
func (p *program) relevant(fn *summary.Func) []bool {
	if r, ok := p.relevance.Load(fn); ok {
		return r.([]bool)
	}
	used := make([]bool, len(fn.Params))
	for i := range fn.Instrs {
		for _, a := range fn.Instrs[i].Args {
			if int(a) >= 0 && int(a) < len(used) {
				used[a] = true
			}
		}
		for _, s := range fn.Instrs[i].States {
			for _, a := range []summary.Ref{s.Chan, s.Value} {
				if int(a) >= 0 && int(a) < len(used) {
					used[a] = true
				}
			}
		}
	}
	counts, known := p.counts[fn]
	r := make([]bool, len(fn.Params))
	for i, param := range fn.Params {
		r[i] = used[i] && !blank(param.Type) && (!known || counts[i] || fn.TypePar) // the signatures in a generic function are those of no other
	}
	p.relevance.Store(fn, r)
	return r
}

// blank reports whether values of a type say nothing about where a call goes.
func blank(typ string) bool {
	switch strings.TrimLeft(typ, "*") {
	case "context.Context", "error", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
		"byte", "rune", "float32", "float64", "time.Duration", "time.Time", "[]byte", "sync.WaitGroup", "testing.T", "testing.B":
		return true
	}
	return logger(typ)
}

// logger reports whether a type is called one of logs or traces.
func logger(typ string) bool {
	name := typ[strings.LastIndexAny(typ, "./*")+1:]
	return strings.HasSuffix(name, "Logger") || strings.HasSuffix(name, "Tracer") || strings.HasSuffix(name, "TracerProvider")
}

// basic returns the name of the basic type behind a constant's type.
func basic(typ string) string {
	switch strings.TrimPrefix(typ, "untyped ") {
	case "string", "bool", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64", "float32", "float64":
		return strings.TrimPrefix(typ, "untyped ")
	}
	return typ
}

func itoa(n int) string { return strconv.Itoa(n) }

// dead reports whether calls of a library function with a role neither carry
// values nor do anything that the graph knows.
func dead(role catalog.Role) bool {
	switch role {
	case catalog.Log, catalog.Metric, catalog.Inert, catalog.Random, catalog.Clock, catalog.Answer, catalog.Exit, catalog.Conflict:
		return true
	}
	return false
}

// findInert marks the functions that reach no operation, store nothing that
// outlives them and return nothing that carries a value: 27 to 56 % of the
// functions of real systems. They are not evaluated. Functions that are passed
// on as values stay live, since what runs them is not known here.
func (p *program) findInert() {
	p.inert = map[string]bool{}
	live := map[string]bool{}
	callers := map[string][]string{}
	var work []string
	mark := func(s string) {
		if !live[s] {
			live[s] = true
			work = append(work, s)
		}
	}
	for sym, fn := range p.funcs {
		if fn.Empty || p.liveAlone(fn) {
			mark(sym)
		}
		for i := range fn.Instrs {
			in := &fn.Instrs[i]
			if in.Op == summary.OpCall || in.Op == summary.OpGo || in.Op == summary.OpDefer {
				if in.Mode == summary.Static {
					callers[in.Sym] = append(callers[in.Sym], sym)
				}
			}
		}
	}
	for len(work) > 0 {
		sym := work[len(work)-1]
		work = work[:len(work)-1]
		for _, c := range callers[sym] {
			mark(c)
		}
	}
	for sym := range p.funcs {
		if !live[sym] {
			p.inert[sym] = true
		}
	}
}

// liveAlone reports whether a function does something of its own that counts,
// leaving aside the functions with bodies that it calls.
func (p *program) liveAlone(fn *summary.Func) bool {
	for _, r := range fn.Results {
		if !blank(r) && r != "bool" {
			return true
		}
	}
	local := func(r summary.Ref) bool {
		for depth := 0; depth < 8; depth++ {
			i := int(r) - fn.Values()
			if i < 0 {
				return false
			}
			switch in := &fn.Instrs[i]; in.Op {
			case summary.OpAlloc, summary.OpMakeMap, summary.OpMakeSlice:
				return true
			case summary.OpFieldAddr, summary.OpIndexAddr, summary.OpSlice, summary.OpConvert:
				r = in.Args[0]
			default:
				return false
			}
		}
		return false
	}
	for i := range fn.Instrs {
		switch in := &fn.Instrs[i]; in.Op {
		case summary.OpStore, summary.OpMapUpdate:
			if !local(in.Args[0]) {
				return true
			}
		case summary.OpSend, summary.OpRecv, summary.OpSelect, summary.OpMakeClosure, summary.OpBoundMethod, summary.OpGo:
			return true
		case summary.OpCall, summary.OpDefer:
			if p.liveCall(in) {
				return true
			}
		}
	}
	return false
}

func (p *program) liveCall(in *summary.Instr) bool {
	switch in.Mode {
	case summary.Builtin:
		return in.Sym == "close"
	case summary.Value:
		return true
	case summary.Invoke:
		if plainInterface(in.Sym) {
			return false
		}
		e := p.cat.Func(in.Sym)
		return e == nil || !dead(e.Role)
	}
	if f := p.funcs[in.Sym]; f != nil && !f.Empty {
		return false
	}
	if e := p.cat.Func(in.Sym); e != nil {
		return !dead(e.Role) && e.Role != catalog.Text
	}
	v, ok := p.cat.Vendor(in.Sym)
	return ok && v.Request(in.Sym, true, true)
}

// plainInterface reports whether a method belongs to an interface whose calls
// are never resolved: they are everywhere and mean nothing here.
func plainInterface(sym string) bool {
	for _, prefix := range []string{"(error).", "(fmt.Stringer).", "(context.Context).", "(io.Reader).", "(io.Writer).", "(io.Closer).",
		"(io.ReadCloser).", "(io.ReadWriter).", "(io.WriteCloser).", "(io.ReaderAt).", "(io.Seeker).", "(sort.Interface).", "(hash.Hash).",
		"(net/http.ResponseWriter).", "(reflect.Type).", "(os.FileInfo).", "(io/fs."} {
		if strings.HasPrefix(sym, prefix) {
			return true
		}
	}
	return false
}
