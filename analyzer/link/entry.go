package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// An entry is a function that something outside of the program calls once it
// runs: a handler of requests or messages.
type entry struct {
	kind     string // grpc, http, consume, cron; middleware; front: what a server answers with
	name     string // for rpc: pkg.Service/Method
	stream   bool
	ev       *event // the registration
	handlers setID
	started  setID     // the handlers that were evaluated
	args     []setID   // rpc: the arguments of the generated handler; nil: made from the parameters
	impl     setID     // rpc: the registered object
	method   string    // rpc: the method of impl that serves, where no generated handler says so
	top      *instance // calls the handlers
}

func (m *machine) pseudo(name string) *instance {
	return &instance{
		id: len(m.order) + 1000000 + len(m.entries), fn: &summary.Func{Symbol: name}, key: name, free: -1,
		tuples: map[int][]setID{}, calls: map[int][]*instance{}, lib: map[int][]*event{}, callers: map[*instance]bool{}, active: true,
	}
}

// addEntry notes that a registration hands over handlers.
func (m *machine) addEntry(ev *event, kind string, handlers setID) *entry {
	return m.addNamed(ev, kind, "", handlers, nil)
}

func (m *machine) addNamed(ev *event, kind, name string, handlers setID, args []setID) *entry {
	key := itoa(ev.inst.id) + ":" + itoa(ev.instr) + ev.turn + ":" + kind + ":" + name
	e := m.entryOf[key]
	if e == nil {
		e = &entry{kind: kind, name: name, top: m.pseudo("entry " + key)}
		m.entryOf[key] = e
		m.entries = append(m.entries, e)
	}
	e.ev = ev
	e.handlers = m.join(e.handlers, handlers)
	e.args = args
	return e
}

// startEntry evaluates one entry whose handlers have grown; it reports false
// when there is none.
func (m *machine) startEntry() bool {
	for _, e := range m.entries {
		if e.started == e.handlers {
			continue
		}
		e.started = e.handlers
		m.runEntry(e)
		return true
	}
	return false
}

func (m *machine) runEntry(e *entry) {
	in := &summary.Instr{Op: summary.OpCall, Mode: summary.Value, Site: e.ev.inst.fn.Instrs[e.ev.instr].Site}
	c := site{e.top, 0, in}
	e.top.calls[0], e.top.calls[1], e.top.calls[2] = nil, nil, nil
	if e.kind == "middleware" || e.kind == "front" {
		for _, id := range m.sets[e.handlers] {
			m.runMiddleware(e, id, 0)
		}
		return
	}
	for _, id := range m.sets[e.handlers] {
		if e.method != "" {
			m.runByName(c, e, id)
			continue
		}
		m.runHandler(c, e, id)
	}
	m.passOn(e, in)
}

func (m *machine) runHandler(c site, e *entry, id valueID) {
	h := m.set([]valueID{id})
	if m.callable(id) {
		args := e.args
		if args == nil {
			args = m.requestArgs(m.funcOf(h), m.byID[m.bare(id)])
		}
		m.callValue(c, h, args)
		return
	}
	m.kitServer(c, id)
	v := m.byID[id]
	if v.kind != kIface {
		return
	}
	for _, name := range m.handlerMethods(v.t) {
		meth, ok := m.prog.method(v.t, name)
		if !ok || m.prog.body(meth.Symbol) == nil {
			continue
		}
		fn := m.prog.body(meth.Symbol)
		recv := m.embedded(c.inst, m.set([]valueID{v.in}), meth.Path)
		args := m.requestArgs(fn, value{kind: kFunc})
		if len(args) > 0 {
			args[0] = recv
		}
		m.enter(c, fn, -1, args)
		return
	}
	m.runHeld(c, e, v)
}

// runHeld runs the handlers that a library's handler object holds in the
// fields that the catalog names.
func (m *machine) runHeld(c site, e *entry, v value) {
	at := m.byID[v.in]
	if at.kind != kAddr && at.kind != kAgg {
		return
	}
	for _, path := range slices.Clone(m.objects[at.obj].kids[at.path]) {
		field := m.cat.Field(strings.TrimPrefix(v.t, "*") + m.paths[path].comp)
		if field == nil || field.Role != catalog.Wrap || field.Result != "handler" {
			continue
		}
		for _, id := range m.sets[m.read(at.obj, path, c.inst)] {
			m.runHandler(c, e, id)
		}
	}
}

// handlerMethods returns the method of a handler object that serves, by the
// names that libraries use.
func (m *machine) handlerMethods(typ string) []string {
	return []string{"ServeHTTP", "ConsumeClaim", "Consume", "ProcessTask", "HandleMessage", "ProcessMessage", "Handle", "Process", "Run", "Execute", "Invoke", "Serve"}
}

