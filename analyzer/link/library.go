package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
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
	if endpointOf(entry) {
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	}
	if entry.Role == catalog.Callback && m.hasNext(recv, 0) {
		m.op(c, nextEntry, nextType, none, args, -1)
		return m.plainResults(c)
	}
	if strings.HasSuffix(sym, ").ServeHTTP") {
		for _, id := range m.sets[recv] {
			m.graphqlServer(c, id)
		}
	}
	if entry.Role == catalog.Callback && m.kitServes(recv) {
		return m.kitServed(c, recv)
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
			return rets // what it is given runs once a request comes
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
		if entry.Op == "use" {
			return rets
		}
		if h := m.join(arg("handler"), arg("fn")); h != none {
			if !m.listen(ev, h) {
				m.addEntry(ev, "consume", h)
			}
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
		if m.deliver(c, ev) {
			return rets
		}
	case catalog.Mediator:
		return m.mediator(c, ev)
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
		case t == "[]byte" && n == 0 && carriesFile(m.objects[obj].entry):
			rets[n] = m.addr(obj, root)
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

// carriesFile reports whether what a library function returns is the content
// of a file, which may be configuration.
func carriesFile(e *catalog.Entry) bool { return e != nil && e.Role == catalog.File }

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

// fill stores s where the pointers of a set lead.
func (m *machine) fill(ptrs, s setID) {
	for _, id := range m.sets[ptrs] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr && (m.objects[v.obj].kind == oAlloc || m.objects[v.obj].kind == oGlobal) {
			m.write(v.obj, v.path, s)
		}
	}
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
