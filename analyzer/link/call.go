package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// callInstr evaluates a call, go or defer instruction.
func (m *machine) callInstr(inst *instance, i int, in *summary.Instr) setID {
	args := make([]setID, len(in.Args))
	for n, a := range in.Args {
		args[n] = m.ref(inst, a)
	}
	inst.calls[i] = inst.calls[i][:0]
	inst.lib[i] = inst.lib[i][:0]
	c := site{inst, i, in}
	var rets []setID
	switch in.Mode {
	case summary.Builtin:
		return m.builtin(inst, i, in, args)
	case summary.Static:
		rets = m.callSymbol(c, in.Sym, args, true)
	default:
		rets = m.callDynamic(c, args)
	}
	if len(tupleTypes(in.Type)) > 1 {
		return m.tuple(inst, i, rets...)
	}
	if len(rets) == 0 {
		return none
	}
	return rets[0]
}

// A site is a call instruction in an instance.
type site struct {
	inst *instance
	i    int
	in   *summary.Instr
}

// results returns how many results the call has, and their types.
func (c site) results() []string { return tupleTypes(c.in.Type) }

// callSymbol calls a function by its symbol: its body, or what the catalog
// says of it. The receiver of a method is args[0].
func (m *machine) callSymbol(c site, sym string, args []setID, method bool) []setID {
	entry := m.cat.Func(sym)
	fn := m.prog.body(sym)
	if entry == nil && fn != nil {
		if m.inert[sym] && len(c.inst.fn.Blocks) > 0 { // an entry's own handler may read state
			return m.plainResults(c)
		}
		return m.enter(c, fn, -1, args)
	}
	recv := none
	if method && strings.HasPrefix(sym, "(") && len(args) > 0 {
		recv, args = args[0], args[1:]
	}
	return m.library(c, sym, entry, recv, args)
}

// enter evaluates a body for a call site and returns the results.
func (m *machine) enter(c site, fn *summary.Func, free objID, args []setID) []setID {
	target := m.callAs(c.inst, fn, free, args, m.lapKey(c, fn, free, args))
	if !slices.Contains(c.inst.calls[c.i], target) {
		c.inst.calls[c.i] = append(c.inst.calls[c.i], target)
	}
	return target.rets
}

// plainResults stands for results that carry nothing.
func (m *machine) plainResults(c site) []setID {
	types := c.results()
	rets := make([]setID, len(types))
	for n, t := range types {
		rets[n] = m.unknown(t)
	}
	return rets
}

// callDynamic calls what the first argument is: a function, or the receiver of
// an interface method.
func (m *machine) callDynamic(c site, args []setID) []setID {
	if rets, ok := m.wrapped(c, args); ok {
		return rets
	}
	return m.callElement(c, args)
}

// invoke calls an interface method on every dynamic type of the receiver.
func (m *machine) invoke(c site, sym, name string, args []setID) []setID {
	return m.invokeOnce(c, sym, name, args, map[valueID]bool{})
}

// invokeOnce is invoke for the receivers that were not met yet: wrappers that
// embed the interface they satisfy may hold each other, or themselves.
func (m *machine) invokeOnce(c site, sym, name string, args []setID, met map[valueID]bool) []setID {
	if plainInterface(sym) && m.cat.Func(sym) == nil {
		return m.plainResults(c)
	}
	recv := args[0]
	var rets []setID
	opaque := none
	for _, id := range m.sets[recv] {
		v := m.byID[id]
		if v.kind == kNil && len(m.sets[recv]) > 1 {
			continue // a call on nil does not return
		}
		if m.isNext(id) {
			m.op(c, nextEntry, nextType, none, args, -1)
			rets = m.joinAll(rets, m.plainResults(c))
			continue
		}
		if v.kind != kIface {
			opaque = m.join(opaque, m.set([]valueID{id}))
			continue
		}
		if met[id] {
			continue
		}
		met[id] = true
		meth, ok := m.prog.method(v.t, name)
		inner := m.set([]valueID{v.in})
		switch {
		case m.callable(v.in) && m.prog.body(meth.Symbol) == nil:
			rets = m.joinAll(rets, m.callValue(c, inner, args[1:])) // a method of a library's function type
		case ok && len(meth.Path) > 0:
			// A promoted method: its receiver is an embedded field, which may
			// itself be an interface.
			inner = m.embedded(c.inst, inner, meth.Path)
			if m.prog.body(meth.Symbol) == nil && m.cat.Func(meth.Symbol) == nil {
				rets = m.joinAll(rets, m.invokeOnce(c, meth.Symbol, name, prepend(inner, args[1:]), met))
				continue
			}
			fallthrough
		case ok:
			if m.prog.body(meth.Symbol) == nil && m.cat.Func(meth.Symbol) == nil && m.cat.Func(sym) != nil {
				rets = m.joinAll(rets, m.library(c, sym, m.cat.Func(sym), inner, args[1:]))
				continue
			}
			rets = m.joinAll(rets, m.callSymbol(c, meth.Symbol, prepend(inner, args[1:]), true))
		default:
			method := "(" + v.t + ")." + name
			if m.cat.Func(method) == nil && m.cat.Func(sym) != nil {
				method = sym
			}
			rets = m.joinAll(rets, m.library(c, method, m.cat.Func(method), m.set([]valueID{id}), args[1:]))
		}
	}
	if opaque != none || recv == none {
		if own := m.ownMethod(opaque, sym, name); own != "" {
			sym = own
		}
		rets = m.joinAll(rets, m.library(c, sym, m.cat.Func(sym), opaque, args[1:]))
	}
	return rets
}

