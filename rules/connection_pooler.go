package rules

import (
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// poolerDemand is what a connection pooler opens to one database.
type poolerDemand struct {
	pooler   *graph.Pooler
	resource *graph.Resource
}

// behindPoolers splits the demands on a server into those that reach it
// directly and what the poolers between open in the others' place, one for
// each database: a pooler opens its pool once at least, for the one user that
// all of its clients may be.
func behindPoolers(demands []demand) (direct []demand, poolers []poolerDemand) {
	for _, d := range demands {
		p := d.edge.Pooler
		if p == nil {
			direct = append(direct, d)
			continue
		}
		if p.Workload == d.resource.Workload {
			continue // its database is not known
		}
		if !slices.ContainsFunc(poolers, func(o poolerDemand) bool { return o.pooler.Workload == p.Workload && o.resource == d.resource }) {
			poolers = append(poolers, poolerDemand{p, d.resource})
		}
	}
	return direct, poolers
}

// opens returns how many connections all replicas of a pooler open to a
// database; nil if it is not known.
func (d poolerDemand) opens() *graph.Quantity {
	q := d.pooler.All(d.pooler.Pool)
	if most := d.pooler.All(d.pooler.Most); most != nil && (q == nil || most.High < q.High) {
		q = most
	}
	return q
}

// clientFindings compares what services open to each pooler with what it
// accepts.
func clientFindings(demands []demand) []graph.Finding {
	var names []string
	by := map[string][]demand{}
	for _, d := range demands {
		if p := d.edge.Pooler; p != nil && d.edge.Pool != nil && p.Clients != nil {
			if by[p.Workload] == nil {
				names = append(names, p.Workload)
			}
			by[p.Workload] = append(by[p.Workload], d)
		}
	}
	var out []graph.Finding
	for _, name := range names {
		p := by[name][0].edge.Pooler
		if f, ok := overBudget(name, p.All(p.Clients), by[name], nil); ok {
			out = append(out, f)
		}
	}
	return out
}

// term is a pooler's part of a sum of connections.
func (d poolerDemand) term(q *graph.Quantity) string {
	return fmt.Sprintf("%s %s", d.pooler.Workload, number4(q.High))
}
