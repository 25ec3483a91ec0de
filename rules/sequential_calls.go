package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// sequentialCalls finds reads that wait for one another though none needs
// another's answer. Writes keep their order, and nothing moves past one.
func sequentialCalls(ix *graph.Index, _ *Options) []graph.Finding {
	byKey := map[string]*sequential{}
	var order []string
	for _, e := range ix.Bodies() {
		if e.Body == nil || occasionOf(e) == atStartup {
			continue
		}
		for _, g := range independent(e) {
			q := newSequential(e, g)
			key := siteKey(q.finding.Sites)
			if byKey[key] == nil {
				byKey[key] = q
				order = append(order, key)
				continue
			}
			byKey[key].merge(q)
		}
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, byKey[key].told())
	}
	return out
}

// A sequential is calls in a row in one function's text, for all endpoints
// that come through it.
type sequential struct {
	finding graph.Finding
	labels  []string // of the endpoints, in their order
	fn      string   // the function; "" where an endpoint's name says it
}

func (q *sequential) merge(o *sequential) {
	f := &q.finding
	f.Severity = mostSevere(f.Severity, o.finding.Severity)
	f.Subjects = append(f.Subjects[:1], unique(append(f.Subjects[1:], o.finding.Subjects...))...)
	if !slices.Contains(q.labels, o.labels[0]) {
		q.labels = append(q.labels, o.labels[0])
	}
}

// told is the finding with its subject: the endpoints, and the function in
// which the calls stand.
func (q *sequential) told() graph.Finding {
	f := q.finding
	f.Subject = entriesText(q.labels)
	if q.fn != "" && !strings.Contains(f.Subject, "("+short(q.fn)+")") { // a task has its function's name
		f.Subject += " (" + short(q.fn) + ")"
	}
	verb := " waits for "
	if len(q.labels) > 1 {
		verb = " wait for "
	}
	f.Message = f.Subject + verb + f.Message
	return f
}

func siteKey(sites []graph.Site) string {
	var words []string
	for _, s := range sites {
		words = append(words, s.String())
	}
	return strings.Join(words, " ")
}

func newSequential(e *graph.Endpoint, g group) *sequential {
	f := graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityWarning), Site: g.items[1].site,
		Subjects: []string{e.Service}, Certain: true,
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
	f.Message = strings.Join(texts, ", then ") + "; none needs another's answer"
	return &sequential{f, []string{label(e)}, g.fn}
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
