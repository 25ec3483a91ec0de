package link

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

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

func (p *place) loopback() bool {
	switch p.host {
	case "", "localhost", "0.0.0.0", "::", "::1", "127.0.0.1", "host.docker.internal":
		return true
	}
	return false
}

// nearest picks the deployment that runs beside d, else the one whose
// directory is nearest.
func (l *linker) nearest(d *deployment, found []*deployment) *deployment {
	found = l.apart(d, found)
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

// remoteService returns the service of a host that somebody calls: the command
// of a binary that bears its name, else one in another language.
func (l *linker) remoteService(host string) *deployment {
	name := host
	if i := strings.IndexByte(name, '.'); i > 0 {
		name = name[:i]
	}
	if d := l.byID[name]; d != nil {
		return d
	}
	var named []*deployment // commands that are deployed by their own name
	for _, d := range l.all {
		if d.workload == nil && d.svc.Command == name {
			named = append(named, d)
		}
	}
	if len(named) == 1 {
		return named[0]
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

func cutLast(s, sep string) (before, after string) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):]
	}
	return "", s
}
