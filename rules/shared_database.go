package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// sharedDatabase finds databases that two or more services use. A server with
// a database for each is no finding; a cache is one only where two services
// use the same keys.
func sharedDatabase(ix *graph.Index, opt *Options) []graph.Finding {
	var out []graph.Finding
	for _, r := range ix.System.Resources {
		if r.Kind != graph.Datastore && r.Kind != graph.Cache {
			continue
		}
		users := slices.DeleteFunc(usersOf(ix, r), assumed)
		if len(users) < 2 {
			continue
		}
		t := tablesOf(r, users)
		if r.Kind == graph.Cache && len(t.shared) == 0 {
			continue
		}
		if opt.states(SharedReadOnly, r.ID) && len(t.writers) < 2 {
			continue
		}
		out = append(out, sharedFinding(ix, r, users, t))
	}
	return out
}

// A user is a service with its edges to one resource.
type user struct {
	service *graph.Service
	edges   []*graph.Edge
}

// usersOf returns the services that query r, by id. Publishing to it and
// holding a lock in it do not count.
func usersOf(ix *graph.Index, r *graph.Resource) []user {
	var out []user
	for _, e := range ix.Into(r.ID) {
		s := ix.Service(e.From)
		if s == nil || (e.Kind != graph.EdgeQuery && e.Kind != graph.EdgeCache) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].service == s {
			out[n-1].edges = append(out[n-1].edges, e)
			continue
		}
		out = append(out, user{s, []*graph.Edge{e}})
	}
	return out
}

// assumed reports whether nothing but the address of its own container says
// that a service uses the resource.
func assumed(u user) bool {
	return !slices.ContainsFunc(u.edges, func(e *graph.Edge) bool { return !e.Assumed })
}

// opened returns the sites where the user's client is made, else where it is used.
func (u user) opened() []graph.Site {
	var out, uses []graph.Site
	for _, e := range u.edges {
		out = append(out, e.Opened...)
		uses = append(uses, e.Sites...)
	}
	if len(out) == 0 && len(uses) > 0 {
		return uses[:1]
	}
	return out
}

// tables says which parts of a resource more than one service uses.
type tables struct {
	shared  []string // used by two or more services and not only read
	all     bool     // the tables of every user are known
	writers []string // services that write any
}

func tablesOf(r *graph.Resource, users []user) tables {
	by := map[string][]string{} // table -> services
	written := map[string]bool{}
	known := map[string]bool{}
	var t tables
	for _, u := range r.Tables {
		by[u.Name] = append(by[u.Name], u.Service)
		known[u.Service] = true
		if u.Writes {
			written[u.Name] = true
			t.writers = append(t.writers, u.Service)
		}
	}
	for name, services := range by {
		if len(unique(services)) > 1 && written[name] {
			t.shared = append(t.shared, name)
		}
	}
	t.shared, t.writers = unique(t.shared), unique(t.writers)
	t.all = !slices.ContainsFunc(users, func(u user) bool { return !known[u.service.ID] })
	return t
}

func sharedFinding(ix *graph.Index, r *graph.Resource, users []user, t tables) graph.Finding {
	f := graph.Finding{Severity: graph.SeverityError, Subject: r.ID, Subjects: []string{r.ID}, Certain: r.Certain}
	var ids, mains []string
	onRequest := false
	for _, u := range users {
		ids = append(ids, u.service.ID)
		mains = append(mains, u.service.Main)
		sites := u.opened()
		f.Sites = append(f.Sites, sites...)
		if len(sites) > 0 {
			f.Path = append(f.Path, graph.Hop{Site: sites[0], Text: u.service.ID + " uses " + r.ID + uses(r, u.service.ID), Service: u.service.ID})
		}
		for _, e := range u.edges {
			f.Certain = f.Certain && e.Certain
			onRequest = onRequest || len(e.FromEndpoints) > 0 || u.service.Language != "go"
		}
	}
	f.Sites = sortSites(f.Sites)
	f.Site = users[0].service.Site
	if len(f.Path) > 0 {
		f.Site = f.Path[0].Site
	}
	f.Subjects = append(f.Subjects, ids...)
	f.Identity = identity(r.ID, strings.Join(ids, ","))
	f.Message = r.ID + " (" + r.Technology + ") is used by " + count(len(users), "service") + ": " + and(ids)
	switch {
	case len(t.shared) > 0:
		f.Message += "; in common: " + and(t.shared)
	case t.all:
		f.Message += "; no table that one writes is used by another"
		f.Severity = graph.SeverityWarning
	}
	if len(t.writers) > 0 {
		f.Message += "; written by " + and(t.writers)
	}
	if same := unique(mains); len(same) == 1 && !slices.Contains(mains, "") {
		f.Message += "; one program, deployed " + count(len(users), "time")
		f.Severity = graph.SeverityWarning
	}
	if !onRequest {
		f.Severity = graph.SeverityNote
	}
	return f
}

// uses lists the tables that the service uses and whether it writes them.
func uses(r *graph.Resource, service string) string {
	var words []string
	for _, u := range r.Tables {
		if u.Service != service {
			continue
		}
		if u.Writes {
			words = append(words, u.Name+" (writes)")
		} else {
			words = append(words, u.Name)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return ": " + strings.Join(unique(words), ", ")
}
