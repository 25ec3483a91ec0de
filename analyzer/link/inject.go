package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A container is what a dependency-injection library builds a program from:
// constructors by the types of their results, values, and functions that it
// calls with what these make.
type container struct {
	m         *machine
	c         site
	providers []provider
	invokes   []setID
	seen      map[objID]bool
	byType    map[string][]int // providers by the types that they name; nil: see naming
	making    []int            // providers on the way, against cycles
	cut       int              // the place in making of the outermost provider that was asked for again; len(making) if none was
}

// A provider makes values of some types: a constructor, or a value.
type provider struct {
	fn    setID // none: value is given
	value setID
	types []string // of its results, or of the interfaces as which it is provided
	made  []setID  // its results, of the constructor's last call
	calls int      // of the constructor; maxMakes once made is whole
}

// maxMakes is how often a constructor is called whose arguments depend on a
// value that is being made. Others are called once, as the library does.
const maxMakes = 3

// inject handles the registration of constructors and the calls of what needs
// them. Fx collects options and runs them in New; dig calls at once.
func (m *machine) inject(c site, ev *event) {
	switch {
	case ev.entry.Op == "new" && strings.HasPrefix(ev.sym, "go.uber.org/fx."):
		k := &container{m: m, c: c, seen: map[objID]bool{}}
		for _, a := range ev.args {
			k.collect(a)
		}
		for _, fn := range k.invokes {
			k.invoke(fn)
		}
	case ev.entry.Op == "provide" && ev.recv != none:
		m.store(m.indexAddr(ev.recv, "$provided"), ev.args[0])
	case ev.entry.Op == "invoke" && ev.recv != none:
		k := &container{m: m, c: c, seen: map[objID]bool{}}
		k.provide(m.loadAs(c.inst, m.indexAddr(ev.recv, "$provided"), false))
		k.invoke(ev.args[0])
	}
}

// collect reads options: what they provide, supply and invoke.
func (k *container) collect(s setID) {
	m := k.m
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg {
			continue
		}
		o := &m.objects[v.obj]
		if o.kind != oLib {
			for _, el := range m.elements(k.c.inst, m.set([]valueID{id})) {
				k.collect(el)
			}
			continue
		}
		if k.seen[v.obj] || o.entry == nil || o.entry.Role != catalog.Entrance {
			continue
		}
		k.seen[v.obj] = true
		for n := range o.args {
			arg := m.read(v.obj, m.child(root, "$"+itoa(n)), k.c.inst)
			switch o.entry.Op {
			case "group":
				k.collect(arg)
			case "provide":
				k.each(arg, k.provide)
			case "supply":
				k.each(arg, func(s setID) { k.providers = append(k.providers, provider{value: s, types: k.dynamic(s)}) })
			case "invoke":
				k.each(arg, func(s setID) {
					if !slices.Contains(k.invokes, s) {
						k.invokes = append(k.invokes, s)
					}
				})
			}
		}
	}
}

func (k *container) each(list setID, f func(setID)) {
	elems := k.m.elements(k.c.inst, list)
	if len(elems) == 0 {
		elems = []setID{list}
	}
	for _, el := range elems {
		f(el)
	}
}

func (k *container) dynamic(s setID) []string {
	var out []string
	for _, id := range k.m.sets[s] {
		if v := k.m.byID[id]; v.kind == kIface {
			out = append(out, v.t)
		}
	}
	return out
}

// provide notes constructors, annotated or not.
func (k *container) provide(s setID) {
	m := k.m
	for _, id := range m.sets[s] {
		one := m.set([]valueID{id})
		if fn := m.funcOf(one); fn != nil && m.callable(id) {
			k.providers = append(k.providers, provider{fn: one, types: fn.Results})
			continue
		}
		fn, as := k.annotated(id)
		if f := m.funcOf(fn); f != nil {
			types := slices.Clone(f.Results)
			k.providers = append(k.providers, provider{fn: fn, types: append(as, types...)})
		}
	}
}

