package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// A Target is what a host name means inside the system.
type Target struct {
	Workloads []*Workload // the pods behind it; more than one only if a selector matches several
	Service   *Service    // the Service on the way; nil for compose and pods
	Port      int         // at the workload, as far as it is known; else 0
	External  string      // the name outside of the cluster that it stands for (ExternalName, ServiceEntry)
	Foreign   bool        // a service entry says that it lies outside
}

// Resolve says what host and port mean to a pod of a namespace ("" is
// "default"). It knows NAME, NAME.NAMESPACE, NAME.NAMESPACE.svc with and
// without the cluster's domain, POD.NAME of headless services, compose
// services with their aliases, container and host names, ExternalName
// services and the hosts of service entries. port is a number, a name, or "".
// ok is false if nothing of the Set bears the name.
func (s *Set) Resolve(host, port, namespace string) (t Target, ok bool) {
	return s.resolve(strings.ToLower(strings.TrimSuffix(host, ".")), port, or(namespace, "default"), 0)
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func (s *Set) resolve(host, port, namespace string, depth int) (Target, bool) {
	if host == "" || depth > 4 {
		return Target{}, false
	}
	for _, n := range names(host, namespace) {
		for _, svc := range s.Services {
			if strings.ToLower(svc.Name) != n.name || svc.Namespace != n.namespace {
				continue
			}
			if svc.ExternalName != "" {
				if t, ok := s.resolve(strings.ToLower(svc.ExternalName), port, namespace, depth+1); ok {
					return t, true
				}
				return Target{Service: svc, External: svc.ExternalName}, true
			}
			return s.behind(svc, port), true
		}
		// An operator's cluster, a Knative service or a compose service answers to its own name.
		for _, w := range s.Workloads {
			if w.Namespace == n.namespace && w.answers(n.name) {
				number, _ := strconv.Atoi(port)
				return Target{Workloads: []*Workload{w}, Port: number}, true
			}
		}
	}
	for _, e := range s.Externals {
		for _, h := range e.Hosts {
			h = strings.ToLower(h)
			rest, wild := strings.CutPrefix(h, "*")
			if h == host || wild && strings.HasSuffix(host, rest) {
				return Target{External: host, Foreign: !e.Inside}, true
			}
		}
	}
	// A name of some other namespace, if only one has it: a release's
	// namespace is chosen when it is installed.
	name, domain, dotted := strings.Cut(host, ".")
	if dotted && public(domain) {
		return Target{}, false
	}
	var found []*Service
	for _, svc := range s.Services {
		if strings.ToLower(svc.Name) == name && svc.ExternalName == "" {
			found = append(found, svc)
		}
	}
	if len(found) == 1 {
		return s.behind(found[0], port), true
	}
	return Target{}, false
}

// public reports whether what follows the first dot of a host may be a domain
// of the Internet and not a namespace.
func public(domain string) bool {
	if rest, ok := strings.CutSuffix(domain, ".cluster.local"); ok {
		domain = rest
	}
	if strings.HasSuffix(domain, ".svc") {
		return false
	}
	return strings.Contains(domain, ".") || slices.Contains([]string{"com", "org", "net", "io", "dev", "app", "cloud", "ai", "co", "cn", "de", "uk", "ru", "jp",
		"eu", "us", "fr", "in", "br", "ch", "nl", "se", "it", "es", "kr", "tw", "edu", "gov", "info", "biz", "me", "tv", "xyz", "local", "localhost", "internal"}, domain)
}

// answers reports whether a workload bears a host name by itself.
func (w *Workload) answers(name string) bool {
	named := w.Kind == "Compose" || w.Infra != "" && len(w.Containers) == 0 || w.Kind == "Service"
	return named && strings.ToLower(w.Name) == name || slices.Contains(w.Hosts, name)
}

type qualified struct{ name, namespace string }

// names lists what a host may mean, the likeliest first.
func names(host, namespace string) []qualified {
	parts := strings.Split(host, ".")
	if i := slices.Index(parts, "svc"); i > 0 {
		parts = parts[:i]
		// POD.SERVICE.NAMESPACE of a headless service.
		return []qualified{{parts[max(0, len(parts)-2)], parts[len(parts)-1]}, {parts[0], namespace}}
	}
	out := []qualified{{host, namespace}}
	switch len(parts) {
	case 2:
		out = append(out, qualified{parts[0], parts[1]}, qualified{parts[1], namespace})
	case 3:
		out = append(out, qualified{parts[1], parts[2]})
	}
	return out
}

// behind returns the workloads that a service selects, and the port at them.
func (s *Set) behind(svc *Service, port string) Target {
	t := Target{Service: svc}
	for _, w := range s.Workloads {
		if w.Namespace == svc.Namespace && w.Kind != "Compose" && (selects(svc.Selector, w.Labels) || len(svc.Selector) == 0 && w.Name == svc.Name) {
			t.Workloads = append(t.Workloads, w)
		}
	}
	for _, p := range svc.Ports {
		if port != "" && strconv.Itoa(p.Number) != port && p.Name != port && len(svc.Ports) > 1 {
			continue
		}
		t.Port = p.Number
		if n, err := strconv.Atoi(p.Target); err == nil && n > 0 {
			t.Port = n
		} else if p.Target != "" {
			for _, w := range t.Workloads {
				if n := w.port(p.Target); n > 0 {
					t.Port = n
				}
			}
		}
		break
	}
	if svc.Type == "Headless" {
		if n, err := strconv.Atoi(port); err == nil {
			t.Port = n // the pods themselves answer
		}
	}
	return t
}

// port returns the number of a named container port, or 0.
func (w *Workload) port(name string) int {
	for _, c := range w.Containers {
		for _, p := range c.Ports {
			if p.Name == name {
				return p.Number
			}
		}
	}
	return 0
}

// ServiceLink returns the variable that Kubernetes adds to the pods of a
// namespace for each of its services: NAME_SERVICE_HOST, whose value is the
// service's name here, NAME_SERVICE_PORT and NAME_SERVICE_PORT_PORTNAME.
func (s *Set) ServiceLink(namespace, variable string) (EnvVar, bool) {
	head, tail, ok := strings.Cut(variable, "_SERVICE_")
	if !ok {
		return EnvVar{}, false
	}
	for _, svc := range s.Services {
		if svc.Namespace != or(namespace, "default") || screaming(svc.Name) != head || svc.Type == "Headless" || svc.ExternalName != "" {
			continue
		}
		e := EnvVar{Name: variable, Known: true, From: "service " + svc.Name, Site: svc.Site}
		if tail == "HOST" {
			e.Value = svc.Name
			return e, true
		}
		for i, p := range svc.Ports {
			if tail == "PORT" && i == 0 || tail == "PORT_"+screaming(p.Name) {
				e.Value, e.Site = strconv.Itoa(p.Number), p.Site
				return e, true
			}
		}
	}
	return EnvVar{}, false
}

func screaming(name string) string {
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}
