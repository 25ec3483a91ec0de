package link

import (
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// TestPooled wants the database behind a pooler with its own limit, and the
// pooler on the edges of those alone who only go through it.
func TestPooled(t *testing.T) {
	limit := func(n float64) *graph.Quantity { return graph.Exact(n, graph.Declared, graph.Site{}, "") }
	db := &manifest.Workload{Kind: "Compose", Name: "pg", Namespace: "default", Infra: "postgres", MaxConnections: limit(100)}
	pool := &manifest.Workload{Kind: "Compose", Name: "bouncer", Namespace: "default", Infra: "pgbouncer", MaxConnections: limit(600), Upstream: []string{"pg"}, Pool: limit(30)}
	far := &manifest.Workload{Kind: "Compose", Name: "far", Namespace: "default", Infra: "pgbouncer", MaxConnections: limit(50), Upstream: []string{"db.example.org"}}
	cat, err := catalog.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		uses   []*manifest.Workload
		id     string
		accept float64
		pooler string
	}{
		{"pooled", []*manifest.Workload{pool, pool}, "pg", 100, "Compose/bouncer"},
		{"pooled, then not", []*manifest.Workload{pool, db}, "pg", 100, ""},
		{"not, then pooled", []*manifest.Workload{db, pool}, "pg", 100, ""},
		{"a database that is not deployed", []*manifest.Workload{far}, "far", 50, "Compose/far"},
		{"no pooler", []*manifest.Workload{db}, "pg", 100, ""},
	} {
		l := &linker{in: Input{Manifests: &manifest.Set{Workloads: []*manifest.Workload{db, pool, far}}}, cat: cat, sys: &graph.System{},
			resources: map[string]*graph.Resource{}, ways: map[reachKey][]*manifest.Workload{}, edges: map[edgeKey]*graph.Edge{}}
		d := &deployment{svc: &graph.Service{ID: "shop"}}
		var r *graph.Resource
		for _, w := range c.uses {
			r = l.infraResource(w, "", "")
			l.connects(d, r, w)
		}
		e := &graph.Edge{From: "shop", To: r.ID, Kind: graph.EdgeQuery}
		l.edges[edgeKey{"shop", r.ID, graph.EdgeQuery}] = e
		l.poolers()
		got := ""
		if e.Pooler != nil {
			got = e.Pooler.Workload
		}
		if r.ID != c.id || r.MaxConnections == nil || r.MaxConnections.Low != c.accept || got != c.pooler {
			t.Errorf("%s: %s accepts %v through %q, want %s, %v and %q", c.name, r.ID, r.MaxConnections, got, c.id, c.accept, c.pooler)
		}
	}
}
