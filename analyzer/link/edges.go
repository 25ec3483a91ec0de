package link

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// edgesOf adds the edges that a body makes.
func (l *linker) edgesOf(d *deployment, body *graph.Step, ep *endpoint) {
	type state struct {
		detached, loop bool
		wrapper        graph.Site // the call of the innermost wrapper
		wrapped        string     // its symbol
	}
	request := ep.Kind != graph.EndpointStartup && ep.Kind != graph.EndpointBackground
	graph.Walk(body, state{}, func(p *graph.Place, st state) (state, bool) {
		s := p.Step
		for _, f := range s.Stack {
			if f.Wraps {
				st.wrapper, st.wrapped = f.Site, f.Func
			}
		}
		switch s.Kind {
		case graph.Spawn:
			if s.Detached() {
				st.detached = true
			}
		case graph.Loop, graph.Each:
			st.loop = st.loop || s.Data
		case graph.Call:
			e := l.edge(d.svc.ID, s.To, s.EdgeKind)
			e.Certain = e.Certain || s.Certain
			_, e.Assumed = d.guesses[s.To]
			if s.Operation != "" {
				e.Operations = appendNew(e.Operations, s.Operation)
				for _, o := range l.beside[beside{s.To, s.Operation}] {
					e.Operations = appendNew(e.Operations, o)
				}
			}
			wrapper := st.wrapper
			if s.EdgeKind != graph.EdgeGRPC && s.EdgeKind != graph.EdgeHTTP && !l.sharedCode(d, st.wrapped) {
				wrapper = graph.Site{} // the service's own repository: the library's call is its hand-written one
			}
			for _, site := range []graph.Site{s.Site, wrapper} {
				if !site.IsZero() && !slices.Contains(e.Sites, site) {
					e.Sites = append(e.Sites, site)
				}
			}
			if request {
				e.FromEndpoints = appendNew(e.FromEndpoints, ep.Name)
				e.Sync = e.Sync || !st.detached && !s.Async
				e.InLoop = e.InLoop || st.loop
			} else {
				e.Startup = e.Startup || !st.detached
				e.Background = e.Background || st.detached
				if s.EdgeKind != graph.EdgeConsume {
					e.InLoop = e.InLoop || st.loop
				}
			}
		}
		return st, true
	})
	if ep.Topic != "" && ep.Kind == graph.EndpointConsume {
		e := l.edge(d.svc.ID, ep.Topic, graph.EdgeConsume)
		e.Certain = true
		if !slices.Contains(e.Sites, l.registrationSite(d, ep)) {
			e.Sites = append(e.Sites, l.registrationSite(d, ep))
		}
		if r := l.resources[ep.Topic]; r != nil && r.Kind == graph.Queue {
			e.Operations = appendNew(e.Operations, ep.Name)
		}
	}
}

// sharedCode reports whether a function stands in a package that several
// programs run.
func (l *linker) sharedCode(d *deployment, symbol string) bool {
	if l.users == nil {
		l.users = map[string][]string{}
		for _, o := range l.all {
			if o.m == nil {
				continue
			}
			for _, inst := range o.m.order {
				if users := l.users[inst.fn.Pkg]; len(users) < 2 {
					l.users[inst.fn.Pkg] = appendNew(users, o.pkg.Dir)
				}
			}
		}
	}
	fn := d.prog.funcs[symbol]
	return fn != nil && len(l.users[fn.Pkg]) > 1
}

func (l *linker) registrationSite(d *deployment, ep *endpoint) graph.Site {
	return gsite(ep.entry.ev.inst.fn.Instrs[ep.entry.ev.instr].Site)
}

func (l *linker) edge(from, to, kind string) *graph.Edge {
	k := edgeKey{from, to, kind}
	e := l.edges[k]
	if e == nil {
		e = &graph.Edge{From: from, To: to, Kind: kind, Operations: []string{}, Sites: []graph.Site{}, FromEndpoints: []string{}}
		l.edges[k] = e
	}
	return e
}

// duration is the time that an event names, in milliseconds.
func (b *builder) duration(ev *event) *graph.Quantity {
	for _, name := range []string{"duration", "timeout", "interval"} {
		s := b.m.argument(nil, ev.entry, name, ev.recv, ev.args)
		if id, ok := b.m.single(s); ok {
			return b.quantity(id, gsite(ev.at()))
		}
	}
	return nil
}

// quantity reads a duration in nanoseconds, or a text such as "2s".
func (b *builder) quantity(id valueID, site graph.Site) *graph.Quantity {
	v := b.m.byID[b.m.bare(id)]
	if v.kind != kConst {
		return nil
	}
	if n, ok := number(v.s); ok {
		return graph.Exact(n/float64(time.Millisecond), graph.Derived, site, "")
	}
	if dur, err := time.ParseDuration(v.s); err == nil {
		return graph.Exact(float64(dur)/float64(time.Millisecond), graph.Derived, site, "")
	}
	return nil
}

func number(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil
}

// listens notes the ports that programs listen on and the names under which
// they register.
func (l *linker) listens() {
	for _, d := range l.all {
		for ev := range d.events {
			l.listen(d, ev)
		}
	}
}

func (l *linker) listen(d *deployment, ev *event) {
	m := d.m
	switch ev.entry.Role {
	case catalog.Listen:
		texts := l.messageTexts(d, ev)
		for _, id := range m.sets[ev.recv] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr {
				texts = append(texts, m.config(v.obj)...)
			}
		}
		l.notePorts(d, texts)
	case catalog.RPCServer, catalog.HTTPRoute:
		if ev.entry.Op == "new" || ev.entry.Op == "option" {
			texts := l.messageTexts(d, ev)
			l.notePorts(d, texts)
			if ev.entry.Role == catalog.RPCServer {
				l.noteNames(d, meant(texts, "key", "service"))
			}
		}
	case catalog.Coordinator:
		if ev.entry.Op == "register" {
			set := m.argument(nil, ev.entry, "service", ev.recv, ev.args)
			l.noteNames(d, meant(m.configOf(set, "service"), "name", "service"))
		}
	case catalog.Entrance:
		if ev.entry.Op == "name" {
			l.noteNames(d, m.sets[m.argument(nil, ev.entry, "name", ev.recv, ev.args)])
		}
	}
}

func (l *linker) notePorts(d *deployment, texts []confText) {
	for _, id := range meant(texts, "addr", "listen", "port", "url", "host") {
		t := d.m.renderOne(id)
		port := ""
		if i := strings.LastIndexByte(t, ':'); i >= 0 {
			port = t[i+1:]
		} else if _, err := strconv.Atoi(t); err == nil {
			port = t
		}
		if _, err := strconv.Atoi(port); err == nil && port != "0" {
			d.ports = appendNew(d.ports, port)
		}
	}
}

func (l *linker) noteNames(d *deployment, ids []valueID) {
	for _, id := range ids {
		name := strings.ToLower(d.m.renderOne(id))
		if name != "" && !strings.Contains(name, hole) && !slices.Contains(l.names[name], d) {
			l.names[name] = append(l.names[name], d)
		}
	}
}
