package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// singleNodeDatabase finds stores that the system deploys itself as one node.
// Several databases on one server are one finding. A cache counts where it is
// the only store of a service, a queue where its technology is a store's.
func singleNodeDatabase(ix *graph.Index, _ *Options) []graph.Finding {
	byServer := map[string]int{}
	var out []graph.Finding
	for _, r := range ix.System.Resources {
		users := clientsOf(ix, r)
		if r.Workload == "" || r.Nodes == nil || r.Nodes.High > 1 || r.ReplicasNode != nil && r.ReplicasNode.High > 0 ||
			len(users) == 0 || !isStore(ix, r, users) {
			continue
		}
		if i, met := byServer[r.Workload]; met {
			f := &out[i]
			f.Subjects = unique(append(append(f.Subjects, r.ID), users...))
			continue
		}
		byServer[r.Workload] = len(out)
		site := r.Nodes.Site
		if site.IsZero() && len(r.Evidence) > 0 {
			site = r.Evidence[0]
		}
		out = append(out, graph.Finding{
			Severity: graph.SeverityWarning, Site: site, Subject: r.ID, Subjects: append([]string{r.ID}, users...),
			Path:     []graph.Hop{{Site: site, Text: r.Workload + " runs " + r.Technology + " as one node"}},
			Certain:  r.Certain && r.Nodes.Source != graph.Assumed,
			Identity: identity(r.Workload, r.Technology),
		})
	}
	for i := range out {
		f := &out[i]
		r := ix.Resource(f.Subject)
		var users []string
		for _, id := range f.Subjects {
			if ix.Service(id) != nil {
				users = append(users, id)
			}
		}
		f.Message = r.ID + " (" + r.Technology + ") runs as one node with no replica; used by " + and(unique(users))
		if !r.Persistent {
			f.Message += "; its data goes with the pod"
		}
	}
	return out
}

// clientsOf returns the ids of the services with an edge to r.
func clientsOf(ix *graph.Index, r *graph.Resource) []string {
	var ids []string
	for _, e := range ix.Into(r.ID) {
		if ix.Service(e.From) != nil {
			ids = append(ids, e.From)
		}
	}
	return unique(ids)
}

// isStore reports whether r keeps what nothing else keeps.
func isStore(ix *graph.Index, r *graph.Resource, users []string) bool {
	switch r.Kind {
	case graph.Datastore:
		return true
	case graph.Queue:
		return strings.HasPrefix(r.Technology, "redis") || r.Technology == "postgres" || r.Technology == "mysql"
	case graph.Cache:
		return r.Technology != "memcached" && slices.ContainsFunc(users, func(u string) bool { return !hasDatastore(ix, u) })
	}
	return false
}

func hasDatastore(ix *graph.Index, service string) bool {
	return slices.ContainsFunc(ix.System.Edges, func(e *graph.Edge) bool {
		r := ix.Resource(e.To)
		return e.From == service && r != nil && r.Kind == graph.Datastore
	})
}
