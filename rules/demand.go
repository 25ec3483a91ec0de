package rules

import "github.com/coordlint/coordlint/graph"

// limited reports whether connections to r are worth counting.
func limited(r *graph.Resource) bool {
	return r.Kind == graph.Datastore || r.Kind == graph.Cache || r.Kind == graph.Queue
}

// A demand is what one service may open.
type demand struct {
	edge     *graph.Edge
	service  *graph.Service
	resource *graph.Resource
}

// replicas returns the greatest number of replicas and who says so.
func (d demand) replicas() (int, string) {
	switch {
	case d.service.HPAMax != nil:
		return *d.service.HPAMax, "the scaler's maximum"
	case d.service.Replicas != nil:
		return *d.service.Replicas, "replicas"
	}
	return 1, "one replica assumed"
}

// site is where the pool's bound was set, else where the client is made.
func (d demand) site() graph.Site {
	e := d.edge
	switch {
	case !e.PoolSite.IsZero():
		return e.PoolSite
	case e.Pool != nil && !e.Pool.Site.IsZero():
		return e.Pool.Site
	case len(e.Opened) > 0:
		return e.Opened[0]
	case len(e.Sites) > 0:
		return e.Sites[0]
	}
	return d.service.Site
}

// accepts returns how many connections the server takes: what is known of it,
// else its technology's default; nil if there is none worth naming.
func accepts(r *graph.Resource) *graph.Quantity {
	if r.MaxConnections != nil {
		return r.MaxConnections
	}
	// Defaults of PostgreSQL 17 (max_connections, 3 of them reserved for
	// superusers), MySQL 8.4 (max_connections), Redis 7.4 (maxclients) and
	// memcached 1.6 (-c).
	for _, d := range []struct {
		technology string
		most       float64
	}{{"postgres", 100}, {"mysql", 151}, {"mariadb", 151}, {"redis", 10000}, {"memcached", 1024}} {
		if r.Technology == d.technology {
			return graph.Exact(d.most, graph.Assumed, graph.Site{}, d.technology+"'s default")
		}
	}
	return nil
}
