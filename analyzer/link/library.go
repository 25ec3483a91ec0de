package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// library evaluates a call of a function whose body is not known, by what the
// catalog says of it.
func (m *machine) library(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	if entry == nil && strings.HasSuffix(sym, ").ServeHTTP") {
		entry = m.cat.Func("(net/http.Handler).ServeHTTP")
	}
	if entry == nil {
		entry = m.vendorEntry(c, sym, args)
	}
	if entry == nil {
		return m.opaque(c, sym, nil, recv, args)
	}
	if _, ok := entry.Arg("hook"); ok && entry.When == catalog.OnStart {
		m.appendHook(c, args)
		return m.plainResults(c)
	}
	if entry.Role == catalog.HTTPCall && entry.Op == "endpoint" {
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	}
	if entry.Role == catalog.Callback && m.hasNext(recv, 0) {
		m.op(c, nextEntry, nextType, none, args, -1)
		return m.plainResults(c)
	}
	arg := func(name string) setID { return m.argument(c.inst, entry, name, recv, args) }
	switch entry.Role {
	case catalog.Log, catalog.Metric, catalog.Inert, catalog.Answer, catalog.Conflict, catalog.Exit, catalog.Signal, catalog.Shutdown:
		if entry.Op == "new" || entry.Op == "with" || entry.Role == catalog.Inert {
			return m.results(c, m.libObject(c, sym, entry, recv, args))
		}
		if entry.Role == catalog.Shutdown || entry.Role == catalog.Answer {
			m.op(c, entry, sym, recv, args, -1)
		}
		return m.plainResults(c)
	case catalog.Random, catalog.Clock, catalog.Host:
		m.op(c, entry, sym, recv, args, -1)
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	case catalog.Text:
		return m.textCall(c, entry, recv, args)
	case catalog.Wrap:
		return m.wrap(c, sym, entry, recv, args)
	case catalog.Env:
		return m.envCall(c, sym, entry, recv, args)
	case catalog.Flag:
		return m.flagCall(c, sym, entry, recv, args)
	case catalog.Setting:
		return m.settingCall(c, sym, entry, recv, args)
	case catalog.Decode:
		m.decode(c, entry, recv, args)
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	case catalog.Request:
		if entry.Op == "context" {
			return m.first(c, m.one(value{kind: kCtx, s: ctxRequest}))
		}
		return m.first(c, m.one(value{kind: kRequest}))
	case catalog.Timeout:
		switch entry.Op {
		case "context":
			return m.deadlineCtx(c, sym, entry, recv, args)
		case "none":
			return m.first(c, m.lostContext(c, sym))
		case "middleware":
			if of := arg("of"); of != none { // a handler in a handler
				m.op(c, entry, sym, recv, args, -1)
				return m.first(c, of)
			}
		}
	}
	obj := m.libObject(c, sym, entry, recv, args)
	ev := m.op(c, entry, sym, recv, args, obj)
	rets := m.results(c, obj)
	m.passContext(c, arg("ctx"), rets)
	switch entry.Role {
	case catalog.HTTPRoute:
		m.route(c, ev, arg)
		if entry.Op == "methods" || entry.Op == "handler" || entry.Op == "use" {
			return m.first(c, m.join(m.join(recv, m.routesArg(ev)), rets0(rets))) // builders return their receiver
		}
		return rets
	case catalog.HTTPCall:
		if urls := m.proxyURLs(c, recv); urls != none {
			m.write(obj, m.child(root, "$proxied"), urls)
		}
	case catalog.HTTPClient:
		if entry.Op == "base" {
			m.store(m.indexAddr(recv, "$base"), m.join(arg("url"), arg("addr")))
			return m.first(c, m.join(recv, rets0(rets)))
		}
		if entry.Op == "request" && len(rets) == 0 {
			m.setRequest(recv, arg("url"), arg("method"))
		}
	case catalog.RPCServer:
		if entry.Op == "register" || entry.Op == "" {
			m.register(c, ev, arg)
		}
		if entry.Op == "interceptor" {
			m.middleware(c, ev, args...)
			return rets
		}
	case catalog.Listen:
		if entry.Op == "serve" {
			m.served(c, ev, arg)
			return rets
		}
	case catalog.Consume:
		if h := m.join(arg("handler"), arg("fn")); h != none {
			m.addEntry(ev, "consume", h)
			return rets
		}
		if subscribes(ev) {
			return m.received(ev, rets)
		}
	case catalog.DBOpen, catalog.CacheOpen:
		if entry.Op == "conn" {
			m.dial(c, recv)
		}
	case catalog.Publish:
		if entry.Op == "schedule" {
			m.addEntry(ev, "cron", none)
		}
	case catalog.Entrance:
		return m.entrance(c, ev, arg, rets)
	case catalog.File:
		return rets
	}
	return m.callbacks(c, entry, obj, recv, args, rets)
}

