package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// connectionBudget adds up the connections that all services may open to one
// server, at their scalers' maxima, and compares them with what it accepts;
// and it finds pools without a bound.
func connectionBudget(ix *graph.Index, _ *Options) []graph.Finding {
	var servers []string
	demands := map[string][]demand{}
	for _, e := range ix.System.Edges {
		r, s := ix.Resource(e.To), ix.Service(e.From)
		if r == nil || s == nil || !e.Pooled || !limited(r) {
			continue
		}
		name := r.Server
		if name == "" {
			name = r.ID
		}
		if demands[name] == nil {
			servers = append(servers, name)
		}
		demands[name] = append(demands[name], demand{e, s, r})
	}
	var out []graph.Finding
	var pooled []demand
	for _, name := range servers {
		var bounded, unbounded []demand
		for _, d := range demands[name] {
			if d.edge.Pool == nil {
				unbounded = append(unbounded, d)
			} else {
				bounded = append(bounded, d)
			}
		}
		for _, group := range bySetting(unbounded) {
			out = append(out, unboundedFinding(group))
		}
		if f, ok := budgetFinding(name, bounded, unbounded); ok {
			out = append(out, f)
		}
		pooled = append(pooled, bounded...)
	}
	return append(out, clientFindings(pooled)...)
}

// bySetting groups demands on one resource by the place that sets their bound.
func bySetting(demands []demand) [][]demand {
	var out [][]demand
	for _, d := range demands {
		i := slices.IndexFunc(out, func(g []demand) bool { return g[0].site() == d.site() && g[0].resource == d.resource })
		if i < 0 {
			out = append(out, []demand{d})
		} else {
			out[i] = append(out[i], d)
		}
	}
	return out
}

func unboundedFinding(group []demand) graph.Finding {
	r, e := group[0].resource, group[0].edge
	f := graph.Finding{Severity: graph.SeverityNote, Site: group[0].site(), Certain: true}
	var ids []string
	replicas := 0
	for _, d := range group {
		n, _ := d.replicas()
		replicas += n
		ids = append(ids, d.service.ID)
		f.Certain = f.Certain && d.edge.Certain
		if len(d.edge.FromEndpoints) > 0 {
			f.Severity = graph.SeverityWarning
		}
		f.Path = append(f.Path, graph.Hop{Site: d.site(), Text: "the pool of " + d.service.ID + " has no bound", Service: d.service.ID})
	}
	ids = unique(ids)
	f.Subject = and(ids) + " -> " + r.ID
	f.Subjects = append(slices.Clone(ids), r.ID)
	f.Identity = identity(strings.Join(ids, ","), r.ID, "unbounded")
	verb := " opens"
	if len(ids) > 1 {
		verb = " open"
	}
	f.Message = and(ids) + verb + " connections to " + r.ID + " without a bound"
	if !e.PoolSet {
		f.Message += " (the library's default)"
	}
	if replicas > 1 {
		f.Message += ", from " + count(replicas, "replica")
	}
	name, most := r.ID, accepts(r)
	if p := e.Pooler; p != nil {
		f.Message += ", through " + p.Workload
		name, most = p.Workload, p.All(p.Clients)
	}
	if most != nil {
		f.Message += "; it accepts " + quantity(most, "")
		f.Path = append(f.Path, graph.Hop{Site: most.Site, Text: name + " accepts " + quantity(most, "connections") + note(most)})
	}
	return f
}

// budgetFinding compares what services and poolers open to a server with what
// it accepts. A pooler whose database is not known stands for it, and is asked
// for by its clients alone.
func budgetFinding(server string, bounded, unbounded []demand) (graph.Finding, bool) {
	direct, _ := behindPoolers(bounded)
	_, poolers := behindPoolers(slices.Concat(bounded, unbounded))
	switch {
	case len(direct) > 0:
		return overBudget(server, accepts(direct[0].resource), direct, poolers)
	case len(poolers) > 0:
		return overBudget(server, accepts(poolers[0].resource), nil, poolers)
	}
	return graph.Finding{}, false
}

// overBudget compares connections that may be opened with those that are
// accepted.
func overBudget(server string, most *graph.Quantity, demands []demand, poolers []poolerDemand) (graph.Finding, bool) {
	f := graph.Finding{Severity: graph.SeverityError, Subject: server, Certain: true}
	if most == nil {
		return f, false
	}
	total := 0.0
	var terms, ids []string
	for _, d := range demands {
		n, why := d.replicas()
		total += d.edge.Pool.High * float64(n)
		terms = append(terms, fmt.Sprintf("%s %s x %d", d.service.ID, number4(d.edge.Pool.High), n))
		ids = append(ids, d.service.ID, d.resource.ID)
		f.Sites = append(f.Sites, d.site())
		f.Certain = f.Certain && d.edge.Certain && (d.service.Replicas != nil || d.service.HPAMax != nil)
		f.Path = append(f.Path, graph.Hop{Site: d.site(), Service: d.service.ID,
			Text: fmt.Sprintf("%s: %s x %d (%s)", d.service.ID, quantity(d.edge.Pool, "connections")+note(d.edge.Pool), n, why)})
	}
	for _, d := range poolers {
		q := d.opens()
		if q == nil {
			continue
		}
		total += q.High
		terms = append(terms, d.term(q))
		ids = append(ids, d.resource.ID)
		f.Sites = append(f.Sites, q.Site)
		f.Path = append(f.Path, graph.Hop{Site: q.Site, Text: fmt.Sprintf("%s: %s to %s", d.pooler.Workload, quantity(q, "connections")+note(q), d.resource.ID)})
	}
	if total <= most.High {
		return f, false
	}
	if most.Source == graph.Assumed {
		f.Severity, f.Certain = graph.SeverityWarning, false
	}
	f.Path = append(f.Path, graph.Hop{Site: most.Site, Text: server + " accepts " + quantity(most, "connections") + note(most)})
	f.Site = f.Sites[0]
	f.Subjects = unique(ids)
	f.Identity = identity(server, "budget")
	f.Message = fmt.Sprintf("%s accepts %s connections and may be asked for %s: %s",
		server, quantity(most, ""), number4(total), strings.Join(terms, " + "))
	return f, true
}

// note adds where a number came from.
func note(q *graph.Quantity) string {
	if q.Note == "" {
		return ""
	}
	return ", " + q.Note
}