// annotated returns the function of an annotation and the interfaces as which
// its result is provided.
func (k *container) annotated(id valueID) (fn setID, as []string) {
	m := k.m
	v := m.byID[m.bare(id)]
	if v.kind != kAddr || m.objects[v.obj].kind != oLib || m.objects[v.obj].entry == nil || m.objects[v.obj].entry.Op != "annotate" {
		return none, nil
	}
	arg := func(obj objID, n int) setID { return m.read(obj, m.child(root, "$"+itoa(n)), k.c.inst) }
	fn = arg(v.obj, 0)
	for _, opt := range m.elements(k.c.inst, arg(v.obj, 1)) {
		for _, o := range m.sets[opt] {
			w := m.byID[m.bare(o)]
			if w.kind != kAddr || !strings.HasSuffix(m.objects[w.obj].symbol, ".As") {
				continue
			}
			for _, el := range m.elements(k.c.inst, arg(w.obj, 0)) {
				for _, t := range k.dynamic(el) {
					as = append(as, strings.TrimPrefix(t, "*"))
				}
			}
		}
	}
	return fn, as
}

// invoke calls functions with what the providers make.
func (k *container) invoke(fns setID) {
	for _, id := range k.m.sets[fns] {
		one := k.m.set([]valueID{id})
		if !k.m.callable(id) {
			one, _ = k.annotated(id)
		}
		if fn := k.m.funcOf(one); fn != nil {
			k.call(one, fn)
		}
	}
}

func (k *container) call(one setID, fn *summary.Func) []setID {
	params := fn.Params
	if v := k.m.byID[k.m.bare(k.m.sets[one][0])]; v.kind == kAddr && k.m.objects[v.obj].kind == oBound && fn.Recv != "" {
		params = params[1:]
	}
	args := make([]setID, len(params))
	for i, p := range params {
		args[i] = k.make(p.Type, i)
	}
	return k.m.callValue(k.c, one, args)
}

// make returns a value of a type: what its providers return.
func (k *container) make(typ string, n int) setID {
	m := k.m
	if fields := k.inputs(typ); fields != nil {
		obj := m.object(k.c.inst, k.c.i, "in:"+typ, func() object {
			return object{kind: oAlloc, typ: typ, site: k.c.in.Site}
		})
		for i, f := range fields {
			m.write(obj, m.child(root, "."+f.Name), k.make(f.Type, i))
		}
		return m.one(value{kind: kAgg, obj: obj})
	}
	if out := k.provided(typ, false); out != none {
		return out
	}
	if elem, ok := strings.CutPrefix(typ, "[]"); ok {
		if all := k.provided(elem, true); all != none { // a group
			list := m.object(k.c.inst, k.c.i, "group:"+typ, func() object {
				return object{kind: oAlloc, typ: typ, site: k.c.in.Site}
			})
			m.write(list, m.child(root, "[unknown]"), all)
			return m.addr(list, root)
		}
	}
	obj := m.object(k.c.inst, k.c.i, "given:"+typ, func() object {
		return object{kind: oGiven, typ: typ, site: k.c.in.Site}
	})
	return m.addr(obj, root)
}

// inputs returns the fields of a struct of parameters, which embeds fx.In or
// dig.In.
func (k *container) inputs(typ string) []summary.Field {
	t := k.m.prog.typ(typ)
	if t == nil || strings.HasPrefix(typ, "*") || !slices.ContainsFunc(t.Fields, func(f summary.Field) bool { return f.Embedded && (f.Name == "In") }) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(t.Fields), func(f summary.Field) bool { return f.Name == "In" })
}

