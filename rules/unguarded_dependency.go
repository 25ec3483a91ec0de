package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// unguardedDependency finds external systems that requests wait for with no
// rate limit, no circuit breaker and no declared limit in between.
func unguardedDependency(ix *graph.Index, _ *Options) []graph.Finding {
	var out []graph.Finding
	for _, r := range ix.System.Resources {
		if r.Kind != graph.External || r.Rate != nil || r.Concurrency != nil {
			continue
		}
		f := graph.Finding{Severity: graph.SeverityNote, Subject: r.ID, Subjects: []string{r.ID}, Certain: r.Certain}
		var users []string
		for _, e := range ix.Into(r.ID) {
			if !e.Sync || e.Limiter != nil || !e.Breaker.IsZero() || ix.Service(e.From) == nil || len(e.Sites) == 0 {
				continue
			}
			users = append(users, e.From)
			f.Sites = append(f.Sites, e.Sites...)
			f.Certain = f.Certain && e.Certain
			if len(e.FromEndpoints) > 0 {
				f.Severity = graph.SeverityWarning
			}
			for _, site := range e.Sites {
				f.Path = append(f.Path, graph.Hop{Site: site, Text: e.From + " waits for " + r.ID, Service: e.From})
			}
		}
		if len(users) == 0 {
			continue
		}
		users = unique(users)
		f.Site = f.Path[0].Site
		f.Subjects = append(f.Subjects, users...)
		f.Identity = identity(r.ID)
		f.Message = and(users) + " waits for " + r.ID + " (external) with no rate limit, no circuit breaker and no declared limit"
		if len(users) > 1 {
			f.Message = and(users) + " wait for " + r.ID + " (external) with no rate limit, no circuit breaker and no declared limit"
		}
		out = append(out, f)
	}
	return out
}
