package calibrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// waited finds what a client's or producer's span waits for, and in which
// operation.
func (c *matcher) waited(m *meaning, s *telemetry.Span, system string) {
	a := s.Attributes
	peer := []string{a.First("service.peer.name", "peer.service")}
	address := hostOf(a.First("server.address", "net.peer.name", "http.host", "peer.hostname", "net.sock.peer.name", "db.connection_string"))
	if address == "" {
		address = hostOf(a.First("url.full", "http.url"))
	}
	queue := a.First("messaging.system", "messaging.system.name")
	switch {
	case queue != "" || s.Kind == telemetry.Producer:
		c.published(m, a, queue)
	case system != "":
		c.queried(m, s, system, address, peer[0])
	default:
		name, requests := rpcName(s), httpRequests(s)
		switch {
		case name != "":
			m.kind, m.text = graph.EdgeGRPC, name
		case httpVerb(a) != "" && len(requests) > 0:
			m.kind, m.text = graph.EdgeHTTP, general(requests[0])
		case httpVerb(a) != "":
			m.kind, m.text = graph.EdgeHTTP, httpVerb(a)
		default:
			m.reason = fmt.Sprintf("neither database, RPC, HTTP nor message: span %q", general(s.Name))
			return // the service that answers may tell
		}
		m.target = c.callee(m.service, append(peer, string(address)), name)
		if m.target == "" {
			m.miss(peer[0], string(address))
			return
		}
		if name != "" {
			requests = []string{name}
		}
		c.addressed(m, requests)
	}
}

// miss says that the system has not what is waited for.
func (m *meaning) miss(names ...string) {
	for _, name := range names {
		if name != "" {
			m.reason = fmt.Sprintf("no service or resource is called %q", name)
			return
		}
	}
	m.reason = "nothing names what is called"
}

// callee returns the service or resource of the first name that means one,
// else the only service that serves an RPC.
func (c *matcher) callee(from string, names []string, rpc string) string {
	for _, name := range names {
		h := hostOf(name)
		if !h.named() {
			continue
		}
		if id := c.aliased(name); id != "" {
			return id
		}
		if id := c.service(name); id != "" {
			return id
		}
		if short := h.short(); short != "" {
			if id := c.service(short); id != "" {
				return id
			}
		}
		if id := c.only(from, func(r *graph.Resource) bool { return r.ID == name || r.Host != "" && hostOf(r.Host).same(h) }); id != "" {
			return id
		}
	}
	if rpc == "" {
		return ""
	}
	found := ""
	for _, e := range c.sys.Endpoints {
		if e.Kind == graph.EndpointGRPC && strings.Trim(e.Name, "/") == rpc && !e.Standard {
			if found != "" && found != e.Service {
				return ""
			}
			found = e.Service
		}
	}
	return found
}

// aliased returns what an alias of the configuration file says; "" if none does.
func (c *matcher) aliased(name string) string {
	for _, a := range c.aliases {
		if a.Address == name && a.Resource != "" {
			for _, r := range c.sys.Resources {
				if r.ID == a.Resource || r.Identity == a.Resource || r.Host == a.Resource {
					return r.ID
				}
			}
		}
	}
	return ""
}

// only returns the one resource that is meant: among those that fit, the one
// that the service uses. "" if there is none, or are several.
func (c *matcher) only(from string, fits func(*graph.Resource) bool) string {
	var all, used []string
	for _, r := range c.sys.Resources {
		if fits(r) {
			all = append(all, r.ID)
			if c.edges[pair{from, r.ID}] != nil {
				used = append(used, r.ID)
			}
		}
	}
	switch {
	case len(used) == 1:
		return used[0]
	case len(all) == 1:
		return all[0]
	}
	return ""
}

// addressed finds the operations of the edge that a call means.
func (c *matcher) addressed(m *meaning, requests []string) {
	served := len(c.endpoints[m.target]) > 0
	for _, request := range requests {
		if served && m.kind == graph.EdgeHTTP {
			if found := c.fitting(m.target, request); len(found) == 1 {
				m.operations = c.reaching(m.service, m.target, found[0])
				return
			}
		}
		var out []string
		best := 0
		for _, op := range c.operations(m.service, m.target) {
			fit := 0
			if m.kind == graph.EdgeHTTP {
				fit = graph.RouteFit(op, request)
			} else if strings.Trim(op, "/") == request {
				fit = 1
			}
			if fit > best {
				best, out = fit, nil
			}
			if fit > 0 && fit == best {
				out = append(out, op)
			}
		}
		if len(out) > 0 {
			m.operations = strings.Join(out, "\n")
			return
		}
	}
	m.vague = len(requests) == 0
}

// reaching returns the operations of an edge that reach an endpoint.
func (c *matcher) reaching(from, to string, e *graph.Endpoint) string {
	var out []string
	for _, op := range c.operations(from, to) {
		if slices.Contains(c.index.Targets(&graph.Step{To: to, Operation: op}), e) {
			out = append(out, op)
		}
	}
	return strings.Join(out, "\n")
}

// operations lists those of the edges between two.
func (c *matcher) operations(from, to string) []string {
	var out []string
	for _, e := range c.edges[pair{from, to}] {
		out = append(out, e.Operations...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// published finds the topic of a message.
func (c *matcher) published(m *meaning, a telemetry.Attributes, system string) {
	m.kind = graph.EdgePublish
	switch operation := a.First("messaging.operation.type", "messaging.operation", "messaging.operation.name"); operation {
	case "create":
		m.role = inside
		return
	case "receive", "poll", "settle", "ack", "commit", "process":
		m.role, m.reason = inside, "spans that "+operation+" messages: what is done with them is in others"
		return
	}
	name := a.First("messaging.destination.name", "messaging.destination")
	m.text, m.vague = name, true
	if m.target = c.topic(name, m.service, graph.EdgePublish); m.target == "" {
		m.reason = fmt.Sprintf("no topic or queue is called %q", name)
	}
}

// topic returns the resource of a topic's or queue's name; "" if none is meant.
func (c *matcher) topic(name, service, edgeKind string) string {
	if name == "" {
		return ""
	}
	return c.only(service, func(r *graph.Resource) bool {
		if r.Kind != graph.Topic && r.Kind != graph.Queue {
			return false
		}
		fields := strings.FieldsFunc(r.Identity, func(c rune) bool { return c == ' ' || c == '/' })
		return r.ID == name || strings.TrimSuffix(strings.TrimSuffix(r.ID, "-topic"), "-queue") == name || len(fields) > 0 && fields[len(fields)-1] == name
	})
}
