package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// why says of every edge how its target was found: where its client is opened,
// which text is the address, which variable, setting or flag holds it and where
// that is set, what answers there, and which proto declares the method.
func (l *linker) why() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		x := &explainer{l: l, d: d, m: d.m, env: d.environment()}
		for _, inst := range d.m.order {
			if !d.m.alive(inst) {
				continue
			}
			for _, i := range callSites(inst) {
				for _, ev := range inst.lib[i] {
					for _, t := range l.targets[ev] {
						x.edge(ev, t)
					}
				}
			}
		}
	}
}

// An explainer collects the facts behind the edges of one root.
type explainer struct {
	l *linker
	d *deployment
	m *machine

	env Environment // of the root
}

func (x *explainer) edge(ev *event, t target) {
	e := x.l.edges[edgeKey{x.d.svc.ID, t.to, t.kind}]
	if e == nil {
		return
	}
	fact := func(site graph.Site, text string) {
		if f := (graph.Fact{Text: text, Site: site}); !slices.Contains(e.Address, f) {
			e.Address = append(e.Address, f)
		}
	}
	objs, ids := x.client(ev)
	for _, o := range objs {
		made := x.m.objects[o]
		if made.site.File == "" {
			continue
		}
		site := gsite(made.site)
		if x.m.prog.generated[site.File] {
			continue
		}
		if name := madeBy(made); name != "" {
			fact(site, "client made by "+name)
		}
		opened := x.opened(made)
		if len(e.Opened) == 0 {
			e.Opened = opened
		}
		for _, s := range opened {
			if s != site {
				fact(s, "which is called here")
			}
		}
	}
	for _, id := range x.meaning(ids, t) {
		x.address(id, t, fact)
	}
	for _, f := range t.why {
		fact(f.Site, f.Text)
	}
	x.method(t, fact)
}

func madeBy(o object) string {
	if o.symbol != "" {
		return o.symbol
	}
	return strings.TrimLeft(o.typ, "*")
}

