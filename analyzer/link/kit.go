package link

import (
	"net/url"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// sends reports whether a value is a function that a library made, which sends
// a request when it is called: an endpoint of a go-kit client.
func (m *machine) sends(id valueID) bool {
	v := m.byID[m.bare(id)]
	if v.kind != kAddr || v.path != root || m.objects[v.obj].kind != oLib {
		return false
	}
	return endpointOf(m.objects[v.obj].entry)
}

// endpointOf reports whether a library function makes an endpoint of a client.
func endpointOf(e *catalog.Entry) bool {
	return e != nil && (e.Role == catalog.HTTPCall || e.Role == catalog.RPCCall) && e.Op == "endpoint"
}

// kitNames returns the methods that go-kit clients call: each client is made
// for one method of one service.
func (m *machine) kitNames(clients setID) []string {
	var out []string
	for _, id := range m.sets[clients] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg || m.objects[v.obj].kind != oLib {
			continue
		}
		e := m.objects[v.obj].entry
		if e == nil {
			continue
		}
		at := func(name string) []string {
			i, ok := e.Arg(name)
			if !ok || i < 0 {
				return nil
			}
			return m.renderAll(m.cell(v.obj, m.child(root, "$"+itoa(i))).set)
		}
		for _, service := range at("service") {
			for _, method := range at("method") {
				out = appendNew(out, strings.TrimPrefix(service, "/")+"/"+method)
			}
		}
	}
	return out
}

// send is the call of such a function.
func (m *machine) send(c site, id valueID, args []setID) []setID {
	v := m.byID[m.bare(id)]
	o := m.objects[v.obj]
	call := *o.entry
	call.Op = ""
	recv := m.read(v.obj, m.child(root, "$recv"), c.inst)
	sent := m.object(c.inst, c.i, "sent:"+itoa(int(v.obj)), func() object {
		return object{kind: oGiven, typ: "answer", site: c.in.Site}
	})
	for _, ev := range c.inst.lib[c.i] {
		if ev.obj == sent {
			return m.plainResults(c)
		}
	}
	m.op(c, &call, o.symbol, recv, args, sent)
	return m.plainResults(c)
}

// kitMade reports whether a value is a handler that a library made of three
// functions: one decodes a request, one is the endpoint, one encodes its
// answer.
func (m *machine) kitMade(id valueID) bool {
	v := m.byID[m.bare(id)]
	if v.kind != kAddr || m.objects[v.obj].kind != oLib {
		return false
	}
	e := m.objects[v.obj].entry
	return e != nil && e.Op == "endpoint" && (e.Role == catalog.HTTPRoute || e.Role == catalog.RPCServer)
}

// kitServes reports whether one of the receivers of a call is such a handler.
func (m *machine) kitServes(recv setID) bool {
	return slices.ContainsFunc(m.sets[recv], m.kitMade)
}

// kitServed is the call of such handlers by the program itself: a method of a
// gRPC server hands its request on to the handler that it holds. The answer is
// what the handlers encode.
func (m *machine) kitServed(c site, recv setID) []setID {
	rets := m.plainResults(c)
	for n, t := range c.results() {
		if t == "context.Context" {
			rets[n] = m.one(value{kind: kCtx, s: ctxRequest})
		}
	}
	for _, id := range m.sets[recv] {
		if answer := m.kitServer(c, id); len(rets) == 3 {
			rets[1] = m.join(rets[1], answer)
		}
	}
	return rets
}

// kitServer evaluates a handler that a library made of functions, and returns
// what the last of them encodes.
func (m *machine) kitServer(c site, id valueID) setID {
	if !m.kitMade(id) {
		return none
	}
	v := m.byID[m.bare(id)]
	e := m.objects[v.obj].entry
	answer := none
	for _, name := range []string{"decode", "endpoint", "encode"} {
		i, ok := e.Arg(name)
		if !ok || i < 0 {
			continue
		}
		fns := m.read(v.obj, m.child(root, "$"+itoa(i)), c.inst)
		for _, fn := range m.sets[fns] {
			one := m.set([]valueID{fn})
			if !m.callable(fn) {
				continue
			}
			out := m.callValue(c, one, m.requestArgs(m.funcOf(one), m.byID[m.bare(fn)]))
			if name == "encode" && len(out) > 0 {
				answer = m.join(answer, out[0])
			}
		}
	}
	return answer
}

// placedURL returns the text of a parsed URL whose path was set afterwards.
func (m *machine) placedURL(inst *instance, text setID, v value) setID {
	paths := m.bareSet(m.read(v.obj, m.child(v.path, ".Path"), inst))
	if len(m.sets[paths]) < 2 {
		return text
	}
	return m.each(text, func(id valueID, t value) setID {
		u, err := url.Parse(t.s)
		if t.kind != kConst || err != nil {
			return m.set([]valueID{id})
		}
		return m.each(paths, func(_ valueID, p value) setID {
			if p.kind != kConst || p.s == u.Path {
				return none
			}
			set := *u
			set.Path = p.s
			return m.text(set.String())
		})
	})
}

// answersItself reports whether what an operation makes is no router.
func answersItself(op string) bool {
	return slices.Contains([]string{"handle", "endpoint", "graphql", "static", "path", "methods"}, op)
}

// fixedRequest returns the URL and verb of a client that always sends the same
// request; none if it is made for any.
func (m *machine) fixedRequest(client objID) (url, verb setID) {
	e := m.objects[client].entry
	if e == nil || e.Role != catalog.HTTPClient {
		return none, none
	}
	at, okURL := e.Arg("url")
	method, okMethod := e.Arg("method")
	if !okURL || !okMethod || at < 0 || method < 0 {
		return none, none
	}
	arg := func(i int) setID { return m.cell(client, m.child(root, "$"+itoa(i))).set }
	return m.urlText(nil, arg(at)), arg(method)
}
