package ceiling

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// An index finds things of a system by id.
type index struct {
	services  map[string]*graph.Service
	resources map[string]*graph.Resource
	endpoints map[string][]*graph.Endpoint // by service
	consumers map[string][]*graph.Endpoint // by the resource that they consume
	edges     map[edgeKey]*graph.Edge
}

type edgeKey struct{ from, to, kind string }

func newIndex(sys *graph.System) *index {
	x := &index{map[string]*graph.Service{}, map[string]*graph.Resource{}, map[string][]*graph.Endpoint{},
		map[string][]*graph.Endpoint{}, map[edgeKey]*graph.Edge{}}
	for _, s := range sys.Services {
		x.services[s.ID] = s
	}
	for _, r := range sys.Resources {
		x.resources[r.ID] = r
	}
	for _, e := range sys.Endpoints {
		x.endpoints[e.Service] = append(x.endpoints[e.Service], e)
		if e.Kind == graph.EndpointConsume && e.Topic != "" {
			x.consumers[e.Topic] = append(x.consumers[e.Topic], e)
		}
	}
	for _, e := range sys.Edges {
		x.edges[edgeKey{e.From, e.To, e.Kind}] = e
	}
	return x
}

// endpoint finds the endpoint of a service that an operation names: an RPC by
// its full name, a route by verb and template. Without an operation it is the
// only one that the service has. It returns nil if there is none.
func (x *index) endpoint(service, edgeKind, operation string) *graph.Endpoint {
	var best *graph.Endpoint
	most := -1
	for _, e := range x.endpoints[service] {
		if e.Kind != graph.EndpointGRPC && e.Kind != graph.EndpointHTTP {
			continue
		}
		score := -1
		switch {
		case operation == "":
			if e.Standard {
				continue
			}
			score = 0
			if best != nil {
				return nil // more than one
			}
		case strings.TrimPrefix(operation, "/") == e.Name:
			return e
		case e.Kind == graph.EndpointHTTP && edgeKind != graph.EdgeGRPC:
			score = matchRoute(operation, e.Name)
		}
		if score > most {
			best, most = e, score
		}
	}
	return best
}

// matchRoute compares "VERB /path" of a caller with that of a route. It returns
// how closely they fit, or -1.
func matchRoute(call, route string) int {
	callVerb, callPath := cutRoute(call)
	verb, path := cutRoute(route)
	score := 0
	switch {
	case callVerb == verb:
		score++
	case verb != "ANY" && callVerb != "ANY":
		return -1
	}
	subtree := strings.HasSuffix(path, "/") // as in net/http
	have, want := segments(callPath), segments(path)
	for i, w := range want {
		if rest(w) {
			return score
		}
		if i >= len(have) {
			return -1
		}
		switch {
		case have[i] == w:
			score += 3
		case parameter(w):
			score += 2
		case parameter(have[i]):
			score++
		default:
			return -1
		}
	}
	if len(have) > len(want) && !(subtree && len(want) > 0 || path == "/") {
		return -1
	}
	if len(have) == len(want) {
		score++
	}
	return score
}

func cutRoute(s string) (verb, path string) {
	verb, path, ok := strings.Cut(s, " ")
	if !ok {
		verb, path = "ANY", s
	}
	if verb == "" {
		verb = "ANY"
	}
	path, _, _ = strings.Cut(path, "?")
	return strings.ToUpper(verb), path
}

func segments(path string) []string {
	return slices.DeleteFunc(strings.Split(path, "/"), func(s string) bool { return s == "" })
}

func parameter(segment string) bool {
	return segment == "*" || strings.ContainsAny(segment, "{%") || strings.HasPrefix(segment, ":")
}

// rest reports whether a segment of a route stands for all that follow.
func rest(segment string) bool {
	return segment == "*" || strings.HasPrefix(segment, "*") || strings.HasSuffix(segment, "...}")
}
