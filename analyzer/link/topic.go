package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// topicTargets resolves a publication or subscription by topic and broker.
func (l *linker) topicTargets(d *deployment, ev *event) []target {
	e := ev.entry
	if e.Op == "ack" || e.Op == "message" || e.Op == "use" || e.Op == "flush" || e.Op == "poll" && d.m.derived(ev.recv) {
		return nil
	}
	kind := graph.EdgePublish // of a request that is answered, too
	if e.Role == catalog.Consume {
		kind = graph.EdgeConsume
	}
	var out []target
	for _, r := range l.topics(d, ev) {
		t := target{to: r.ID, kind: kind, effect: graph.Write, certain: true}
		if r.Kind == graph.Queue && kind == graph.EdgePublish {
			for _, id := range meant(l.messageTexts(d, ev), l.taskMeaning(ev)) {
				t.operation = strings.ReplaceAll(d.m.renderOne(id), hole, "*")
			}
		}
		out = append(out, t)
	}
	return out
}

// topics returns the topics that an event speaks of.
func (l *linker) topics(d *deployment, ev *event) []*graph.Resource {
	t := l.topicNames(d, ev)
	if t.tech == inProcess || t.tech == "http" {
		return nil
	}
	m, tech, broker, server, names, texts := d.m, t.tech, t.broker, t.workload, t.names, t.texts
	switch ev.entry.Role {
	case catalog.Consume:
		names = l.matched(tech, t.server(), l.widened(tech, t.server(), names))
	case catalog.Publish:
		names = l.widened(tech, t.server(), names)
	}
	kind := graph.Topic
	if tech == "asynq" || tech == "machinery" {
		kind = graph.Queue
		names = []string{"default"} // one queue carries all task types
		if q := meant(texts, "queue.name"); len(q) > 0 {
			names = []string{m.renderOne(q[0])}
		}
	}
	var sites []graph.Site
	var out []*graph.Resource
	for _, n := range names {
		id := n
		if kind == graph.Queue {
			id = tech + "-" + n
		}
		r := l.make(id, kind, queueTechnology(tech), strings.TrimPrefix(broker+" "+n, " "), broker, "", tech+" "+broker, sites)
		if server != nil && kind == graph.Queue {
			runsOn(r, server)
		}
		out = append(out, r)
	}
	if len(out) == 0 && tech != "" {
		id := tech
		if broker != "" {
			id = broker
		}
		out = append(out, l.make(id, graph.Queue, queueTechnology(tech), id, broker, "", tech+" "+broker, nil))
	}
	return out
}

// queueTechnology returns what a queue library stores its messages in.
func queueTechnology(tech string) string {
	switch tech {
	case "asynq", "machinery":
		return "redis"
	}
	return tech
}

func appendNew(list []string, s string) []string {
	for _, t := range list {
		if t == s {
			return list
		}
	}
	return append(list, s)
}

// messageTexts collects what the arguments of an event say: a topic, or a
// message that carries one.
func (l *linker) messageTexts(d *deployment, ev *event) []confText {
	m := d.m
	var out []confText
	for _, a := range ev.entry.Args {
		switch a.Name {
		case "ctx", "handler", "fn", "key", "data", "timeout", "channel", "cron":
			continue
		}
		meaning := a.Name
		if n, ok := confNames[a.Name]; ok {
			meaning = n
		}
		set := m.argument(nil, ev.entry, a.Name, ev.recv, ev.args)
		c := &confWalk{m: m, seen: map[objID]bool{}}
		c.set(set, meaning, 0)
		for _, e := range m.elements(nil, set) {
			c.set(e, meaning, 1)
		}
		out = append(out, c.found...)
	}
	if ev.entry.Op == "channel" && ev.obj >= 0 { // what is sent on the channel
		out = append(out, m.configOf(m.cell(ev.obj, m.child(root, "$chan")).set, "msg")...)
	}
	return out
}

// taskMeaning returns what the text is called that names the task of a
// message.
func (l *linker) taskMeaning(ev *event) string {
	if ev.entry.Technology == "machinery" {
		return "name" // of the signature
	}
	return "topic"
}

// selection collects the texts of a selection of a topic: what its arguments
// mean, or all of them where the catalog does not say.
func (c *confWalk) selection(s selection) {
	said := false
	for n := range c.m.objects[s.obj].args {
		for _, a := range s.entry.Args {
			switch {
			case a.Index == n && confNames[a.Name] == "topic":
				c.set(c.m.cell(s.obj, c.m.child(root, "$"+itoa(n))).set, "topic", 1)
				said = true
			case a.Index == n && a.Name == "config":
				c.set(c.m.cell(s.obj, c.m.child(root, "$"+itoa(n))).set, "topic", 1)
			}
		}
	}
	if said || s.entry.Role == catalog.Consume {
		return
	}
	for n := range c.m.objects[s.obj].args {
		c.set(c.m.cell(s.obj, c.m.child(root, "$"+itoa(n))).set, "topic", 1)
	}
}