// requestArgs makes the arguments of a handler: the request and its context.
func (m *machine) requestArgs(fn *summary.Func, v value) []setID {
	if fn == nil {
		return nil
	}
	params := fn.Params
	if v.kind == kAddr && m.objects[v.obj].kind == oBound && fn.Recv != "" {
		params = params[1:] // the receiver is bound
	}
	out := make([]setID, len(params))
	for i, p := range params {
		out[i] = m.one(value{kind: kRequest})
		if p.Type == "context.Context" {
			out[i] = m.one(value{kind: kCtx, s: ctxRequest})
		}
	}
	return out
}

// route handles a declaration of HTTP routes.
func (m *machine) route(c site, ev *event, arg func(string) setID) {
	switch ev.entry.Op {
	case "handle", "handler", "":
		if rows := m.rows(c, ev.args); rows != nil {
			for n, args := range rows {
				row := *ev
				row.args = args
				if h := m.argument(c.inst, ev.entry, "handler", ev.recv, args); h != none {
					m.addNamed(&row, "http", "#row"+itoa(n), h, nil)
				}
			}
			return
		}
		if h := m.handlerArg(c, ev, arg); h != none && !m.twirpServer(ev, h) {
			m.addEntry(ev, "http", h)
			if urls := m.proxyURLs(c, h); urls != none {
				m.write(ev.obj, m.child(root, "$proxied"), urls)
			}
		}
	case "static":
		m.addEntry(ev, "http", none)
	case "group":
		fns := arg("fn")
		if m.anyCallable(fns) {
			m.callValue(c, fns, []setID{m.addr(ev.obj, root)})
		}
		m.middleware(c, ev, slices.DeleteFunc(slices.Clone(ev.args), func(a setID) bool { return a == fns })...)
	case "routes":
		m.routeStructs(c, ev, arg)
	case "use", "with":
		m.middleware(c, ev, ev.args...)
	case "new":
		if _, ok := ev.entry.Arg("handler"); ok { // made with its middleware
			m.middleware(c, ev, ev.args...)
		}
	}
}

// routesArg returns the list of routes that a middleware is put around.
func (m *machine) routesArg(ev *event) setID {
	switch i, ok := ev.entry.Arg("routes"); {
	case ok && i == catalog.Last && len(ev.args) > 0:
		return ev.args[len(ev.args)-1]
	case ok && i >= 0 && i < len(ev.args):
		return ev.args[i]
	}
	return none
}

// handlerArg returns the handler of a route. Where handlers are variadic the
// last one answers and those before it are middleware; so are functions that
// follow the handler.
func (m *machine) handlerArg(c site, ev *event, arg func(string) setID) setID {
	i, ok := ev.entry.Arg("handler")
	if !ok {
		return none
	}
	if i == catalog.Last {
		if len(ev.args) == 0 {
			return none
		}
		list := m.elements(c.inst, ev.args[len(ev.args)-1])
		if len(list) == 0 {
			return arg("handler")
		}
		m.middleware(c, ev, list[:len(list)-1]...)
		return list[len(list)-1]
	}
	if ev.entry.Op == "handle" && i >= 0 && i+1 < len(ev.args) {
		m.middleware(c, ev, ev.args[i+1:]...)
	}
	return arg("handler")
}

// routeStructs reads lists of route structs: fields Method, Path, Handler.
func (m *machine) routeStructs(c site, ev *event, arg func(string) setID) {
	list := m.join(arg("routes"), arg("route"))
	elems := m.elements(c.inst, list)
	if len(elems) == 0 {
		elems = []setID{list}
	}
	for n, el := range elems {
		h := m.field(c.inst, el, "Handler", false)
		if h == none {
			continue
		}
		e := m.addNamed(ev, "http", "#"+itoa(n), h, nil)
		e.impl = el
	}
}

// entrance handles commands and dependency injection.
func (m *machine) entrance(c site, ev *event, arg func(string) setID, rets []setID) []setID {
	switch ev.entry.Op {
	case "run":
		m.runCommand(c, ev)
		return rets
	case "command":
		for _, a := range ev.args {
			m.store(m.indexAddr(ev.recv, "$commands"), a)
			for _, e := range m.elements(c.inst, a) {
				m.store(m.indexAddr(ev.recv, "$commands"), e)
			}
		}
		return rets
	case "cron":
		if fn := m.join(arg("fn"), arg("handler")); fn != none {
			m.addEntry(ev, "cron", fn)
		}
		return rets
	}
	if strings.HasPrefix(ev.sym, "go.uber.org/fx.") || strings.HasPrefix(ev.sym, "(*go.uber.org/dig.") {
		m.inject(c, ev)
		return rets
	}
	return m.callbacks(c, ev.entry, ev.obj, ev.recv, ev.args, rets)
}
