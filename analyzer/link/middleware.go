package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// nextType is the type of the object that stands for what a middleware runs:
// the handler behind it, whichever that is.
const nextType = "$next"

// nextEntry is what a call of that object means; library functions that do the
// same (gin's Context.Next) have entries with the same role and operation.
var nextEntry = &catalog.Entry{Symbol: nextType, Role: catalog.Callback, Op: "next", When: catalog.Now}

func runsNext(e *catalog.Entry) bool { return e.Role == catalog.Callback && e.Op == "next" }

func (m *machine) next() setID {
	return m.addr(m.object(nil, 0, nextType, func() object {
		return object{kind: oGiven, typ: nextType, name: "next"}
	}), root)
}

func (m *machine) isNext(id valueID) bool {
	v := m.byID[m.bare(id)]
	return v.kind == kAddr && m.objects[v.obj].typ == nextType
}

// hasNext reports whether the handler behind a middleware is among the values
// of a set, by itself or inside of what a library made of it.
func (m *machine) hasNext(s setID, depth int) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		if m.isNext(id) {
			return true
		}
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib || depth > 3 {
			return false
		}
		for n := range m.objects[v.obj].args {
			if m.hasNext(m.cell(v.obj, m.child(root, "$"+itoa(n))).set, depth+1) {
				return true
			}
		}
		return false
	})
}

// middleware notes the functions that a router, a route or a server runs
// before the handlers behind it, each as an entry of its own, in order.
func (m *machine) middleware(c site, ev *event, args ...setID) {
	n := 0
	for _, a := range args {
		list := m.elements(c.inst, a)
		if len(list) == 0 {
			list = []setID{a}
		}
		for _, fn := range list {
			if m.mayRun(fn) {
				m.addNamed(ev, "middleware", "#"+itoa(n), fn, nil)
				n++
			}
		}
	}
}

// mayRun reports whether a set holds something that a library can run.
func (m *machine) mayRun(s setID) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		v := m.byID[id]
		return m.callable(id) || v.kind == kIface && m.prog.typ(v.t) != nil || v.kind == kAddr && m.objects[v.obj].kind == oLib
	})
}

// runMiddleware evaluates one value of a middleware: a function that makes a
// handler of the next one (its result runs per request), one that is given the
// next one, an object with a method of either kind, or what a library made of
// such functions.
func (m *machine) runMiddleware(e *entry, id valueID, depth int) {
	in := &summary.Instr{Op: summary.OpCall, Mode: summary.Value, Site: e.ev.inst.fn.Instrs[e.ev.instr].Site}
	request, made := site{e.top, 0, in}, site{e.top, 1, in}
	v := m.byID[id]
	if m.callable(id) {
		h := m.set([]valueID{id})
		fn := m.funcOf(h)
		args, makes := m.middlewareArgs(fn, m.byID[m.bare(id)])
		if !makes {
			m.callValue(request, h, args)
			return
		}
		for _, out := range m.callValue(made, h, args) {
			for _, r := range m.sets[out] {
				if !m.isNext(r) {
					m.runHandler(request, e, r)
				}
			}
		}
		return
	}
	if v.kind == kIface {
		for _, name := range []string{"WrapUnary", "WrapStreamingHandler"} {
			m.wrapMethod(e, made, request, v, name)
		}
		m.runHandler(request, e, id)
		return
	}
	if v.kind != kAddr || m.objects[v.obj].kind != oLib || depth > 3 {
		return
	}
	o := &m.objects[v.obj]
	for n := range o.args {
		arg := m.cell(v.obj, m.child(root, "$"+itoa(n))).set
		for _, el := range append(m.elements(nil, arg), arg) {
			for _, inner := range m.sets[el] {
				if !m.isNext(inner) {
					m.runMiddleware(e, inner, depth+1)
				}
			}
		}
	}
}

// wrapMethod runs a method that makes a handler of the next one.
func (m *machine) wrapMethod(e *entry, made, request site, v value, name string) {
	meth, ok := m.prog.method(v.t, name)
	if !ok || m.prog.body(meth.Symbol) == nil {
		return
	}
	fn := m.prog.body(meth.Symbol)
	recv := m.embedded(made.inst, m.set([]valueID{v.in}), meth.Path)
	if name == "WrapStreamingHandler" {
		made.i = 2 // streams too: see fits
	}
	for _, out := range m.enter(made, fn, -1, []setID{recv, m.next()}) {
		for _, r := range m.sets[out] {
			if !m.isNext(r) {
				m.runHandler(request, e, r)
			}
		}
	}
}

// middlewareArgs makes the arguments of a middleware: the request, its
// context, and the next handler; makes says that it makes a handler.
func (m *machine) middlewareArgs(fn *summary.Func, v value) (args []setID, makes bool) {
	if fn == nil {
		return nil, false
	}
	args = m.requestArgs(fn, v)
	params := fn.Params[len(fn.Params)-len(args):]
	for i, p := range params {
		if m.handlerType(p.Type) {
			args[i] = m.next()
			makes = len(params) == 1
		}
	}
	return args, makes
}

// handlerType reports whether a parameter of that type is the handler behind a
// middleware.
func (m *machine) handlerType(typ string) bool {
	if strings.HasPrefix(typ, "func(") {
		return true
	}
	if strings.HasPrefix(typ, "*") {
		return false
	}
	if t := m.prog.typ(typ); t != nil && strings.HasPrefix(t.Underlying, "func(") {
		return true
	}
	name := typ[strings.LastIndexByte(typ, '.')+1:]
	return strings.HasSuffix(name, "Handler") || strings.HasSuffix(name, "HandlerFunc") || strings.HasSuffix(name, "Endpoint")
}

// defaultRouter is what net/http registers routes with where no mux is named.
const defaultRouter = "net/http.DefaultServeMux"

// makeDefaultRouter gives the package variable its value.
func (m *machine) makeDefaultRouter() setID {
	obj := m.object(nil, 0, "router:"+defaultRouter, func() object {
		return object{kind: oLib, typ: "*net/http.ServeMux", symbol: defaultRouter, entry: m.cat.Func("net/http.NewServeMux")}
	})
	m.write(m.global(defaultRouter), root, m.addr(obj, root))
	return m.addr(obj, root)
}

// served notes the handler that a server answers with. Where that is more than
// a router, it runs before the router's routes.
func (m *machine) served(c site, ev *event, arg func(string) setID) {
	h := arg("handler")
	for _, name := range []string{"server", "of"} {
		h = m.join(h, m.loadAs(c.inst, m.fieldAddr(arg(name), "Handler"), false))
	}
	h = m.join(h, m.loadAs(c.inst, m.fieldAddr(ev.recv, "Handler"), false))
	if !m.twirpServer(ev, h) && m.mayRun(h) {
		m.addEntry(ev, "front", h)
	}
}
