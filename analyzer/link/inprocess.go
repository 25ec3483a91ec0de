package link

import (
	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// inProcess is the technology of publishers and subscribers whose messages
// never leave the program: no broker, but a call that nobody waits for.
const inProcess = "in-process"

// brokerArg returns what an event speaks to its broker through: the client
// that it is given, else its receiver.
func (m *machine) brokerArg(ev *event) setID {
	if i, ok := ev.entry.Arg("conn"); ok && i >= 0 && i < len(ev.args) {
		return ev.args[i]
	}
	return ev.recv
}

// inside calls f with the objects behind a broker's client that carry messages
// within the program, and reports whether all that is behind it does.
func (m *machine) inside(client setID, f func(objID)) bool {
	found := m.origins(client)
	for _, o := range found {
		if e := m.objects[o.obj].entry; e == nil || e.Technology != inProcess {
			return false
		}
	}
	for _, o := range found {
		f(o.obj)
	}
	return len(found) > 0
}

// listen notes a handler of messages that come from the program itself. It
// reports whether they do: what is published reaches the handler as a call.
func (m *machine) listen(ev *event, handlers setID) bool {
	topic := m.keyText(m.argument(nil, ev.entry, "topic", ev.recv, ev.args))
	return m.inside(m.brokerArg(ev), func(o objID) {
		m.write(o, m.child(root, "$on:"+topic), handlers)
		known := *ev.entry
		known.Role = catalog.Inert
		ev.entry = &known
	})
}

// deliver calls the handlers of a message that does not leave the program, in
// the background. It reports whether the message stays.
func (m *machine) deliver(c site, ev *event) bool {
	topic := m.keyText(m.argument(c.inst, ev.entry, "topic", ev.recv, ev.args))
	return m.inside(m.brokerArg(ev), func(o objID) {
		handlers := m.read(o, m.child(root, "$on:"+topic), c.inst)
		for _, id := range m.sets[handlers] {
			if h := m.set([]valueID{id}); m.callable(id) {
				m.callValue(c, h, m.requestArgs(m.funcOf(h), m.byID[m.bare(id)]))
			}
		}
		call := *ev.entry
		call.Role, call.Op, call.When, call.Sync = catalog.Spawn, "", catalog.Background, false
		ev.entry = &call
	})
}

// passOn publishes what a handler of messages returns, where its registration
// says to which topic, and by which client.
func (m *machine) passOn(e *entry, in *summary.Instr) {
	i, ok := e.ev.entry.Arg("publish_topic")
	if !ok || i < 0 || i >= len(e.ev.args) {
		return
	}
	client := m.argument(nil, e.ev.entry, "publisher", e.ev.recv, e.ev.args)
	e.top.lib[passedOn], e.top.calls[passedOn] = nil, nil
	e.top.site = in.Site
	topic := e.ev.args[i]
	pub := *e.ev.entry
	pub.Role, pub.Op, pub.When, pub.Binds, pub.Sync = catalog.Publish, "", "", nil, true
	pub.Args = catalog.Args{{Name: "topic", Index: 0}}
	for _, o := range m.origins(client) {
		if t := m.objects[o.obj].entry; t != nil && t.Technology == "http" {
			pub.Role, pub.Method, pub.Technology = catalog.HTTPCall, "POST", ""
			pub.Args = catalog.Args{{Name: "url", Index: 0}}
		}
	}
	c := site{e.top, passedOn, in}
	ev := m.op(c, &pub, e.ev.sym, client, []setID{topic}, -1)
	if pub.Role == catalog.Publish {
		m.deliver(c, ev)
	}
}

// posted makes the endpoint of a handler whose messages come as HTTP requests.
func (l *linker) posted(d *deployment, e *entry) bool {
	for _, o := range d.m.origins(d.m.brokerArg(e.ev)) {
		if t := d.m.objects[o.obj].entry; t != nil && t.Technology == "http" {
			for _, path := range d.m.renderAll(d.m.argument(nil, e.ev.entry, "topic", e.ev.recv, e.ev.args)) {
				l.addEndpoint(d, e, graph.EndpointHTTP, "POST "+path, d.m.handlerSite(e))
			}
			return true
		}
	}
	return false
}

// passedOn is the instruction, of what stands for an entry's caller, that
// publishes what the handler returned.
const passedOn = 3