// subscribed returns what the subscriptions of the client say that an
// operation polls.
func (l *linker) subscribed(d *deployment, ev *event) []confText {
	m := d.m
	var out []confText
	for _, inst := range m.order {
		if !m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, other := range inst.lib[i] {
				if other.entry.Role == catalog.Consume && other.entry.Op == "subscribe" && m.sameClient(other.recv, ev.recv) {
					out = append(out, l.messageTexts(d, other)...)
				}
			}
		}
	}
	return out
}

// sameClient reports whether two receivers may be one object.
func (m *machine) sameClient(a, b setID) bool {
	for _, x := range m.sets[a] {
		for _, y := range m.sets[b] {
			v, w := m.byID[m.bare(x)], m.byID[m.bare(y)]
			if v.kind == kAddr && w.kind == kAddr && v.obj == w.obj {
				return true
			}
		}
	}
	return false
}

// scheduledTask returns the name of the task that an endpoint of a clock
// publishes, after a space.
func (l *linker) scheduledTask(d *deployment, e *entry) string {
	if !scheduled(e.ev) {
		return ""
	}
	for _, id := range meant(l.messageTexts(d, e.ev), "topic") {
		return " " + strings.ReplaceAll(d.m.renderOne(id), hole, "*")
	}
	return ""
}

// lockTargets resolves a lock that is kept in a shared store: the store, and
// the lock in it.
func (l *linker) lockTargets(d *deployment, ev *event) []target {
	e := ev.entry
	switch e.Op {
	case "new", "lease", "cas", "txn":
		return nil
	}
	tech := e.Technology
	name := d.m.keyText(l.lockKeys(d, ev))
	id := "lock"
	if n := strings.Trim(name, "*-_:/."); n != "" {
		id = n
	}
	if !strings.HasSuffix(strings.ToLower(id), "lock") {
		id += "-lock"
	}
	r := l.make(id, graph.Lock, tech, name, "", "", "", nil)
	return []target{{to: r.ID, kind: graph.EdgeLock, operation: name, effect: graph.Write, certain: true}}
}

// lockKeys returns the key of a lock: what its constructor was given, else what
// the event is.
func (l *linker) lockKeys(d *deployment, ev *event) setID {
	m := d.m
	keys := none
	for _, o := range l.lockObjects(d, ev) {
		if i, ok := m.objects[o].entry.Arg("key"); ok && i >= 0 {
			if set := m.cell(o, m.child(root, "$"+itoa(i))).set; m.keyText(set) != "" {
				keys = set
			}
		}
	}
	if keys == none {
		keys = m.argument(nil, ev.entry, "key", ev.recv, ev.args)
	}
	return keys
}

// lockObjects returns the objects of the catalog's lock constructors behind
// the receiver of an event.
func (l *linker) lockObjects(d *deployment, ev *event) []objID {
	var out []objID
	for _, id := range d.m.sets[ev.recv] {
		if v := d.m.byID[d.m.bare(id)]; v.kind == kAddr {
			if e := d.m.objects[v.obj].entry; e != nil && e.Role == catalog.DLock {
				out = append(out, v.obj)
			}
		}
	}
	return out
}

// registrations notes under which names and ports services can be found, and
// what they consume.
func (l *linker) registrations() {
	l.publishing()
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		for _, e := range d.m.entries {
			if e.kind != "consume" || !d.m.alive(e.ev.inst) {
				continue
			}
			if !l.posted(d, e) {
				l.consumer(d, e)
			}
		}
		l.loops(d)
	}
}

// consumer makes the endpoint of a message handler: one for each topic, or for
// each task type of a queue.
func (l *linker) consumer(d *deployment, e *entry) {
	m := d.m
	for _, r := range l.topics(d, e.ev) {
		names := []string{r.ID}
		if r.Kind == graph.Queue {
			names = nil
			for _, id := range meant(l.messageTexts(d, e.ev), "topic") {
				names = appendNew(names, strings.ReplaceAll(m.renderOne(id), hole, "*"))
			}
			if len(names) == 0 {
				names = []string{r.ID}
			}
		}
		for _, n := range names {
			if i, ok := e.ev.entry.Arg("cron"); ok && i >= 0 {
				l.addEndpoint(d, e, graph.EndpointCron, m.render(m.argument(nil, e.ev.entry, "cron", e.ev.recv, e.ev.args)), m.handlerSite(e)).Topic = r.ID
				continue
			}
			l.addEndpoint(d, e, graph.EndpointConsume, n, m.handlerSite(e)).Topic = r.ID
		}
	}
}
