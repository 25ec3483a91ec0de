package manifest

import (
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// virtualService reads the routes of a VirtualService. A route without
// retries is tried twice more, which is Istio's default (Istio 1.20,
// pilot/pkg/networking/core/route/retry: DefaultPolicy).
func (r *reader) virtualService(o object) {
	out := o.route()
	out.Hosts = texts(o.node, "spec", "hosts")
	for _, g := range texts(o.node, "spec", "gateways") {
		out.Outside = out.Outside || g != "mesh"
	}
	for _, kind := range []string{"http", "tls", "tcp"} {
		for _, n := range items(field(o.node, "spec", kind)) {
			rule := Rule{Site: o.siteOf(n), Timeout: r.milliseconds(o, field(n, "timeout"))}
			for _, m := range items(field(n, "match")) {
				method := or(text(m, "method", "exact"), text(m, "method", "regex"))
				switch uri := field(m, "uri"); {
				case uri == nil && method != "":
					rule.Match = append(rule.Match, matched(method, "/", true))
				case text(uri, "exact") != "":
					rule.Match = append(rule.Match, matched(method, text(uri, "exact"), false))
				case text(uri, "prefix") != "":
					rule.Match = append(rule.Match, matched(method, text(uri, "prefix"), true))
				case text(uri, "regex") != "":
					rule.Match = append(rule.Match, matched(method, text(uri, "regex"), false))
				}
			}
			for _, d := range items(field(n, "route")) {
				rule.To = append(rule.To, Backend{Host: text(d, "destination", "host"), Port: text(d, "destination", "port", "number"),
					Weight: number(d, 0, "weight"), Subset: text(d, "destination", "subset")})
			}
			if kind == "http" {
				r.retries(o, n, &rule)
			}
			out.Rules = append(out.Rules, rule)
		}
	}
	r.keep(out)
}

func (r *reader) retries(o object, n *yaml.Node, rule *Rule) {
	retries := field(n, "retries")
	if retries == nil {
		rule.Attempts = graph.Exact(3, graph.Declared, o.siteOf(n), "the first try and the mesh's default of two retries")
		rule.RetryOn = "connect-failure,refused-stream,unavailable,cancelled"
		return
	}
	rule.RetryOn = text(retries, "retryOn")
	rule.PerTry = r.milliseconds(o, field(retries, "perTryTimeout"))
	if a := r.count(o, field(retries, "attempts")); a != nil {
		rule.Attempts = graph.Exact(a.Low+1, a.Source, a.Site, "the retries and the first try")
	}
}

// destinationRule reads how callers treat a host.
func (r *reader) destinationRule(o object) {
	policy := field(o.node, "spec", "trafficPolicy")
	pool := field(policy, "connectionPool")
	out := &Policy{
		Name: o.name, Namespace: o.namespace, Host: text(o.node, "spec", "host"), Site: o.site(), Source: r.source,
		Connections:    r.count(o, field(pool, "tcp", "maxConnections")),
		Pending:        r.count(o, field(pool, "http", "http1MaxPendingRequests")),
		Requests:       r.count(o, field(pool, "http", "http2MaxRequests")),
		Retries:        r.count(o, field(pool, "http", "maxRetries")),
		ConnectTimeout: r.milliseconds(o, field(pool, "tcp", "connectTimeout")),
	}
	if n := field(policy, "outlierDetection"); n != nil {
		out.Breaker = o.siteOf(n)
		for _, key := range []string{"consecutive5xxErrors", "consecutiveGatewayErrors", "consecutiveErrors"} {
			if e := r.count(o, field(n, key)); e != nil && out.Errors == nil {
				out.Errors = e
			}
		}
	}
	if n := field(policy, "loadBalancer", "consistentHash"); n != nil {
		out.Sticky = o.siteOf(n)
	}
	r.set.Policies = append(r.set.Policies, out)
}

func (r *reader) serviceEntry(o object) {
	spec := field(o.node, "spec")
	out := &External{Name: o.name, Namespace: o.namespace, Hosts: texts(spec, "hosts"), Addresses: texts(spec, "addresses"),
		Inside: text(spec, "location") == "MESH_INTERNAL", Site: o.site(), Source: r.source}
	for _, p := range items(field(spec, "ports")) {
		out.Ports = append(out.Ports, Port{Name: text(p, "name"), Number: number(p, 0, "number"), Protocol: text(p, "protocol"), Site: o.siteOf(p)})
	}
	for _, e := range items(field(spec, "endpoints")) {
		out.Endpoints = append(out.Endpoints, text(e, "address"))
	}
	r.set.Externals = append(r.set.Externals, out)
}
