package calibrate

import (
	"net"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A matcher finds what recorded names mean in a system.
type matcher struct {
	sys       *graph.System
	index     *graph.Index
	aliases   []config.Alias
	services  map[string]*graph.Service
	resources map[string]*graph.Resource
	endpoints map[string][]*graph.Endpoint // by service
	edges     map[pair][]*graph.Edge
	called    map[string]string // service by name, as found
}

// A pair is who waits, and for whom.
type pair struct{ from, to string }

func newMatcher(sys *graph.System, aliases []config.Alias) matcher {
	c := matcher{sys, graph.NewIndex(sys), aliases, map[string]*graph.Service{}, map[string]*graph.Resource{},
		map[string][]*graph.Endpoint{}, map[pair][]*graph.Edge{}, map[string]string{}}
	for _, s := range sys.Services {
		c.services[s.ID] = s
	}
	for _, r := range sys.Resources {
		c.resources[r.ID] = r
	}
	for _, e := range sys.Endpoints {
		c.endpoints[e.Service] = append(c.endpoints[e.Service], e)
	}
	for _, e := range sys.Edges {
		c.edges[pair{e.From, e.To}] = append(c.edges[pair{e.From, e.To}], e)
	}
	return c
}

// owner returns the service that a process runs, and how the recording calls
// it. What the deployment calls it helps where the service's own name does not.
func (c *matcher) owner(process telemetry.Attributes) (id, name string) {
	for _, key := range []string{"service.name", "k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.cronjob.name", "k8s.container.name"} {
		text := strings.TrimPrefix(process.First(key), "unknown_service:") // what SDKs say if nobody names it: the program's
		if text == "" || text == "unknown_service" {
			continue
		}
		if name == "" {
			name = text
		}
		if id := c.service(text); id != "" {
			return id, name
		}
		for _, space := range []string{process.First("service.namespace"), process.First("k8s.namespace.name")} {
			if space == "" {
				continue
			}
			for _, cut := range []string{strings.TrimSuffix(text, "."+space), strings.TrimPrefix(text, space+"/"), strings.TrimPrefix(text, space+"."), strings.TrimPrefix(text, space+"-")} {
				if cut == text {
					continue
				}
				if id := c.service(cut); id != "" {
					return id, name
				}
			}
		}
	}
	return "", name
}

// service returns the id of the service of that name; "" if none is meant for
// certain. An alias counts most; then the id, the workload, the directory of
// the main package; then the same without case and punctuation; then without
// "service" and the like.
func (c *matcher) service(name string) string {
	if id, ok := c.called[name]; ok {
		return id
	}
	id := c.findService(name)
	const most = 100_000
	if len(c.called) < most {
		c.called[name] = id
	}
	return id
}

func (c *matcher) findService(name string) string {
	for _, a := range c.aliases {
		if a.Address == name && a.Service != "" {
			if c.services[a.Service] != nil {
				return a.Service
			}
			name = a.Service
		}
	}
	for _, as := range []func(string) string{func(s string) string { return s }, folded, core} {
		want := as(name)
		if want == "" {
			continue
		}
		for _, field := range []func(*graph.Service) string{
			func(s *graph.Service) string { return s.ID },
			func(s *graph.Service) string { return base(s.Workload) },
			func(s *graph.Service) string { return base(s.Main) },
		} {
			found := ""
			for _, s := range c.sys.Services {
				if text := field(s); text != "" && as(text) == want {
					if found != "" && found != s.ID {
						return "" // not for certain
					}
					found = s.ID
				}
			}
			if found != "" {
				return found
			}
		}
	}
	return ""
}

func base(text string) string {
	if text == "" || text == "." {
		return ""
	}
	return path.Base(text)
}

var punctuation = strings.NewReplacer("-", "", "_", "", ".", "", " ", "", "/", "")

func folded(name string) string { return punctuation.Replace(strings.ToLower(name)) }

// core is a folded name without what says only that it is a service.
func core(name string) string {
	text := folded(name)
	for _, suffix := range []string{"service", "server", "svc", "srv"} {
		if cut, ok := strings.CutSuffix(text, suffix); ok && cut != "" {
			return cut
		}
	}
	return text
}

// A host is a network name or address, without scheme and port.
type host string

var hostName = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$`)

func hostOf(text string) host {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text = strings.TrimLeft(text, "/")
	text, _, _ = strings.Cut(text, "/")
	text = text[strings.LastIndexByte(text, '@')+1:]
	if h, _, err := net.SplitHostPort(text); err == nil {
		text = h
	}
	return host(strings.ToLower(strings.TrimSuffix(strings.Trim(text, "[]"), ".")))
}

// named reports whether it is a name, which says more than an address.
func (h host) named() bool {
	return h != "" && net.ParseIP(string(h)) == nil && hostName.MatchString(string(h)) && h != "localhost"
}

// short is the first label of a name inside a cluster; "" of a public one.
func (h host) short() string {
	first, rest, dotted := strings.Cut(string(h), ".")
	labels := strings.Split(rest, ".")
	if !dotted || len(labels) == 1 || slices.Contains(labels, "svc") || strings.HasSuffix(rest, ".local") || strings.HasSuffix(rest, ".internal") {
		return first
	}
	return ""
}

// same reports whether two names are of one host: a cluster's short and long
// names of it are.
func (h host) same(other host) bool {
	return h == other || h.short() != "" && h.short() == other.short() && (h.short() == string(h) || other.short() == string(other))
}
