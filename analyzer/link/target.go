package link

import (
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// A target is where an operation goes.
type target struct {
	to        string // id of a service or resource
	kind      string // of the edge
	operation string
	effect    graph.Effect
	certain   bool
	why       []graph.Fact
}

type edgeKey struct{ from, to, kind string }

// resolve says where an event of a deployment goes; nothing for events that
// stay inside the process.
func (l *linker) resolve(d *deployment, ev *event) []target {
	if t, ok := l.targets[ev]; ok {
		return t
	}
	t := l.resolveNew(d, ev)
	l.targets[ev] = t
	return t
}

func (l *linker) resolveNew(d *deployment, ev *event) []target {
	switch ev.entry.Role {
	case catalog.RPCCall:
		if ev.entry.Op == "request" {
			return nil // one in the making
		}
		if _, ok := ev.entry.Arg("topic"); ok || ev.entry.Technology == "nats" {
			return l.topicTargets(d, ev) // a request over a broker
		}
		return l.rpcTargets(d, ev)
	case catalog.HTTPCall:
		if strings.HasPrefix(ev.entry.Technology, vendorPrefix) {
			return l.vendorTargets(d, ev)
		}
		if ev.entry.Technology == kubernetes {
			return l.clusterTargets(ev)
		}
		return l.httpTargets(d, ev)
	case catalog.DBQuery, catalog.DBExec, catalog.TxBegin:
		return l.storeTargets(d, ev)
	case catalog.CacheRead, catalog.CacheWrite:
		return l.storeTargets(d, ev)
	case catalog.Publish, catalog.Consume:
		return l.topicTargets(d, ev)
	case catalog.DLock, catalog.DUnlock:
		if ev.entry.Op == "cas" && keepsKeys(ev.entry.Technology) {
			return l.storeTargets(d, ev)
		}
		return l.lockTargets(d, ev)
	case catalog.Sequence:
		if ev.entry.Technology != "" && ev.entry.Technology != "sql" {
			return l.storeTargets(d, ev)
		}
	}
	return nil
}

// place finds out what one text means.
func (l *linker) place(d *deployment, id valueID) place {
	m := d.m
	text := m.renderOne(id)
	p := place{symbols: m.symbols(id), unset: m.unsetSetting(id)}
	scheme, host, port, path := splitAddress(text)
	p.host, p.port, p.path = host, port, path
	if l.aliased(d, &p) {
		return p
	}
	if host == "" && port == "" || strings.Contains(host, hole) && strings.Trim(host, hole+".-") == "" {
		if strings.Contains(port, hole) || port == "" {
			return p
		}
	}
	p.known = host != "" && !strings.Contains(host, hole)
	if !p.known && host != "" {
		return p
	}
	if scheme == "unix" {
		return p
	}
	namespace := ""
	if d.workload != nil {
		namespace = d.workload.Namespace
	}
	if p.loopback() {
		l.loopback(d, &p)
		return p
	}
	if t, ok := l.host(host, port, namespace); ok {
		if t.External != "" {
			p.host, p.external = t.External, t.Foreign || publicName.MatchString(t.External)
			return p
		}
		l.behind(d, &p, t.Workloads, t.Port)
		if p.service != nil || p.workload != nil {
			return p
		}
	}
	if found := l.names[strings.ToLower(host)]; len(found) > 0 {
		p.service = l.nearest(d, found)
		return p
	}
	p.ip = net.ParseIP(host) != nil
	p.external = p.ip || publicName.MatchString(host) && !strings.HasSuffix(host, ".local") && !strings.Contains(host, ".svc") && !strings.HasSuffix(host, ".internal") || host == "metadata.google.internal"
	return p
}

// loopback resolves an address of this machine by the port that a program
// listens on: first those that run beside d.
func (l *linker) loopback(d *deployment, p *place) {
	if p.port == "" {
		return
	}
	var found []*deployment
	for _, o := range l.all {
		if slices.Contains(o.ports, p.port) {
			found = append(found, o)
		}
	}
	if len(found) > 0 {
		p.service = l.nearest(d, found)
		return
	}
	for _, w := range l.in.Manifests.Workloads {
		if w.Infra == "" {
			continue
		}
		for _, c := range w.Containers {
			for _, port := range c.Ports {
				if strconv.Itoa(port.Number) == p.port || port.Host != 0 && strconv.Itoa(port.Host) == p.port {
					p.workload = w
					return
				}
			}
		}
	}
}

// rpcTargets resolves a call by the full name of its method and the address of
// its connection.
func (l *linker) rpcTargets(d *deployment, ev *event) []target {
	m := d.m
	methods := m.argument(nil, ev.entry, "method", ev.recv, ev.args)
	conn := ev.recv
	if c := m.argument(nil, ev.entry, "conn", ev.recv, ev.args); c != none {
		conn = c
	}
	var addrs []valueID
	self := false
	for _, o := range m.origins(conn) {
		addrs = append(addrs, meant(m.config(o.obj), "addr", "url", "host", "name", "service", "key")...)
		self = self || m.leadsToListener(o.obj)
	}
	var names []string
	if ev.entry.Technology == "go-micro" {
		var services []valueID
		names, services = m.microNames(ev)
		addrs = append(addrs, services...)
		for i, n := range names {
			names[i] = l.declared(n)
		}
	} else {
		names = m.rpcNames(ev, methods, addrs, conn)
	}
	places := l.places(d, addrs)
	var out []target
	for _, name := range names {
		name = strings.TrimPrefix(name, "/")
		if standardEndpoint(graph.EndpointGRPC, name) || strings.HasPrefix(name, "opentelemetry.proto.") || strings.Contains(name, hole) {
			continue
		}
		if to, certain := l.rpcCallee(d, name, places); to != "" {
			if slices.Contains(l.serves[name], d) && (self || to == d.svc.ID && l.selfDial(d, places)) {
				l.own[ev] = name // a gateway that dials its own listener: no hop
				continue
			}
			out = append(out, target{to: to, kind: graph.EdgeGRPC, operation: name, certain: certain})
		}
	}
	return out
}

// procedures returns the RPCs that addresses end in: BASE/pkg.Service/Method.
func (m *machine) procedures(addrs []valueID) []string {
	var out []string
	for _, id := range addrs {
		if name := procedure(m.renderOne(id)); name != "" {
			out = appendNew(out, name)
		}
	}
	return out
}

// procedure returns the RPC that a URL's path ends in; "" if it is none.
func procedure(url string) string {
	rest, method := cutLast(url, "/")
	_, service := cutLast(rest, "/")
	if method == "" || service == "" || strings.Contains(method+service, hole) {
		return ""
	}
	return service + "/" + method
}

// leadsToListener reports whether a connection is made to the address of a
// listener of the same program.
func (m *machine) leadsToListener(dial objID) bool {
	seen := map[objID]bool{}
	var visit func(obj objID) bool
	visit = func(obj objID) bool {
		if seen[obj] || len(seen) > 40 {
			return false
		}
		seen[obj] = true
		o := &m.objects[obj]
		if o.kind != oLib {
			return false
		}
		if o.entry != nil && o.entry.Role == catalog.Listen && o.entry.Op == "listener" {
			return true
		}
		sets := []setID{m.cell(obj, m.child(root, "$recv")).set}
		for n := range o.args {
			sets = append(sets, m.cell(obj, m.child(root, "$"+itoa(n))).set)
		}
		for _, s := range sets {
			for _, id := range m.sets[s] {
				for _, p := range m.parts(id) {
					if v := m.byID[m.bare(p)]; v.kind == kAddr && visit(v.obj) {
						return true
					}
				}
			}
		}
		return false
	}
	return visit(dial)
}

func (l *linker) selfDial(d *deployment, places []place) bool {
	for _, p := range places {
		if p.service == d && p.loopback() {
			return true
		}
	}
	return false
}

// rpcCallee decides between what serves a method and what an address means.
func (l *linker) rpcCallee(d *deployment, method string, places []place) (id string, certain bool) {
	serving := l.serves[method]
	for _, p := range places {
		if p.service != nil && (slices.Contains(serving, p.service) || len(serving) == 0) {
			return p.service.svc.ID, true
		}
	}
	var deployed []*deployment
	for _, s := range serving {
		if s.workload != nil {
			deployed = append(deployed, s)
		}
	}
	if len(deployed) > 0 {
		serving = deployed
	}
	switch {
	case len(serving) == 1:
		return serving[0].svc.ID, true
	case len(serving) > 1:
		for _, p := range places {
			for _, s := range serving {
				if p.host != "" && (strings.Contains(p.host, s.svc.ID) || strings.Contains(s.svc.ID, p.host)) {
					return s.svc.ID, false
				}
			}
		}
		return l.nearest(d, serving).svc.ID, false
	}
	for _, p := range places {
		switch {
		case p.short():
			return l.remoteService(p.host).svc.ID, true
		case p.known && p.external:
			return l.external(p.host, "grpc", p.host, p.host).ID, true
		}
	}
	for _, p := range places {
		if o := l.bySymbol(d, p.symbols); o != nil {
			return o.svc.ID, false
		}
		if len(p.symbols) > 0 {
			return l.external(label(p.symbols), "grpc", strings.Join(p.symbols, " "), "").ID, true
		}
	}
	service := method[:max(0, strings.LastIndexByte(method, '/'))]
	name := strings.ToLower(service[strings.LastIndexByte(service, '.')+1:])
	return l.external(name, "grpc", service, "").ID, false
}
