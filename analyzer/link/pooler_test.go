package link

import (
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// TestPooled wants the database behind a pooler, with the pooler's limit
// unless somebody passes the pooler by, in whichever order they are met.
func TestPooled(t *testing.T) {
	limit := func(n float64) *graph.Quantity { return graph.Exact(n, graph.Declared, graph.Site{}, "") }
	db := &manifest.Workload{Kind: "Compose", Name: "pg", Namespace: "default", Infra: "postgres", MaxConnections: limit(100)}
	pool := &manifest.Workload{Kind: "Compose", Name: "bouncer", Namespace: "default", Infra: "pgbouncer", MaxConnections: limit(600), Upstream: []string{"pg"}}
	far := &manifest.Workload{Kind: "Compose", Name: "far", Namespace: "default", Infra: "pgbouncer", MaxConnections: limit(50), Upstream: []string{"db.example.org"}}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		uses []*manifest.Workload
		want float64
		id   string
	}{
		{"pooled", []*manifest.Workload{pool, pool}, 600, "pg"},
		{"pooled, then not", []*manifest.Workload{pool, db}, 100, "pg"},
		{"not, then pooled", []*manifest.Workload{db, pool}, 100, "pg"},
		{"a database that is not deployed", []*manifest.Workload{far}, 50, "far"},
	} {
		l := &linker{in: Input{Manifests: &manifest.Set{Workloads: []*manifest.Workload{db, pool, far}}}, cat: cat, sys: &graph.System{},
			resources: map[string]*graph.Resource{}, direct: map[string]bool{}}
		var r *graph.Resource
		for _, w := range c.uses {
			r = l.infraResource(w, "", "")
		}
		if r.ID != c.id || r.MaxConnections == nil || r.MaxConnections.Low != c.want {
			t.Errorf("%s: %s accepts %v, want %s and %v", c.name, r.ID, r.MaxConnections, c.id, c.want)
		}
	}
}