func rets0(rets []setID) setID {
	if len(rets) == 0 {
		return none
	}
	return rets[0]
}

// first returns s as the first result and plain others.
func (m *machine) first(c site, s setID) []setID {
	rets := m.plainResults(c)
	if len(rets) > 0 {
		rets[0] = s
	}
	return rets
}

// argument returns the argument that an entry names.
func (m *machine) argument(inst *instance, entry *catalog.Entry, name string, recv setID, args []setID) setID {
	i, ok := entry.Arg(name)
	switch {
	case !ok:
		return none
	case i == catalog.Receiver:
		return recv
	case i == catalog.Last:
		if len(args) == 0 {
			return none
		}
		last := args[len(args)-1]
		if elems := m.elements(inst, last); len(elems) > 0 {
			return elems[len(elems)-1]
		}
		return last
	case i < len(args):
		return args[i]
	}
	return none
}

// elements returns what the elements of a list may hold, in order where the
// indices are known.
func (m *machine) elements(inst *instance, list setID) []setID {
	var out []setID
	for _, id := range m.sets[list] {
		v := m.byID[m.bare(id)]
		if v.kind == kAddr || v.kind == kAgg {
			out = append(out, m.elementsOf(inst, v.obj, v.path, 0)...)
		}
	}
	return out
}

func (m *machine) elementsOf(inst *instance, obj objID, path pathID, depth int) []setID {
	if depth > 6 {
		return nil
	}
	o := &m.objects[obj]
	m.depend(m.cell(obj, m.child(path, "[all]")), inst)
	var out []setID
	known := map[int]pathID{}
	var order []int
	for _, kid := range o.kids[path] {
		comp := m.paths[kid].comp
		if n, ok := indexOf(comp); ok {
			known[n] = kid
			order = append(order, n)
		}
	}
	slices.Sort(order)
	for _, n := range order {
		out = append(out, m.element(inst, obj, known[n]))
	}
	if unknown := m.element(inst, obj, m.child(path, "[unknown]")); unknown != none && len(order) == 0 {
		out = append(out, unknown)
	}
	c := m.cell(obj, path)
	m.depend(c, inst)
	for _, id := range m.sets[c.set] {
		if v := m.byID[m.bare(id)]; v.kind == kAgg && v.obj != obj {
			out = append(out, m.elementsOf(inst, v.obj, v.path, depth+1)...)
		}
	}
	return out
}

// element returns the value of an element: what was stored, or the struct that
// stands there.
func (m *machine) element(inst *instance, obj objID, path pathID) setID {
	if s := m.read(obj, path, inst); s != none {
		return s
	}
	if len(m.objects[obj].kids[path]) > 0 {
		return m.one(value{kind: kAgg, obj: obj, path: path})
	}
	return none
}

