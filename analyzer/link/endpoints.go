package link

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// endpoints names what every service serves.
func (l *linker) endpoints() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		d.routes = newRouteReader(d.m)
		d.routes.findFronts()
		routes := d.routes
		for _, e := range d.m.entries {
			if !d.m.alive(e.ev.inst) {
				continue
			}
			switch e.kind {
			case "grpc":
				name := e.name
				if e.ev.entry.Technology == "go-micro" {
					name = l.declared(name)
				}
				l.addEndpoint(d, e, graph.EndpointGRPC, name, d.m.rpcHandler(e))
				if !slices.Contains(l.serves[name], d) {
					l.serves[name] = append(l.serves[name], d)
				}
			case "http":
				for _, name := range routes.names(e) {
					l.addEndpoint(d, e, graph.EndpointHTTP, name, d.m.handlerSite(e))
				}
			case "front":
				if !routes.hands(e) && len(e.top.calls[0]) > 0 {
					l.addEndpoint(d, e, graph.EndpointHTTP, "ANY /", d.m.handlerSite(e))
				}
			case "cron":
				l.addEndpoint(d, e, graph.EndpointCron, d.m.cronName(e)+l.scheduledTask(d, e), d.m.handlerSite(e))
			}
		}
	}
}

func (l *linker) addEndpoint(d *deployment, e *entry, kind, name string, handler graph.Site) *endpoint {
	for _, ep := range d.endpoints {
		if ep.Kind == kind && ep.Name == name {
			if ep.entry == nil {
				ep.entry = e
			} else if ep.entry != e && e.handlers != ep.entry.handlers {
				ep.others = append(ep.others, e)
			}
			return ep
		}
	}
	ep := &endpoint{entry: e, Endpoint: &graph.Endpoint{
		Service: d.svc.ID, Kind: kind, Name: name, Handler: handler, Stream: e.stream, Certain: true,
		Standard: standardEndpoint(kind, name),
	}}
	d.endpoints = append(d.endpoints, ep)
	l.sys.Endpoints = append(l.sys.Endpoints, ep.Endpoint)
	return ep
}

var standardPath = regexp.MustCompile(`^/?(.*/)?_?(health|healthz|healthcheck|health-check|livez|live|liveness|readyz|ready|readiness|startupz|metrics|ping|pprof|vars|statusz|varz)(/.*)?$|^/debug(/.*)?$|^/swagger(/.*)?$`)

// standardEndpoint reports whether an endpoint is there for the platform, not
// for the system's users.
func standardEndpoint(kind, name string) bool {
	switch kind {
	case graph.EndpointGRPC:
		return strings.HasPrefix(name, "grpc.health.") || strings.HasPrefix(name, "grpc.reflection.") || strings.HasPrefix(name, "grpc.channelz.")
	case graph.EndpointHTTP:
		_, path, _ := strings.Cut(name, " ")
		return standardPath.MatchString(path)
	}
	return false
}

// alive reports whether an instance is reached by current call edges.
func (m *machine) alive(inst *instance) bool {
	if !m.livened {
		m.livened = true
		mark := func(top *instance) {
			top.live = true
			for _, i := range walk(top, nil).order {
				i.live = true
			}
		}
		mark(m.top)
		for changed := true; changed; {
			changed = false
			for _, e := range m.entries {
				if e.ev.inst.live && !e.top.live {
					mark(e.top)
					changed = true
				}
			}
		}
	}
	return inst.live
}

// rpcHandler returns where the method that serves an RPC is declared.
func (m *machine) rpcHandler(e *entry) graph.Site {
	name := e.name[strings.LastIndexByte(e.name, '/')+1:]
	for _, id := range m.sets[e.impl] {
		v := m.byID[id]
		if v.kind != kIface {
			continue
		}
		for _, n := range []string{name, strings.ToUpper(name[:1]) + name[1:]} {
			if meth, ok := m.prog.method(v.t, n); ok {
				if fn := m.prog.funcs[meth.Symbol]; fn != nil {
					return gsite(fn.Site)
				}
			}
		}
	}
	return m.handlerSite(e)
}

// handlerSite returns where the first handler of an entry is declared, else
// where it is registered.
func (m *machine) handlerSite(e *entry) graph.Site {
	for _, target := range e.top.calls[0] {
		if !m.prog.generated[target.fn.Site.File] {
			return gsite(target.fn.Site)
		}
	}
	return gsite(e.ev.inst.fn.Instrs[e.ev.instr].Site)
}

func (m *machine) cronName(e *entry) string {
	for _, name := range []string{"cron", "interval", "duration"} {
		if s := m.argument(nil, e.ev.entry, name, e.ev.recv, e.ev.args); s != none {
			return m.render(s)
		}
	}
	return "cron"
}
