package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// sequentialCalls finds reads that wait for one another though none needs
// another's answer. Writes keep their order, and nothing moves past one.
func sequentialCalls(ix *graph.Index, _ *Options) []graph.Finding {
	byKey := map[string]int{}
	var out []graph.Finding
	for _, e := range ix.Bodies() {
		if e.Body == nil || occasionOf(e) == atStartup {
			continue
		}
		for _, g := range independent(e) {
			f := sequentialFinding(e, g)
			key := siteKey(f.Sites)
			if i, met := byKey[key]; met {
				o := &out[i]
				o.Severity = mostSevere(o.Severity, f.Severity)
				o.Subjects = append(o.Subjects[:1], unique(append(o.Subjects[1:], f.Subjects...))...)
				continue
			}
			byKey[key] = len(out)
			out = append(out, f)
		}
	}
	return out
}

func siteKey(sites []graph.Site) string {
	var words []string
	for _, s := range sites {
		words = append(words, s.String())
	}
	return strings.Join(words, " ")
}

func sequentialFinding(e *graph.Endpoint, g group) graph.Finding {
	who := label(e)
	if g.fn != "" {
		who = e.Service + " (" + short(g.fn) + ")"
	}
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityWarning), Site: g.items[1].site,
		Subject: who, Subjects: []string{e.Service}, Certain: true,
		Path: []graph.Hop{{Site: e.Handler, Text: label(e), Service: e.Service}},
	}
	var texts, ids []string
	for _, it := range g.items {
		var calls []string
		for _, c := range it.calls {
			calls = append(calls, callText(c))
			ids = append(ids, c.To)
			f.Certain = f.Certain && c.Certain
		}
		text := entriesText(unique(calls))
		if it.either() {
			text = or(unique(calls))
		}
		texts = append(texts, text)
		f.Sites = append(f.Sites, it.site)
		if len(it.calls) == 1 {
			f.Sites = append(f.Sites, it.calls[0].Site)
		}
		f.Path = append(f.Path, graph.Hop{Site: it.site, Text: "waits for " + text, Service: e.Service})
	}
	f.Subjects = append(f.Subjects, unique(ids)...)
	f.Identity = identity(e.Service, g.fn, e.Name, strings.Join(texts, ","))
	f.Message = who + " waits for " + strings.Join(texts, ", then ") + "; none needs another's answer"
	return f
}

// levels returns groups of two or more items that could start together: those
// of one level between two fixed items, an item's level being one more than
// the highest of those whose answers it needs.
func levels(items []item) [][]item {
	var out [][]item
	start := 0
	for i := 0; i <= len(items); i++ {
		if i == len(items) || items[i].fixed {
			out = append(out, levelsOf(items[start:i])...)
			start = i + 1
		}
	}
	return out
}

func levelsOf(items []item) [][]item {
	level := make([]int, len(items))
	byLevel := make([][]item, len(items)+1)
	for i, it := range items {
		for j := range i {
			if slices.ContainsFunc(it.needs, func(id int) bool { return slices.Contains(items[j].ids, id) }) {
				level[i] = max(level[i], level[j]+1)
			}
		}
		again := slices.ContainsFunc(byLevel[level[i]], func(o item) bool { return o.site == it.site || o.excludes(it) })
		if it.free && !again { // one call with two possible targets makes one of them
			byLevel[level[i]] = append(byLevel[level[i]], it)
		}
	}
	return slices.DeleteFunc(byLevel, func(g []item) bool { return len(g) < 2 })
}
