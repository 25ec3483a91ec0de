package link

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
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
		if _, ok := ev.entry.Arg("topic"); ok || ev.entry.Technology == "nats" {
			return l.topicTargets(d, ev) // a request over a broker
		}
		return l.rpcTargets(d, ev)
	case catalog.HTTPCall:
		if strings.HasPrefix(ev.entry.Technology, vendorPrefix) {
			return l.vendorTargets(d, ev)
		}
		return l.httpTargets(d, ev)
	case catalog.DBQuery, catalog.DBExec, catalog.TxBegin:
		return l.storeTargets(d, ev)
	case catalog.CacheRead, catalog.CacheWrite:
		return l.storeTargets(d, ev)
	case catalog.Publish, catalog.Consume:
		return l.topicTargets(d, ev)
	case catalog.DLock, catalog.DUnlock:
		return l.lockTargets(d, ev)
	case catalog.Sequence:
		if ev.entry.Technology != "" && ev.entry.Technology != "sql" {
			return l.storeTargets(d, ev)
		}
	}
	return nil
}

// A place is what an address means: a service, a workload that is a resource,
// a host outside, or something that nothing in the tree sets.
type place struct {
	service  *deployment
	workload *manifest.Workload
	host     string
	port     string
	path     string   // of a URL
	external bool     // a public name
	symbols  []string // what decides it at run time
	known    bool     // the host is a text
	unset    bool     // it is a setting that the configuration files lack: there is no address
	ip       bool
	alias    *Alias // says what it means
}

var publicName = regexp.MustCompile(`\.[a-z]{2,}$`)

// splitAddress reads scheme://host:port/path, host:port and registry targets.
func splitAddress(text string) (scheme, host, port, path string) {
	rest := text
	if s, r, ok := strings.Cut(text, "://"); ok {
		scheme, rest = strings.ToLower(s), r
	} else if s, r, ok := strings.Cut(text, ":///"); ok {
		scheme, rest = s, r
	}
	switch scheme {
	case "dns", "passthrough", "xds", "k8s", "kubernetes", "consul", "etcd", "discovery", "nacos", "zk", "polaris", "eureka", "direct":
		authority, name, ok := strings.Cut(rest, "/")
		if ok {
			rest = name
		} else {
			rest = authority
		}
		rest, _, _ = strings.Cut(rest, "?")
		if scheme != "dns" && scheme != "passthrough" && scheme != "direct" {
			rest = rest[strings.LastIndexByte(rest, '/')+1:]
		}
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		rest, path = rest[:i], rest[i:]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	if h, p, err := net.SplitHostPort(rest); err == nil {
		return scheme, h, p, path
	}
	return scheme, strings.Trim(rest, "[]"), "", path
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
	if t, ok := l.in.Manifests.Resolve(host, port, namespace); ok {
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

func (p *place) loopback() bool {
	switch p.host {
	case "", "localhost", "0.0.0.0", "::", "::1", "127.0.0.1", "host.docker.internal":
		return true
	}
	return false
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

// nearest picks the deployment that runs beside d, else the one whose
// directory is nearest.
func (l *linker) nearest(d *deployment, found []*deployment) *deployment {
	best, score := found[0], -1
	for _, o := range found {
		s := 0
		if o.workload != nil && o.workload == d.workload {
			s += 100
		}
		if o.pkg != nil && d.pkg != nil {
			s += commonPrefix(o.pkg.Dir, d.pkg.Dir)
		}
		if s > score {
			best, score = o, s
		}
	}
	return best
}

// behind picks what answers among the workloads behind a name.
func (l *linker) behind(d *deployment, p *place, ws []*manifest.Workload, port int) {
	var found []*deployment
	for _, w := range ws {
		if w.Infra != "" {
			p.workload = w
			return
		}
		for _, o := range l.all {
			if o.workload == w {
				found = append(found, o)
			}
		}
	}
	if len(found) > 1 {
		number := p.port
		if port != 0 {
			number = strconv.Itoa(port)
		}
		for _, o := range found {
			if slices.Contains(o.ports, number) {
				p.service = o
				return
			}
		}
	}
	if len(found) > 0 {
		p.service = found[0]
		return
	}
	for _, w := range ws {
		if w.Platform != "" {
			p.workload = w
		}
	}
}

// symbols names what decides a text at run time.
func (m *machine) symbols(id valueID) []string {
	var out []string
	for _, p := range m.parts(id) {
		v := m.byID[p]
		if v.kind == kConst && v.in != 0 {
			v = m.byID[v.in]
		}
		switch v.kind {
		case kEnv, kFlag, kSetting:
			if v.s != "" && !slices.Contains(out, v.s) {
				out = append(out, v.s)
			}
		}
	}
	return out
}

// unsetSetting reports whether a text is made of settings that none of the
// configuration files, which are there, has.
func (m *machine) unsetSetting(id valueID) bool {
	for _, p := range m.parts(id) {
		v := m.byID[p]
		if v.kind != kSetting {
			continue
		}
		if nodes, found := m.configNodes(m.settings[v.obj]); found && len(nodes) == 0 {
			return true
		}
	}
	return false
}

// places finds out what a set of texts means: those that resolve to something
// win over those that do not.
func (l *linker) places(d *deployment, ids []valueID) []place {
	var sure, open []place
	for _, id := range ids {
		p := l.place(d, id)
		switch {
		case p.service != nil || p.workload != nil:
			sure = append(sure, p)
		default:
			open = append(open, p)
		}
	}
	if len(sure) > 0 {
		return sure
	}
	slices.SortStableFunc(open, func(a, b place) int { return rank(a) - rank(b) })
	return open
}

// rank puts addresses that say the most first.
func rank(p place) int {
	switch {
	case p.known && !p.loopback():
		return 0
	case len(p.symbols) > 0:
		return 1
	case p.known:
		return 2
	}
	return 3
}

// short reports whether a host can only be a name inside the cluster.
func (p *place) short() bool { return p.known && !p.external && !p.loopback() && !p.ip }

// remoteService returns the service in another language of a host that
// somebody calls.
func (l *linker) remoteService(host string) *deployment {
	name := host
	if i := strings.IndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if d := l.byID[name]; d != nil {
		return d
	}
	d := &deployment{svc: &graph.Service{ID: name, Language: "other", Certain: true, Reason: "a short host name that is called"}}
	l.byID[name] = d
	l.all = append(l.all, d)
	return d
}

// external returns the resource for something outside of the system. If a
// service has the id, the name of the variable says that it is meant.
func (l *linker) external(id, technology, identity, host string) *graph.Resource {
	if l.byID[id] != nil {
		return &graph.Resource{ID: id}
	}
	r := l.resources[id]
	if r == nil {
		r = &graph.Resource{ID: id, Kind: graph.External, Technology: technology, Identity: identity, Host: host, Certain: true}
		l.resources[id] = r
	}
	return r
}

// label makes an id from the symbols that decide an address.
func label(symbols []string) string {
	s := strings.ToLower(strings.Join(symbols, "-"))
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '.' {
			return r
		}
		return '-'
	}, s)
	for _, suffix := range []string{"-addr", "-address", "-url", "-uri", "-host", "-endpoint", "-target", "-dsn"} {
		s = strings.TrimSuffix(s, suffix)
	}
	return strings.Trim(s, "-")
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
	places := l.places(d, addrs)
	var out []target
	for _, name := range m.rpcNames(ev, methods, addrs, conn) {
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

func cutLast(s, sep string) (before, after string) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):]
	}
	return "", s
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