// embedded follows embedded fields from a receiver.
func (m *machine) embedded(inst *instance, recv setID, path []string) setID {
	for _, f := range path {
		at := m.fieldAddr(recv, f)
		in := m.loadAs(inst, at, false)
		out := none
		for _, id := range m.sets[in] {
			switch m.byID[id].kind {
			case kAddr, kIface, kRequest, kSetting:
				out = m.join(out, m.set([]valueID{id}))
			}
		}
		if out == none {
			out = at // embedded by value
		}
		recv = out
	}
	return recv
}

// callable reports whether a value is a function.
func (m *machine) callable(id valueID) bool {
	v := m.byID[m.bare(id)]
	if v.kind == kFunc {
		return true
	}
	return v.kind == kAddr && v.path == root && (m.objects[v.obj].kind == oClosure || m.objects[v.obj].kind == oBound) || m.sends(id)
}

// callValue calls every function of a set.
func (m *machine) callValue(c site, fns setID, args []setID) []setID {
	var rets []setID
	known := false
	for _, id := range m.sets[fns] {
		v := m.byID[m.bare(id)]
		switch {
		case m.isNext(id):
			known = true
			m.op(c, nextEntry, nextType, none, args, -1)
			rets = m.joinAll(rets, m.plainResults(c))
		case m.sends(id):
			known = true
			rets = m.joinAll(rets, m.send(c, id, args))
		case v.kind == kFunc:
			known = true
			rets = m.joinAll(rets, m.callSymbol(c, v.s, args, true))
		case v.kind == kAddr && m.objects[v.obj].kind == oClosure && v.path == root:
			known = true
			if fn := m.prog.body(m.objects[v.obj].symbol); fn != nil {
				rets = m.joinAll(rets, m.enter(c, fn, v.obj, args))
			}
		case v.kind == kAddr && m.objects[v.obj].kind == oBound && v.path == root:
			known = true
			rets = m.joinAll(rets, m.callBound(c, v.obj, args))
		}
	}
	if !known {
		if out, ok := m.offered(c, fns, args); ok {
			return out
		}
		return m.opaque(c, "", nil, fns, args)
	}
	return rets
}

func (m *machine) callBound(c site, obj objID, args []setID) []setID {
	o := m.objects[obj]
	recv := m.embedded(c.inst, m.read(obj, m.child(root, "$recv"), c.inst), o.path)
	if o.invoke {
		return m.invoke(c, o.symbol, o.name, prepend(recv, args))
	}
	return m.callSymbol(c, o.symbol, prepend(recv, args), true)
}

func prepend(s setID, rest []setID) []setID { return append([]setID{s}, rest...) }

func (m *machine) joinAll(a, b []setID) []setID {
	out := slices.Clone(a)
	for len(out) < len(b) {
		out = append(out, none)
	}
	for i := range b {
		out[i] = m.join(out[i], b[i])
	}
	return out
}

func (m *machine) builtin(inst *instance, i int, in *summary.Instr, args []setID) setID {
	switch in.Sym {
	case "append":
		obj := m.objectIn(inst, i, "", func() object {
			return object{kind: oAlloc, typ: in.Type, site: in.Site}
		})
		held := gather{v: m.values}
		for _, a := range args {
			for _, id := range m.sets[a] {
				switch v := m.byID[id]; v.kind {
				case kAddr, kAgg:
					if v.obj != obj {
						held.addID(m.id(value{kind: kAgg, obj: v.obj, path: v.path}))
					}
				case kRequest, kSetting, kUnknown:
					held.addID(id)
				}
			}
		}
		m.write(obj, root, held.set())
		return m.addr(obj, root)
	case "copy":
		for _, id := range m.sets[args[0]] {
			if dst := m.byID[id]; dst.kind == kAddr {
				for _, from := range m.sets[args[1]] {
					if v := m.byID[from]; v.kind == kAddr && v.obj != dst.obj {
						m.write(dst.obj, dst.path, m.one(value{kind: kAgg, obj: v.obj, path: v.path}))
					}
				}
			}
		}
		return m.unknown("int")
	case "len":
		if id, ok := m.single(args[0]); ok {
			switch v := m.byID[id]; v.kind {
			case kConst:
				return m.one(value{kind: kConst, s: itoa(len(v.s)), t: "int"})
			case kAddr:
				if n := m.objects[v.obj].length; v.path == root && n >= 0 {
					return m.one(value{kind: kConst, s: itoa(n), t: "int"})
				}
			}
		}
		return m.unknown("int")
	case "min", "max", "cap", "real", "imag", "complex", "recover":
		return m.unknown(in.Type)
	}
	return none
}

// op records that an operation of the catalog was met, and returns the event.
func (m *machine) op(c site, entry *catalog.Entry, sym string, recv setID, args []setID, obj objID) *event {
	ev := &event{entry: entry, sym: sym, inst: c.inst, instr: c.i, recv: recv, args: args, obj: obj, turn: c.inst.turnName()}
	c.inst.lib[c.i] = append(c.inst.lib[c.i], ev)
	m.ops++
	return ev
}
