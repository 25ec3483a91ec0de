package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// pooled returns the database behind a connection pooler, if its configuration
// names one that is deployed: who connects to the pooler uses that database,
// as those do that connect to it without.
func (l *linker) pooled(w *manifest.Workload) *manifest.Workload {
	var found *manifest.Workload
	for _, host := range w.Upstream {
		t, ok := l.in.Manifests.Resolve(host, "", w.Namespace)
		if !ok || len(t.Workloads) != 1 {
			continue
		}
		x := t.Workloads[0]
		if x == w || x.Infra == "" || len(x.Upstream) > 0 || found != nil && found != x {
			return nil
		}
		found = x
	}
	return found
}

// A reachKey is a service and a resource that it uses.
type reachKey struct{ service, resource string }

// connects notes the workload that a service connects to when it uses a store.
func (l *linker) connects(d *deployment, r *graph.Resource, w *manifest.Workload) {
	k := reachKey{d.svc.ID, r.ID}
	if !slices.Contains(l.ways[k], w) {
		l.ways[k] = append(l.ways[k], w)
	}
}

// poolers notes on edges the connection pooler that all of the service's
// connections to the database go through.
func (l *linker) poolers() {
	for k, ws := range l.ways {
		if len(ws) != 1 || !ws[0].Pools() {
			continue
		}
		for _, kind := range []string{graph.EdgeQuery, graph.EdgeLock} {
			if e := l.edges[edgeKey{k.service, k.resource, kind}]; e != nil {
				e.Pooler = pooler(ws[0])
			}
		}
	}
}

// pooler describes a workload that is a connection pooler.
func pooler(w *manifest.Workload) *graph.Pooler {
	return &graph.Pooler{Workload: w.ID(), Site: w.Site, Replicas: w.Replicas, Clients: w.MaxConnections, Pool: w.Pool, Most: w.PoolMost}
}
