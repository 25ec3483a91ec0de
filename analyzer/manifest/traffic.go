package manifest

import (
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// traffic reads objects that refer to workloads and services.
func (r *reader) traffic(o object) {
	switch {
	case o.kind == "HorizontalPodAutoscaler" && o.group == "autoscaling":
		r.hpa(o)
	case o.group == "keda.sh" && (o.kind == "ScaledObject" || o.kind == "ScaledJob"):
		r.keda(o)
	case o.kind == "Ingress" && (o.group == "networking.k8s.io" || o.group == "extensions"):
		r.ingress(o)
	case o.group == "gateway.networking.k8s.io" && strings.HasSuffix(o.kind, "Route"):
		r.gatewayRoute(o)
	case o.group == "networking.istio.io" && o.kind == "VirtualService":
		r.virtualService(o)
	case o.group == "networking.istio.io" && o.kind == "DestinationRule":
		r.destinationRule(o)
	case o.group == "networking.istio.io" && o.kind == "ServiceEntry":
		r.serviceEntry(o)
	case o.group == "linkerd.io" && o.kind == "ServiceProfile":
		r.serviceProfile(o)
	}
}

func (o object) route() *Route {
	return &Route{Kind: o.kind, Name: o.name, Namespace: o.namespace, Site: o.site()}
}

func (r *reader) keep(route *Route) {
	route.Source = r.source
	r.set.Routes = append(r.set.Routes, route)
}

// milliseconds reads a duration such as 1.5s. Nil if there is none.
func (r *reader) milliseconds(o object, n *yaml.Node) *graph.Quantity {
	if n == nil {
		return nil
	}
	d, err := time.ParseDuration(n.Value)
	if err != nil {
		r.gap(o.siteOf(n), "%s/%s: %q is no duration", o.kind, o.name, n.Value)
		return nil
	}
	return graph.Exact(float64(d)/float64(time.Millisecond), graph.Declared, o.siteOf(n), "")
}

// count reads a number. Nil if there is none.
func (r *reader) count(o object, n *yaml.Node) *graph.Quantity {
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if err != nil {
		r.gap(o.siteOf(n), "%s/%s: %q is no number", o.kind, o.name, n.Value)
		return nil
	}
	return graph.Exact(v, graph.Declared, o.siteOf(n), "")
}

// ingress reads an Ingress, with the annotations of the nginx controller for
// limits, timeouts and affinity.
func (r *reader) ingress(o object) {
	out := o.route()
	out.Outside = true
	notes := field(o.node, "metadata", "annotations")
	base := Rule{Site: o.site()}
	const nginx = "nginx.ingress.kubernetes.io/"
	base.Rate = r.count(o, field(notes, nginx+"limit-rps"))
	if n := field(notes, nginx+"proxy-read-timeout"); n != nil {
		if s, err := strconv.ParseFloat(strings.TrimSuffix(n.Value, "s"), 64); err == nil {
			base.Timeout = graph.Exact(1000*s, graph.Declared, o.siteOf(n), "nginx proxy-read-timeout")
		}
	}
	base.Attempts = r.count(o, field(notes, nginx+"proxy-next-upstream-tries"))
	if text(notes, nginx+"affinity") == "cookie" {
		base.Sticky = o.siteOf(field(notes, nginx+"affinity"))
	}
	backend := func(n *yaml.Node) []Backend {
		if name := or(text(n, "service", "name"), text(n, "serviceName")); name != "" {
			port := or(or(text(n, "service", "port", "number"), text(n, "service", "port", "name")), text(n, "servicePort"))
			return []Backend{{Host: name, Port: port}}
		}
		return nil
	}
	for _, d := range []*yaml.Node{field(o.node, "spec", "defaultBackend"), field(o.node, "spec", "backend")} {
		if to := backend(d); to != nil {
			rule := base
			rule.To, rule.Site = to, o.siteOf(d)
			out.Rules = append(out.Rules, rule)
		}
	}
	for _, n := range items(field(o.node, "spec", "rules")) {
		if h := text(n, "host"); h != "" {
			out.Hosts = append(out.Hosts, h)
		}
		for _, p := range items(field(n, "http", "paths")) {
			rule := base
			rule.Match = []string{matched("", text(p, "path"), text(p, "pathType") != "Exact")}
			rule.To, rule.Site = backend(field(p, "backend")), o.siteOf(p)
			out.Rules = append(out.Rules, rule)
		}
	}
	out.Hosts = unique(out.Hosts, "")
	r.keep(out)
}

// matched writes what a rule matches: "GET /path", with * after a prefix.
func matched(method, path string, prefix bool) string {
	path = or(path, "/")
	if prefix {
		path += "*"
	}
	return strings.TrimSpace(method + " " + path)
}

// gatewayRoute reads an HTTPRoute, GRPCRoute, TCPRoute or TLSRoute.
func (r *reader) gatewayRoute(o object) {
	out := o.route()
	out.Hosts = texts(o.node, "spec", "hostnames")
	for _, p := range items(field(o.node, "spec", "parentRefs")) {
		kind := or(text(p, "kind"), "Gateway")
		out.Outside = out.Outside || kind == "Gateway"
		if kind == "Service" {
			out.Hosts = append(out.Hosts, text(p, "name"))
		}
	}
	for _, n := range items(field(o.node, "spec", "rules")) {
		rule := Rule{Site: o.siteOf(n)}
		for _, m := range items(field(n, "matches")) {
			if s := text(m, "method", "service"); s != "" {
				rule.Match = append(rule.Match, s+"/"+or(text(m, "method", "method"), "*"))
				continue
			}
			kind := or(text(m, "path", "type"), "PathPrefix")
			rule.Match = append(rule.Match, matched(text(m, "method"), text(m, "path", "value"), kind == "PathPrefix"))
		}
		for _, b := range items(field(n, "backendRefs")) {
			host := text(b, "name")
			if ns := text(b, "namespace"); ns != "" {
				host += "." + ns
			}
			rule.To = append(rule.To, Backend{Host: host, Port: text(b, "port"), Weight: number(b, 1, "weight")})
		}
		rule.Timeout = r.milliseconds(o, field(n, "timeouts", "request"))
		if rule.Timeout == nil {
			rule.Timeout = r.milliseconds(o, field(n, "timeouts", "backendRequest"))
		}
		if a := r.count(o, field(n, "retry", "attempts")); a != nil {
			rule.Attempts = graph.Exact(a.Low+1, a.Source, a.Site, "the retries and the first try")
		}
		if s := field(n, "sessionPersistence"); s != nil {
			rule.Sticky = o.siteOf(s)
		}
		out.Rules = append(out.Rules, rule)
	}
	r.keep(out)
}

// serviceProfile reads Linkerd's routes of one service.
func (r *reader) serviceProfile(o object) {
	out := o.route()
	out.Hosts = []string{o.name}
	budget := r.count(o, field(o.node, "spec", "retryBudget", "retryRatio"))
	for _, n := range items(field(o.node, "spec", "routes")) {
		rule := Rule{Site: o.siteOf(n), Timeout: r.milliseconds(o, field(n, "timeout")), To: []Backend{{Host: o.name}}}
		rule.Match = []string{strings.TrimSpace(text(n, "condition", "method") + " " + text(n, "condition", "pathRegex"))}
		if text(n, "isRetryable") == "true" {
			rule.RetryOn = "5xx"
			rule.Budget = budget
			if budget == nil {
				// linkerd2 v2.14, web/app and destination service: DefaultRetryBudget.
				rule.Budget = graph.Exact(0.2, graph.Declared, o.siteOf(field(n, "isRetryable")), "the default of Linkerd")
			}
		}
		out.Rules = append(out.Rules, rule)
	}
	r.keep(out)
}