func indexOf(comp string) (int, bool) {
	if len(comp) < 3 || comp[0] != '[' {
		return 0, false
	}
	n := 0
	for _, r := range comp[1 : len(comp)-1] {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, true
}

// libObject returns the object that stands for the results of a library call.
func (m *machine) libObject(c site, sym string, entry *catalog.Entry, recv setID, args []setID) objID {
	obj := m.object(c.inst, c.i, "lib:"+sym, func() object {
		return object{kind: oLib, typ: firstOf(c.in.Type), symbol: sym, entry: entry, site: c.in.Site, args: len(args)}
	})
	m.write(obj, m.child(root, "$recv"), recv)
	for n, a := range args {
		m.write(obj, m.child(root, "$"+itoa(n)), a)
	}
	return obj
}

// results returns what the results of a library call are: the object, but for
// errors, flags and numbers, which carry nothing.
func (m *machine) results(c site, obj objID) []setID {
	types := c.results()
	rets := make([]setID, len(types))
	for n, t := range types {
		switch {
		case t == "bool" || t == "error" || (blank(t) && t != "context.Context"):
			rets[n] = m.unknown(t)
		case n == 0:
			rets[n] = m.addr(obj, root)
		default:
			rets[n] = m.addr(obj, m.child(root, "#"+itoa(n)))
		}
	}
	return rets
}

// wrap returns the argument that the result carries on.
func (m *machine) wrap(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	of := m.argument(c.inst, entry, "of", recv, args)
	if _, named := entry.Arg("of"); !named {
		of = recv
	}
	if of == none {
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	}
	if len(args) > 1 {
		m.libObject(c, sym, entry, recv, args)
	}
	return m.first(c, of)
}

// opaque is the effect of a function of which nothing is known. What it is
// given it may carry on (a result of the type of a callable argument), or
// call.
func (m *machine) opaque(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	if m.fromRequest(recv) {
		for _, a := range args {
			m.fill(a, m.one(value{kind: kRequest}))
			if m.anyCallable(a) { // the parts of a message, one by one
				m.callValue(c, a, m.requestArgs(m.funcOf(a), m.byID[m.bare(m.sets[a][0])]))
			}
		}
		rets := m.plainResults(c)
		for n, t := range c.results() {
			switch {
			case t == "context.Context":
				rets[n] = m.one(value{kind: kCtx, s: ctxRequest})
			case t != "error":
				rets[n] = m.one(value{kind: kRequest})
			}
		}
		return rets
	}
	obj := m.libObject(c, sym, entry, recv, args)
	rets := m.results(c, obj)
	types := c.results()
	for n, a := range args {
		callable := m.anyCallable(a)
		t := m.argType(c, n)
		carried := false
		for r, rt := range types {
			if rt == t && rt != "" && (callable || rt == "net/http.Handler" || rt == "context.Context") ||
				rt == "net/http.Handler" && (t == "net/http.HandlerFunc" || callable) || rt == "net/http.HandlerFunc" && t == "net/http.Handler" {
				rets[r] = m.join(rets[r], a)
				carried = true
			}
		}
		if callable && !carried {
			m.callValue(site{c.inst, c.i, c.in}, a, m.unknownArgs(c, a, args))
		}
	}
	return rets
}

// argType returns the static type of the n-th argument, receiver excluded.
func (m *machine) argType(c site, n int) string {
	args := c.in.Args
	if c.in.Mode != summary.Static || strings.HasPrefix(c.in.Sym, "(") {
		n++
	}
	if n >= len(args) {
		return ""
	}
	return refType(c.inst.fn, args[n])
}

func refType(fn *summary.Func, r summary.Ref) string {
	switch n := int(r); {
	case r == summary.NoRef:
		return ""
	case n < 0:
		if -n-1 < len(fn.Pool) {
			return fn.Pool[-n-1].Type
		}
		return ""
	case n < len(fn.Params):
		return fn.Params[n].Type
	case n < fn.Values():
		return fn.Free[n-len(fn.Params)].Type
	default:
		return fn.Instrs[n-fn.Values()].Type
	}
}

func (m *machine) anyCallable(s setID) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		return m.callable(id)
	})
}

// unknownArgs makes arguments for a callback of which the catalog says
// nothing: contexts are passed on, the rest is unknown.
func (m *machine) unknownArgs(c site, fns setID, args []setID) []setID {
	ctx := m.unknown("context")
	for _, a := range args {
		for _, id := range m.sets[a] {
			if m.byID[id].kind == kCtx {
				ctx = m.set([]valueID{id})
			}
		}
	}
	fn := m.funcOf(fns)
	if fn == nil {
		return nil
	}
	out := make([]setID, len(fn.Params))
	for i, p := range fn.Params {
		out[i] = m.unknown("argument of a callback")
		if p.Type == "context.Context" {
			out[i] = ctx
		}
	}
	return out
}

// funcOf returns the function behind the first function value of a set.
func (m *machine) funcOf(fns setID) *summary.Func {
	for _, id := range m.sets[fns] {
		switch v := m.byID[m.bare(id)]; {
		case v.kind == kFunc:
			return m.prog.body(v.s)
		case m.callable(id):
			return m.prog.body(m.objects[v.obj].symbol)
		}
	}
	return nil
}