// provided returns what providers of a type make; where none names the type,
// those whose result implements it.
func (k *container) provided(typ string, all bool) setID {
	out := none
	for _, i := range k.naming(typ) {
		out = k.m.join(out, k.from(i, typ))
	}
	if out != none {
		return out
	}
	methods := k.m.interfaceMethods(typ)
	if methods == nil {
		return none
	}
	for i, p := range k.providers {
		for _, t := range p.types {
			if k.m.prog.typ(t) != nil && k.m.interfaceMethods(t) == nil && k.m.implements(t, methods) {
				out = k.m.join(out, k.from(i, typ))
			}
		}
	}
	return out
}

// naming returns the providers whose results, or fields of them, have a type.
// No more may be added once it was asked for.
func (k *container) naming(typ string) []int {
	if k.byType == nil {
		k.byType = map[string][]int{}
		for i, p := range k.providers {
			types := slices.Clone(p.types)
			for _, r := range p.types {
				if t := k.m.prog.typ(r); isOut(t) {
					for _, f := range t.Fields {
						types = append(types, f.Type)
					}
				}
			}
			slices.Sort(types)
			for _, t := range slices.Compact(types) {
				k.byType[t] = append(k.byType[t], i)
			}
		}
	}
	return k.byType[typ]
}

// isOut reports whether a type is a result struct (fx.Out): its fields are provided.
func isOut(t *summary.Type) bool {
	return t != nil && slices.ContainsFunc(t.Fields, func(f summary.Field) bool { return f.Embedded && f.Name == "Out" })
}

// field returns the field of a result struct (fx.Out) that has a type.
func (k *container) field(p provider, typ string) string {
	for _, r := range p.types {
		t := k.m.prog.typ(r)
		if !isOut(t) {
			continue
		}
		for _, f := range t.Fields {
			if f.Type == typ {
				return f.Name
			}
		}
	}
	return ""
}

// from returns the value of a type that a provider makes.
func (k *container) from(i int, typ string) setID {
	m, p := k.m, k.providers[i]
	if p.fn == none {
		return p.value
	}
	rets, fn := k.results(i), m.funcOf(p.fn)
	out := none
	name := k.field(p, typ)
	for n, r := range fn.Results {
		if n >= len(rets) || r == "error" {
			continue
		}
		switch {
		case r == typ:
			out = m.join(out, rets[n])
		case name != "" && m.prog.typ(r) != nil:
			out = m.join(out, m.field(k.c.inst, rets[n], name, false))
		case m.interfaceMethods(typ) != nil && m.interfaceMethods(r) == nil && n == 0:
			out = m.join(out, m.tag(rets[n], r))
		case m.interfaceMethods(typ) != nil && n == 0:
			out = m.join(out, rets[n])
		}
	}
	return out
}

// results calls a constructor, once for all who need what it makes; again only
// where a cycle through interfaces kept an argument from it.
func (k *container) results(i int) []setID {
	p := &k.providers[i]
	if p.calls >= maxMakes {
		return p.made
	}
	if at := slices.Index(k.making, i); at >= 0 || len(k.making) > 60 {
		k.cut = min(k.cut, max(at, 0))
		return p.made
	}
	outer, depth := k.cut, len(k.making)
	k.making = append(k.making, i)
	k.cut = len(k.making)
	p.calls++
	p.made = k.call(p.fn, k.m.funcOf(p.fn))
	k.making = k.making[:depth]
	if k.cut >= depth { // all that it needs is there
		p.calls, k.cut = maxMakes, depth
	}
	k.cut = min(k.cut, outer)
	return p.made
}

// appendHook runs what a lifecycle's hook does when the program starts.
func (m *machine) appendHook(c site, args []setID) {
	for _, a := range args {
		fns := m.field(c.inst, a, "OnStart", false)
		if m.anyCallable(fns) {
			m.callValue(c, fns, []setID{m.one(value{kind: kCtx, s: ctxNone, t: c.in.Site.File + ":" + itoa(c.in.Site.Line) + ":" + itoa(c.in.Site.Col)})})
		}
	}
}
