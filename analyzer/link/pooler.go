package link

import (
	"fmt"

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

// throughPooler notes that a database is reached through a pooler: it accepts
// as many clients as the pooler does, unless somebody passes the pooler by.
func (l *linker) throughPooler(r *graph.Resource, pooler *manifest.Workload) {
	if pooler.MaxConnections == nil || l.direct[r.ID] {
		return
	}
	note := fmt.Sprintf("clients of %s", pooler.ID())
	if p := pooler.Pool; p != nil {
		note += fmt.Sprintf(", which opens %.0f connections to each database", p.High)
	}
	q := *pooler.MaxConnections
	q.Note = note
	r.MaxConnections = &q
}
