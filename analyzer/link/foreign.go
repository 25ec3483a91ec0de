package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// foreign adds what the environment of services in other languages says of
// whom they use: NAME=host:port where the host is a name of the deployment.
// Nothing shows that they make a call, so the edges are not certain.
func (l *linker) foreign() {
	for _, d := range l.all {
		if d.m != nil || d.workload == nil {
			continue
		}
		for _, c := range d.workload.Containers {
			for _, v := range c.Env {
				if v.Known && v.Value != "" {
					l.foreignEdge(d, v)
				}
			}
		}
	}
}

func (l *linker) foreignEdge(d *deployment, v manifest.EnvVar) {
	scheme, host, port, _ := splitAddress(v.Value)
	if host == "" || strings.ContainsAny(host, " ,;{}$") || port == "" && scheme == "" {
		return // a word is no address
	}
	t, ok := l.host(host, port, d.workload.Namespace)
	if !ok || t.External != "" {
		return
	}
	for _, w := range t.Workloads {
		to, kind := "", ""
		switch {
		case w == d.workload:
		case w.Infra != "":
			to, kind = l.infraResource(w, "", "").ID, edgeKind(l.cat.ResourceKind(w.Infra))
		default:
			for _, o := range l.all {
				if o.workload == w && to == "" {
					to, kind = o.svc.ID, speaks(o, scheme)
				}
			}
		}
		if to == "" || l.edges[edgeKey{d.svc.ID, to, kind}] != nil {
			continue
		}
		e := l.edge(d.svc.ID, to, kind)
		e.Sites, e.Note = []graph.Site{v.Site}, "by "+v.Name+" in the environment of the workload"
	}
}

// edgeKind is the kind of an edge to a resource of a kind.
func edgeKind(resource string) string {
	switch resource {
	case graph.Cache:
		return graph.EdgeCache
	case graph.Queue, graph.Topic:
		return graph.EdgePublish
	}
	return graph.EdgeQuery
}

// speaks is the kind of an edge to a service: grpc if that is all it serves.
func speaks(d *deployment, scheme string) string {
	if strings.HasPrefix(scheme, "http") {
		return graph.EdgeHTTP
	}
	grpc, http := false, false
	for _, e := range d.endpoints {
		if !e.Standard {
			grpc = grpc || e.Kind == graph.EndpointGRPC
			http = http || e.Kind == graph.EndpointHTTP
		}
	}
	if grpc && !http {
		return graph.EdgeGRPC
	}
	return graph.EdgeHTTP
}