// client returns the objects that the client of an event was made of, and the
// texts that may be its address.
func (x *explainer) client(ev *event) (objs []objID, ids []valueID) {
	m := x.m
	add := func(list []valueID) {
		for _, id := range list {
			if id = m.bare(id); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	clients := ev.recv
	for _, name := range []string{"conn", "client", "db", "session", "of"} {
		clients = m.join(clients, m.argument(nil, ev.entry, name, ev.recv, ev.args))
	}
	for _, o := range m.origins(clients) {
		objs = append(objs, o.obj)
		add(meant(m.config(o.obj), "addr", "url", "host", "dsn", "name", "service", "key", "config", "opts", "topic", ""))
	}
	switch ev.entry.Role {
	case catalog.HTTPCall:
		add(m.sets[m.argument(nil, ev.entry, "url", ev.recv, ev.args)])
		for _, id := range m.sets[m.argument(nil, ev.entry, "req", ev.recv, ev.args)] {
			url, _ := m.requestOf(m.bare(id), 0)
			add(m.sets[url])
		}
	case catalog.Publish, catalog.Consume:
		add(meant(x.l.messageTexts(x.d, ev), "topic", "exchange", "addr"))
	}
	return objs, ids
}

// meaning returns the texts that mean a target, or all of them if none does.
func (x *explainer) meaning(ids []valueID, t target) []valueID {
	var out []valueID
	for _, id := range ids {
		p := x.l.place(x.d, id)
		r := x.l.resources[t.to]
		switch {
		case p.service != nil && p.service.svc.ID == t.to:
		case r != nil && p.workload != nil && r.Workload == p.workload.ID():
		case r != nil && r.Host != "" && (p.host == r.Host || strings.Contains(x.m.renderOne(id), r.Host)):
		case r != nil && r.Kind == graph.Topic && x.m.renderOne(id) == r.ID:
		case len(p.symbols) > 0 && label(p.symbols) == t.to:
		default:
			continue
		}
		out = append(out, id)
	}
	if out == nil {
		for _, id := range ids {
			if p := x.l.place(x.d, id); p.host != "" || len(p.symbols) > 0 {
				out = append(out, id)
			}
		}
	}
	return out
}

// address says where a text comes from and what it means.
func (x *explainer) address(id valueID, t target, fact func(graph.Site, string)) {
	for _, v := range x.deciders(id) {
		switch v.kind {
		case kEnv:
			e, set, known := x.env.lookup(v.s)
			switch {
			case set && known:
				fact(e.Site, v.s+" is set to "+x.l.visible(e.Value))
			case set:
				fact(e.Site, v.s+" is set to something that the manifests do not say")
			case known:
				fact(graph.Site{}, v.s+" is not set: the default holds")
			default:
				fact(graph.Site{}, v.s+" is a variable that nothing in the tree sets")
			}
		case kFlag:
			fact(graph.Site{}, "flag "+v.s)
		case kSetting:
			fact(graph.Site{}, "setting "+v.s)
		}
	}
	text := x.m.renderOne(id)
	p := x.l.place(x.d, id)
	if text == "" || !p.known {
		return
	}
	shown := x.l.visible(strings.ReplaceAll(text, hole, "*"))
	namespace := ""
	if x.d.workload != nil {
		namespace = x.d.workload.Namespace
	}
	m, ok := x.l.host(p.host, p.port, namespace)
	switch {
	case ok && m.Service != nil && m.External != "":
		fact(m.Service.Site, "address "+shown+": Service "+m.Service.Name+" stands for "+m.External)
	case ok && m.Service != nil && len(m.Workloads) > 0:
		fact(m.Service.Site, "address "+shown+": Service "+m.Service.Name+" in front of "+m.Workloads[0].ID())
	case ok && len(m.Workloads) > 0:
		fact(m.Workloads[0].Site, "address "+shown+": "+m.Workloads[0].ID())
	case p.alias != nil:
		fact(graph.Site{}, "address "+shown+": "+t.to+", as the configuration file says")
	case p.service != nil:
		fact(p.service.svc.Site, "address "+shown+": "+p.service.svc.ID+" listens there")
	case p.external:
		fact(graph.Site{}, "address "+shown+": a name outside of the system")
	default:
		fact(graph.Site{}, "address "+shown)
	}
}

// deciders returns the variables, flags and settings that a text is made of.
func (x *explainer) deciders(id valueID) []value {
	var out []value
	for _, p := range x.m.parts(id) {
		v := x.m.byID[p]
		if v.kind == kConst && v.in != 0 {
			v = x.m.byID[v.in]
		}
		if (v.kind == kEnv || v.kind == kFlag || v.kind == kSetting) && v.s != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// visible is how an address is shown: without user, password and options.
func (l *linker) visible(text string) string {
	scheme, host, port, path := splitAddress(text)
	if strings.ContainsAny(host, " =(@") {
		if dsn, ok := l.cat.ParseDSN(text, ""); ok && len(dsn.Hosts) > 0 {
			return strings.TrimSuffix(dsn.Hosts[0].Host+":"+dsn.Hosts[0].Port, ":") + slash(dsn.Database)
		}
		return "a text that may hold a secret"
	}
	path, _, _ = strings.Cut(path, "?")
	if scheme != "" {
		scheme += "://"
	}
	if port != "" {
		port = ":" + port
	}
	return scheme + host + port + path
}

// method says which proto declares the RPC of a target and who serves it.
func (x *explainer) method(t target, fact func(graph.Site, string)) {
	if t.kind != graph.EdgeGRPC {
		return
	}
	for _, f := range x.l.in.Contracts {
		for _, s := range f.Services {
			for _, m := range s.Methods {
				if m.Name == t.operation {
					fact(m.Site, "rpc "+t.operation)
				}
			}
		}
	}
	for _, ep := range x.l.sys.Endpoints {
		if ep.Service == t.to && ep.Name == t.operation {
			fact(ep.Handler, t.to+" serves "+t.operation)
		}
	}
}

// opened returns where the service's own wiring makes a client: the place
// itself if it stands in the directory of the main package or below, else the
// nearest calls of its function that do, else the place.
func (x *explainer) opened(o object) []graph.Site {
	own := func(s graph.Site) bool {
		return x.d.pkg.Dir == "." || strings.HasPrefix(s.File, x.d.pkg.Dir+"/")
	}
	site := gsite(o.site)
	if own(site) || o.inst == nil {
		return []graph.Site{site}
	}
	seen := map[*instance]bool{o.inst: true}
	for level := []*instance{o.inst}; len(level) > 0; {
		var found []graph.Site
		var next []*instance
		for _, inst := range level {
			for _, c := range x.callers(inst) {
				for _, i := range callSites(c) {
					if !slices.Contains(c.calls[i], inst) || i >= len(c.fn.Instrs) {
						continue
					}
					if s := gsite(c.fn.Instrs[i].Site); own(s) && !slices.Contains(found, s) {
						found = append(found, s)
					}
				}
				if !seen[c] {
					seen[c] = true
					next = append(next, c)
				}
			}
		}
		if len(found) > 0 {
			slices.SortFunc(found, graph.Site.Compare)
			return found
		}
		level = next
	}
	return []graph.Site{site}
}

// callers returns the live callers of an instance, in order of creation.
func (x *explainer) callers(inst *instance) []*instance {
	var out []*instance
	for c := range inst.callers {
		if x.m.alive(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b *instance) int { return a.id - b.id })
	return out
}
