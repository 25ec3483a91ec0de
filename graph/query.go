package graph

import (
	"slices"
	"strings"
)

// An Index answers questions about a System. It does not change the system,
// and the system must not change while it is used.
type Index struct {
	System    *System
	services  map[string]*Service
	resources map[string]*Resource
	byName    map[string][]*Endpoint // grpc endpoints by full name
	byService map[string][]*Endpoint // http endpoints by service
	calls     map[*Endpoint][]ServiceCall
	callers   map[*Endpoint][]ServiceCall
	into      map[string][]*Edge // by target
}

// A ServiceCall is a call step whose target is a service.
type ServiceCall struct {
	From    *Endpoint   // an endpoint, or a task
	Place   *Place      // of the call in From's body
	To      *Service    // the callee
	Targets []*Endpoint // what it may reach there; none: not known, or not written in Go
	Sync    bool        // From waits for the answer
	Startup bool        // behind a once-guard: not on every request
}

// NewIndex reads sys.
func NewIndex(sys *System) *Index {
	ix := &Index{
		System:    sys,
		services:  map[string]*Service{},
		resources: map[string]*Resource{},
		byName:    map[string][]*Endpoint{},
		byService: map[string][]*Endpoint{},
		calls:     map[*Endpoint][]ServiceCall{},
		callers:   map[*Endpoint][]ServiceCall{},
		into:      map[string][]*Edge{},
	}
	for _, e := range sys.Edges {
		ix.into[e.To] = append(ix.into[e.To], e)
	}
	for _, s := range sys.Services {
		ix.services[s.ID] = s
	}
	for _, r := range sys.Resources {
		ix.resources[r.ID] = r
	}
	for _, e := range sys.Endpoints {
		switch e.Kind {
		case EndpointGRPC:
			name := strings.Trim(e.Name, "/")
			ix.byName[name] = append(ix.byName[name], e)
		case EndpointHTTP:
			ix.byService[e.Service] = append(ix.byService[e.Service], e)
		}
	}
	for _, e := range ix.Bodies() {
		for _, c := range ix.read(e) {
			ix.calls[e] = append(ix.calls[e], c)
			for _, t := range c.Targets {
				ix.callers[t] = append(ix.callers[t], c)
			}
		}
	}
	return ix
}

// Service returns the service of that id, or nil.
func (ix *Index) Service(id string) *Service { return ix.services[id] }

// Resource returns the resource of that id, or nil.
func (ix *Index) Resource(id string) *Resource { return ix.resources[id] }

// Into returns the edges to a service or resource, in the order of the system.
func (ix *Index) Into(id string) []*Edge { return ix.into[id] }

// Bodies returns what has steps to look at: the endpoints that are no
// standard ones, then the tasks.
func (ix *Index) Bodies() []*Endpoint {
	var out []*Endpoint
	for _, e := range ix.System.Endpoints {
		if !e.Standard {
			out = append(out, e)
		}
	}
	return append(out, ix.System.Tasks...)
}

// Calls returns the calls to services in e's body, in program order. A call
// that is met both waited for and detached is listed for each.
func (ix *Index) Calls(e *Endpoint) []ServiceCall { return ix.calls[e] }

// Callers returns the calls that reach e, in the order of the bodies.
func (ix *Index) Callers(e *Endpoint) []ServiceCall { return ix.callers[e] }

func (ix *Index) read(e *Endpoint) []ServiceCall {
	type state struct{ detached, startup bool }
	var out []ServiceCall
	Walk(e.Body, state{}, func(p *Place, k state) (state, bool) {
		s := p.Step
		k.detached = k.detached || s.Detached()
		k.startup = k.startup || s.Startup
		if s.Kind == Call {
			if to := ix.services[s.To]; to != nil {
				out = append(out, ServiceCall{From: e, Place: p, To: to, Targets: ix.Targets(s),
					Sync: !s.Async && !k.detached, Startup: k.startup})
			}
		}
		return k, true
	})
	return out
}

// Targets returns the endpoints that a call may reach: for an RPC those of its
// full name at the callee, for a request those of the callee whose verb and
// path fit best. The result is empty if the target is no service, serves
// nothing that fits, or is not written in Go.
func (ix *Index) Targets(call *Step) []*Endpoint {
	if ix.services[call.To] == nil {
		return nil
	}
	var out []*Endpoint
	for _, e := range ix.byName[strings.Trim(call.Operation, "/")] {
		if e.Service == call.To && !e.Standard {
			out = append(out, e)
		}
	}
	if out != nil {
		return out
	}
	best := 0
	verb, path := cutVerb(call.Operation)
	if !strings.HasPrefix(path, "/") {
		return nil
	}
	for _, e := range ix.byService[call.To] {
		if e.Standard {
			continue
		}
		switch fit := RouteFit(e.Name, verb+" "+path); {
		case fit == 0 || fit < best:
		case fit > best:
			best, out = fit, []*Endpoint{e}
		default:
			out = append(out, e)
		}
	}
	return out
}

// RouteFit says how well a request fits a route, both written "VERB /path" and
// the request's path perhaps a template too: 0 not at all, else the more the
// better.
func RouteFit(route, request string) int {
	verb, path := cutVerb(request)
	rverb, rpath := cutVerb(route)
	if verb != "ANY" && rverb != "ANY" && verb != rverb {
		return 0
	}
	return routeFit(rpath, path)
}

// cutVerb splits "GET /path?query". Without a verb it is ANY.
func cutVerb(op string) (verb, path string) {
	verb, path, ok := strings.Cut(strings.TrimSpace(op), " ")
	if !ok {
		verb, path = "ANY", verb
	}
	path, _, _ = strings.Cut(strings.TrimSpace(path), "?")
	return strings.ToUpper(verb), path
}

// routeFit says how well a request's path, itself a template, fits a route: 0
// not at all, else the more the better. A literal segment counts for more
// than a parameter, and a parameter for more than the tail of a prefix route.
func routeFit(route, path string) int {
	rs, ps := segments(route), segments(path)
	fit := 1
	for i, r := range rs {
		if strings.HasPrefix(r, "*") || strings.HasSuffix(r, "...}") {
			return fit
		}
		if i >= len(ps) {
			return 0
		}
		switch {
		case r == ps[i]:
			fit += 4
		case isParam(r):
			fit += 2
		case isParam(ps[i]):
			fit++ // a value that is not known may be this literal
		default:
			return 0
		}
	}
	if len(ps) > len(rs) {
		if strings.HasSuffix(route, "/") && len(rs) > 0 { // net/http: a prefix; "/" is mostly the root alone
			return fit
		}
		return 0
	}
	return fit + 1
}

func segments(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

func isParam(seg string) bool {
	return strings.ContainsAny(seg, "{<") || strings.HasPrefix(seg, ":") || strings.Contains(seg, "%")
}
