// Package rulestest builds small systems by hand, as tests of rules need them,
// and prints findings in one line each. It imports packages graph and rules.
//
// A system reads as a specification:
//
//	rulestest.System(
//		rulestest.Service("shop", rulestest.HTTP("POST /order", rulestest.Call("pay", "pay.Pay/Charge"))),
//		rulestest.Service("pay", rulestest.GRPC("pay.Pay/Charge")),
//	)
//
// Sites that a test does not set are made up: SERVICE.go, one line for each
// step of the service in program order. A shared step keeps its first site.
package rulestest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// A Part is a service or a resource with what belongs to it.
type Part func(sys *graph.System)

// System puts parts together. Edges are derived from the steps, unless a part
// made one of the same ends and kind.
func System(parts ...Part) *graph.System {
	sys := &graph.System{Root: "test"}
	for _, p := range parts {
		p(sys)
	}
	derive(sys)
	slices.SortFunc(sys.Services, func(a, b *graph.Service) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(sys.Resources, func(a, b *graph.Resource) int { return strings.Compare(a.ID, b.ID) })
	slices.SortStableFunc(sys.Endpoints, func(a, b *graph.Endpoint) int {
		return cmp.Or(strings.Compare(a.Service, b.Service), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name))
	})
	slices.SortFunc(sys.Edges, func(a, b *graph.Edge) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Kind, b.Kind))
	})
	return sys
}

// An Entry is an endpoint or a task of a service.
type Entry func(sys *graph.System, service string, line *int)

// Service makes a Go service that serves entries.
func Service(id string, entries ...Entry) Part {
	return ServiceWith(&graph.Service{ID: id, Main: "cmd/" + id}, entries...)
}

// ServiceWith makes s, whose language is Go unless it says, serve entries.
func ServiceWith(s *graph.Service, entries ...Entry) Part {
	return func(sys *graph.System) {
		s.Language = cmp.Or(s.Language, "go")
		s.Certain = true
		if s.Site.IsZero() {
			s.Site = graph.Site{File: s.ID + ".yaml", Line: 1}
		}
		sys.Services = append(sys.Services, s)
		line := 0
		for _, e := range entries {
			e(sys, s.ID, &line)
		}
	}
}

// Other makes a service whose code is not Go.
func Other(id string) Part { return ServiceWith(&graph.Service{ID: id, Language: "other"}) }

// Resource makes a resource of a kind and a technology.
func Resource(kind, id, technology string, mods ...func(*graph.Resource)) Part {
	return func(sys *graph.System) {
		r := &graph.Resource{ID: id, Kind: kind, Technology: technology, Identity: id, Certain: true}
		for _, m := range mods {
			m(r)
		}
		sys.Resources = append(sys.Resources, r)
	}
}

// Edge adds e, instead of the one that the steps would give.
func Edge(e *graph.Edge) Part {
	return func(sys *graph.System) { sys.Edges = append(sys.Edges, e) }
}

// GRPC is an RPC method with its full name.
func GRPC(name string, steps ...*graph.Step) Entry { return entry(graph.EndpointGRPC, name, steps) }

// HTTP is a route, "VERB /path".
func HTTP(name string, steps ...*graph.Step) Entry { return entry(graph.EndpointHTTP, name, steps) }

// Consume is a consumer of a topic.
func Consume(topic string, steps ...*graph.Step) Entry {
	return entry(graph.EndpointConsume, topic, steps)
}

// Startup is what the service does before it serves.
func Startup(name string, steps ...*graph.Step) Entry {
	return entry(graph.EndpointStartup, name, steps)
}

// Background is a goroutine that belongs to no request.
func Background(name string, steps ...*graph.Step) Entry {
	return entry(graph.EndpointBackground, name, steps)
}

func entry(kind, name string, steps []*graph.Step) Entry {
	return func(sys *graph.System, service string, line *int) {
		*line++
		e := &graph.Endpoint{Service: service, Kind: kind, Name: name, Certain: true,
			Handler: graph.Site{File: service + ".go", Line: *line}, Body: &graph.Step{Kind: graph.Seq, Steps: steps}}
		place(e.Body, service, line, map[*graph.Step]bool{})
		if kind == graph.EndpointStartup || kind == graph.EndpointBackground {
			sys.Tasks = append(sys.Tasks, e)
		} else {
			sys.Endpoints = append(sys.Endpoints, e)
		}
	}
}

// place gives sites and functions to the steps that have none, and to calls
// the ids that NewCall left open.
func place(s *graph.Step, service string, line *int, seen map[*graph.Step]bool) {
	if seen[s] {
		return
	}
	seen[s] = true
	if s.Kind != graph.Seq && s.Site.IsZero() {
		*line++
		s.Site = graph.Site{File: service + ".go", Line: *line}
	}
	s.Func = cmp.Or(s.Func, service+".handle")
	for _, t := range s.Steps {
		place(t, service, line, seen)
	}
}

func derive(sys *graph.System) {
	made := len(sys.Edges)
	add := func(from string, s *graph.Step, e *graph.Endpoint) {
		same := func(x *graph.Edge) bool { return x.From == from && x.To == s.To && x.Kind == s.EdgeKind }
		if slices.ContainsFunc(sys.Edges[:made], same) {
			return
		}
		i := slices.IndexFunc(sys.Edges, same)
		if i < 0 {
			i = len(sys.Edges)
			sys.Edges = append(sys.Edges, &graph.Edge{From: from, To: s.To, Kind: s.EdgeKind, Certain: true})
		}
		edge := sys.Edges[i]
		edge.Sites = append(edge.Sites, s.Site)
		edge.Sync = edge.Sync || !s.Async
		if !slices.Contains(sys.Tasks, e) {
			edge.FromEndpoints = append(edge.FromEndpoints, e.Name)
		}
	}
	for _, e := range append(slices.Clone(sys.Endpoints), sys.Tasks...) {
		graph.Walk(e.Body, 0, func(p *graph.Place, k int) (int, bool) {
			if p.Step.Kind == graph.Call {
				add(e.Service, p.Step, e)
			}
			return k, true
		})
	}
}

// Lines runs a rule and returns each finding as "SEVERITY SITE: MESSAGE", and
// with a "?" after the severity where it is not certain.
func Lines(rule string, sys *graph.System, opt *rules.Options) []string {
	var out []string
	for _, f := range rules.Find(rule).Run(sys, opt) {
		sure := ""
		if !f.Certain {
			sure = "?"
		}
		out = append(out, fmt.Sprintf("%s%s %s: %s", f.Severity, sure, f.Site, f.Message))
	}
	return out
}
