package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// meshRules returns the rules of the mesh that a call passes, with their
// routes: those for the name of what it calls.
func (b *builder) meshRules(t target) (routes []*manifest.Route, rules []manifest.Rule) {
	if len(b.l.in.Manifests.Routes) == 0 {
		return nil, nil
	}
	names := []string{t.to}
	if d := b.l.byID[t.to]; d != nil && d.workload != nil {
		names = append(names, d.workload.Name)
		for _, s := range b.l.inFront(d.workload) {
			names = append(names, s.Name)
		}
	}
	if r := b.l.resources[t.to]; r != nil && r.Host != "" {
		names = append(names, r.Host)
	}
	for _, route := range b.l.in.Manifests.Routes {
		if route.Outside || route.Kind == "Ingress" || !forHost(route.Hosts, names) {
			continue
		}
		for _, rule := range route.Rules {
			if forOperation(rule.Match, t.operation) {
				routes, rules = append(routes, route), append(rules, rule)
				break // the first that matches
			}
		}
	}
	return routes, rules
}

// forHost reports whether one of a route's hosts is one of the names, in this
// namespace or written out.
func forHost(hosts, names []string) bool {
	for _, h := range hosts {
		for _, n := range names {
			short, _, _ := strings.Cut(h, ".")
			if h == n || short == n && (!strings.Contains(h, ".") || strings.Contains(h, ".svc")) {
				return true
			}
		}
	}
	return false
}

// forOperation reports whether a rule is for an operation, by its path.
func forOperation(match []string, operation string) bool {
	if len(match) == 0 {
		return true
	}
	verb, path, ok := strings.Cut(operation, " ")
	if !ok {
		verb, path = "POST", "/"+operation // gRPC
	}
	for _, m := range match {
		v, p, ok := strings.Cut(m, " ")
		if !ok {
			v, p = "", m
		}
		if v != "" && v != verb {
			continue
		}
		if prefix, star := strings.CutSuffix(p, "*"); p == "" || p == path || star && strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// ofMesh is the deadline that a route of the mesh sets.
func (b *builder) ofMesh(t target) *graph.Deadline {
	routes, rules := b.meshRules(t)
	for n, rule := range rules {
		if rule.Timeout != nil && rule.Timeout.High > 0 {
			return &graph.Deadline{Kind: "mesh", Time: rule.Timeout, Site: ruleSite(routes[n], rule), Reason: routes[n].Kind + " " + routes[n].Name}
		}
	}
	return nil
}

func ruleSite(route *manifest.Route, rule manifest.Rule) graph.Site {
	if rule.Site.IsZero() {
		return route.Site
	}
	return rule.Site
}

// meshRetry returns how the mesh tries a call again; nil if it does not. A
// VirtualService without a word about retries has Istio's default of two more
// attempts (istio.io VirtualService, HTTPRetry), with a wait that grows from
// 25 ms and is random (Envoy).
func (b *builder) meshRetry(t target) *graph.Retry {
	routes, rules := b.meshRules(t)
	for n, rule := range rules {
		route := routes[n]
		r := &graph.Retry{Source: "mesh", Class: "retry", Wait: "growing+jitter", Capped: true, CapWhy: "counter", WaitSite: ruleSite(route, rule), Budget: rule.Budget, Setting: route.Kind + " " + route.Name}
		switch {
		case rule.Attempts != nil && rule.Attempts.High > 1:
			r.Attempts = rule.Attempts
		case rule.Attempts == nil && route.Kind == "VirtualService":
			r.Attempts = graph.Exact(3, graph.Declared, r.WaitSite, "Istio's default: two retries")
		default:
			continue
		}
		return r
	}
	return nil
}