// fill stores s where the pointers of a set lead.
func (m *machine) fill(ptrs, s setID) {
	for _, id := range m.sets[ptrs] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr && (m.objects[v.obj].kind == oAlloc || m.objects[v.obj].kind == oGlobal) {
			m.write(v.obj, v.path, s)
		}
	}
}

// fromRequest reports whether every value of a set came with the request.
func (m *machine) fromRequest(s setID) bool {
	if s == none {
		return false
	}
	for _, id := range m.sets[s] {
		if m.byID[m.bare(id)].kind != kRequest {
			return false
		}
	}
	return true
}

// callbacks runs the functions that an entry is given, with what their
// parameters are bound to.
func (m *machine) callbacks(c site, entry *catalog.Entry, obj objID, recv setID, args []setID, rets []setID) []setID {
	if entry.When == catalog.Later || entry.When == catalog.OnCommand {
		return rets
	}
	for _, name := range []string{"fn", "fn2", "fn3", "handler"} {
		if _, ok := entry.Arg(name); !ok {
			continue
		}
		fns := m.argument(c.inst, entry, name, recv, args)
		if i, _ := entry.Arg(name); i != catalog.Last && i >= 0 && i == len(args)-1 {
			for _, e := range m.elements(c.inst, fns) {
				fns = m.join(fns, e)
			}
		}
		if i, _ := entry.Arg(name); i == catalog.Last && len(args) > 0 {
			for _, e := range m.elements(c.inst, args[len(args)-1]) {
				fns = m.join(fns, e)
			}
		}
		if !m.anyCallable(fns) {
			continue
		}
		for _, id := range m.sets[fns] {
			one := m.set([]valueID{id})
			out := m.callValue(c, one, m.bind(c, entry, one, obj, recv, args))
			if name == "fn" && len(out) > 0 {
				for r, t := range c.results() {
					if r < len(out) && t != "error" && t != "bool" {
						rets[r] = m.join(rets[r], out[r])
					}
				}
			}
		}
	}
	return rets
}

// bind makes the arguments of a callback by Entry.Binds.
func (m *machine) bind(c site, entry *catalog.Entry, fns setID, obj objID, recv setID, args []setID) []setID {
	fn := m.funcOf(fns)
	out := m.unknownArgs(c, fns, args)
	if fn == nil {
		return out
	}
	skip := 0
	if fn.Recv != "" {
		skip = 1
	}
	out = out[min(skip, len(out)):]
	for i, b := range entry.Binds {
		if i >= len(out) {
			break
		}
		switch {
		case b == "ctx":
			if ctx := m.argument(c.inst, entry, "ctx", recv, args); ctx != none {
				out[i] = ctx
			} else if entry.When == catalog.OnRequest || entry.When == catalog.PerMessage {
				out[i] = m.one(value{kind: kCtx, s: ctxRequest})
			}
		case b == "request", b == "message", b == "answer":
			out[i] = m.one(value{kind: kRequest})
		case b == "tx", b == "conn":
			out[i] = m.addr(obj, m.child(root, "$"+b))
		case b == "recv":
			out[i] = recv
		case b == "element":
			out[i] = none
			for _, a := range args {
				for _, e := range m.elements(c.inst, a) {
					if !m.anyCallable(e) {
						out[i] = m.join(out[i], e)
					}
				}
			}
			if out[i] == none {
				out[i] = m.unknown("element")
			}
		case strings.HasPrefix(b, "arg:"):
			out[i] = m.argument(c.inst, entry, strings.TrimPrefix(b, "arg:"), recv, args)
		}
	}
	return out
}

// Kinds of contexts.
const (
	ctxRequest  = "request"  // the caller's own: it decides about the deadline
	ctxNone     = "none"     // context.Background or TODO: made at t by the function in
	ctxDeadline = "deadline" // has a deadline, set at t, of the duration in
)

// deadlineCtx makes a context with a deadline.
func (m *machine) deadlineCtx(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	d := m.argument(c.inst, entry, "timeout", recv, args)
	if d == none {
		d = m.argument(c.inst, entry, "duration", recv, args)
	}
	id := valueID(0)
	if len(m.sets[d]) > 0 {
		id = m.sets[d][0]
	}
	at := c.in.Site.File + ":" + itoa(c.in.Site.Line) + ":" + itoa(c.in.Site.Col)
	return m.first(c, m.one(value{kind: kCtx, s: ctxDeadline, t: at, in: id}))
}
