package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// statefulService finds what a service remembers between requests by itself,
// one finding for each object that holds it, and services whose manifests pin
// them to their replica.
func statefulService(ix *graph.Index, opt *Options) []graph.Finding {
	var out []graph.Finding
	for _, s := range ix.System.Services {
		var names []string
		groups := map[string][]graph.State{}
		for _, c := range s.State {
			if !remembers(&c) || opt.states(StatefulByDesign, c.Name) {
				continue
			}
			owner := ownerOf(c.Name)
			if groups[owner] == nil {
				names = append(names, owner)
			}
			groups[owner] = append(groups[owner], c)
		}
		for _, n := range names {
			out = append(out, stateFinding(ix, s, groups[n]))
		}
		if len(names) == 0 && len(s.Stateful)+len(s.Sticky) > 0 {
			out = append(out, pinnedFinding(s))
		}
	}
	return out
}

// remembers reports whether a cell is state of the service (S1 to S4): it is
// written on a request with data of the request, read again by one, and no
// copy of what is kept elsewhere.
func remembers(c *graph.State) bool {
	if c.Excused != "" || c.Backed != "" || len(c.Writers) == 0 || len(c.Readers) == 0 {
		return false
	}
	switch c.Kind {
	case "session-store", "local-cache", "file", "embedded-db":
		return true // they hold what is put in, whatever chose the key
	}
	return c.Request
}

// ownerOf returns the type of "Type.field": its fields are one object.
func ownerOf(name string) string {
	if i := strings.LastIndexByte(name, '.'); i > strings.LastIndexByte(name, '/') {
		owner := name[:i]
		if strings.ContainsAny(owner[strings.LastIndexByte(owner, '/')+1:], ".)") {
			return owner // path.Type.field; path.var stands alone
		}
	}
	return name
}

func stateFinding(ix *graph.Index, s *graph.Service, cells []graph.State) graph.Finding {
	f := graph.Finding{Severity: graph.SeverityError, Site: cells[0].Site, Subjects: []string{s.ID}, Certain: true}
	var names, kinds, writers, readers []string
	for _, c := range cells {
		names = append(names, short(c.Name))
		kinds = append(kinds, c.Kind)
		writers = append(writers, c.Writers...)
		readers = append(readers, c.Readers...)
		f.Sites = append(append(f.Sites, c.Site), c.Writes...)
		f.Certain = f.Certain && c.Certain
	}
	f.Sites = append(f.Sites, s.Sticky...)
	f.Subject = s.ID + " " + and(unique(names))
	f.Identity = identity(s.ID, strings.Join(unique(names), ","))
	writers, readers = unique(writers), unique(readers)
	f.Message = s.ID + " remembers between requests in " + and(unique(names)) + " (" + and(unique(kinds)) + "): written by " +
		entriesText(writers) + ", read by " + entriesText(readers) + replicaText(s)
	f.Path = statePath(ix, s, &cells[0])
	if !f.Certain {
		f.Severity = graph.SeverityWarning
	}
	return f
}

func statePath(ix *graph.Index, s *graph.Service, c *graph.State) []graph.Hop {
	var hops []graph.Hop
	i := slices.IndexFunc(ix.System.Endpoints, func(e *graph.Endpoint) bool {
		return e.Service == s.ID && e.Name == c.Writers[0]
	})
	if i >= 0 {
		hops = append(hops, graph.Hop{Site: ix.System.Endpoints[i].Handler, Text: c.Writers[0], Service: s.ID})
	}
	for _, f := range c.Path {
		hops = append(hops, graph.Hop{Site: f.Site, Text: "calls " + short(f.Func), Service: s.ID})
	}
	for _, w := range c.Writes {
		hops = append(hops, graph.Hop{Site: w, Text: "writes " + short(c.Name), Service: s.ID})
	}
	for _, r := range c.Reads {
		hops = append(hops, graph.Hop{Site: r, Text: "reads " + short(c.Name), Service: s.ID})
	}
	return hops
}

// replicaText says how many copies of the memory there are.
func replicaText(s *graph.Service) string {
	n := 0
	if s.Replicas != nil {
		n = *s.Replicas
	}
	if s.HPAMax != nil {
		n = max(n, *s.HPAMax)
	}
	text := ""
	if n > 1 {
		text = "; each of up to " + count(n, "replica") + " has its own"
	}
	if len(s.Sticky) > 0 {
		text += "; its clients are pinned to a replica"
	}
	return text
}

func pinnedFinding(s *graph.Service) graph.Finding {
	sites := append(slices.Clone(s.Stateful), s.Sticky...)
	var why []string
	if len(s.Stateful) > 0 {
		why = append(why, "is deployed with a disk or an identity of its own")
	}
	if len(s.Sticky) > 0 {
		why = append(why, "has its clients pinned to a replica")
	}
	f := graph.Finding{
		Severity: graph.SeverityWarning, Site: sites[0], Sites: sites, Certain: s.Certain,
		Subject: s.ID, Subjects: []string{s.ID}, Message: s.ID + " " + and(why) + "; no state was seen in its code",
		Identity: identity(s.ID, "manifest"),
	}
	if s.Language != "go" {
		f.Message = s.ID + " " + and(why) + "; its code was not read"
	}
	for _, site := range sites {
		f.Path = append(f.Path, graph.Hop{Site: site, Text: "manifest of " + s.ID, Service: s.ID})
	}
	return f
}
