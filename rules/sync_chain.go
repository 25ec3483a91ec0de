package rules

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// syncChain finds paths of service hops in which each waits for the next.
func syncChain(ix *graph.Index, opt *Options) []graph.Finding {
	g := newChains(ix)
	merged := map[string]*graph.Finding{}
	more := map[string][]string{}
	var order []string
	for _, e := range ix.Bodies() {
		n := g.nodes[e.ID()]
		if n == nil || !g.entry(e) {
			continue
		}
		for _, c := range g.chains(n, opt.chainLength()) {
			key := ownSite(ix, e.Service, c[0].call.Place).String() + " " + strings.Join(services(e, c), " -> ")
			if f, ok := merged[key]; ok {
				more[key] = append(more[key], label(e))
				if s := occasionOf(e).lower(graph.SeverityError); rank(s) > rank(f.Severity) {
					f.Severity = s
				}
				continue
			}
			f := chainFinding(ix, e, c)
			merged[key] = &f
			order = append(order, key)
		}
	}
	var out []graph.Finding
	for _, key := range order {
		f := merged[key]
		if n := len(unique(more[key])); n > 0 {
			f.Message = strings.Replace(f.Message, " waits for ", " (and "+count(n, "other entry point")+") waits for ", 1)
		}
		out = append(out, *f)
	}
	return out
}

func chainFinding(ix *graph.Index, e *graph.Endpoint, c []arc) graph.Finding {
	ids := services(e, c)
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityError),
		Site:     ownSite(ix, e.Service, c[0].call.Place),
		Subject:  strings.Join(ids, " -> "),
		Subjects: ids,
		Message:  label(e) + " waits for " + count(len(c), "service") + " in a row: " + strings.Join(ids[1:], " -> "),
		Path:     []graph.Hop{{Site: e.Handler, Text: label(e), Service: e.Service}},
		Certain:  true,
	}
	id := []string{strings.Join(ids, ","), e.Name}
	for _, a := range c {
		s := a.call.Place.Step
		site := ownSite(ix, a.call.From.Service, a.call.Place)
		f.Path = append(f.Path, graph.Hop{Site: site, Service: a.call.From.Service,
			Text: a.call.From.Service + " waits for " + callText(s) + deadlineText(s.Deadline)})
		f.Sites = append(f.Sites, site)
		f.Certain = f.Certain && s.Certain && len(a.call.Targets) <= 1
		id = append(id, s.Operation)
	}
	f.Identity = identity(id...)
	return f
}

func services(e *graph.Endpoint, c []arc) []string {
	ids := []string{e.Service}
	for _, a := range c {
		ids = append(ids, a.call.To.ID)
	}
	return ids
}
