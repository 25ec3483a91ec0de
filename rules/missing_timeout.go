package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// missingTimeout finds remote calls whose wait nothing bounds. A call that
// waits under the context of its request is bounded by whoever calls its
// service, over as many services as hand it on. A context that is made or lost
// in a call's own line is one finding, whatever this call leads to; so are the
// calls to one target that a library makes without a context, and those that
// all wait under contexts of requests without a deadline.
func missingTimeout(ix *graph.Index, opt *Options) []graph.Finding {
	in := inheritance{ix, map[*graph.Endpoint]*inherited{}}
	byPlace := map[string]*untimed{}
	var order []string
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			u, ok := in.untimed(e, p, w.occasion(e))
			if !ok {
				return w, true
			}
			key := e.Service + " " + u.root()
			if u.shared != "" && opt.apart("missing-timeout", u.site, e.Service, u.ids[0]) {
				key += " " + u.site.String()
			}
			if old := byPlace[key]; old != nil {
				old.merge(u)
				return w, true
			}
			byPlace[key] = u
			order = append(order, key)
			return w, true
		})
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, byPlace[key].finding())
	}
	return out
}

// untimed is one place from which calls wait without a bound.
type untimed struct {
	in      *graph.Endpoint
	site    graph.Site
	fn      string
	sites   []graph.Site
	calls   []string
	ids     []string
	why     string
	reasons []string // of all that were merged
	shared  string   // what the calls to one target have in common as their cause; "" if the line is the cause
	path    []graph.Hop
	when    occasion
	certain bool
}

// untimed returns the place of p's call, if nothing bounds it.
func (in *inheritance) untimed(e *graph.Endpoint, p *graph.Place, when occasion) (*untimed, bool) {
	s := p.Step
	if s.Kind != graph.Call || s.Async || s.Message || s.Deadline == nil {
		return nil, false
	}
	u := &untimed{in: e, site: s.Site, fn: s.Func, calls: []string{callText(s)}, ids: []string{s.To}, path: way(e, p), when: when, certain: s.Certain}
	switch d := s.Deadline; d.Kind {
	case "none":
		u.site = lostAt(p, d.Site)
		u.sites = []graph.Site{s.Site, d.Site, wrapper(p)}
		u.why = d.Reason
		if strings.HasSuffix(d.Reason, noContext) {
			u.site, u.shared = s.Site, noContext
		}
		if d.Reason != "" && !d.Site.IsZero() {
			u.path = append(u.path, graph.Hop{Site: d.Site, Text: d.Reason, Service: e.Service})
		}
		return u, true
	case "request":
		i := in.of(e)
		u.why, u.shared, u.sites = i.why(), "request", []graph.Site{s.Site}
		u.certain = u.certain && i.certain
		u.path = append(i.hops(), u.path...)
		return u, i.unbounded
	}
	return nil, false
}

// wrapper returns the call of the innermost wrapper around p, a store behind an
// interface for one: the line that the caller's author wrote; zero if none is.
func wrapper(p *graph.Place) graph.Site {
	var out graph.Site
	for _, f := range p.Frames(nil) {
		if f.Wraps {
			out = f.Site
		}
	}
	return out
}

// lostAt returns the call on the way to p in whose line the context was made
// or lost, else p's own site.
func lostAt(p *graph.Place, lost graph.Site) graph.Site {
	for _, f := range p.Frames(nil) {
		if f.Site.File == lost.File && f.Site.Line == lost.Line {
			return f.Site
		}
	}
	return p.Step.Site
}

// noContext ends the reason of calls that a library makes without a context.
const noContext = " takes no context"

// root names the cause of the missing deadline among those of one service.
func (u *untimed) root() string {
	if u.shared == "" {
		return u.site.String()
	}
	return u.shared + " " + u.ids[0] + " " + u.when.lower(graph.SeverityWarning)
}

func (u *untimed) merge(v *untimed) {
	u.reasons = append(u.reasons, v.why)
	u.sites = append(u.sites, v.sites...)
	u.calls = append(u.calls, v.calls...)
	u.ids = append(u.ids, v.ids...)
	if v.when > u.when || v.certain && !u.certain && v.when == u.when {
		u.in, u.path, u.why, u.when, u.certain = v.in, v.path, v.why, v.when, v.certain
	}
}

func (u *untimed) finding() graph.Finding {
	ids, calls := unique(u.ids), unique(u.calls)
	f := graph.Finding{
		Severity: u.when.lower(graph.SeverityWarning), Site: u.site, Sites: slices.Clone(u.sites), Path: u.path, Certain: u.certain,
		Subject: u.in.Service + " -> " + and(ids), Subjects: append([]string{u.in.Service}, ids...),
		Message:  u.in.Service + " waits for " + u.what(calls) + " without a deadline",
		Identity: identity(u.in.Service, strings.Join(ids, ","), u.fn, strings.Join(calls, ",")),
	}
	if why := u.reason(); why != "" {
		f.Message += ": " + why
	}
	return f
}

// what names the calls, the target once where they share it.
func (u *untimed) what(calls []string) string {
	places := map[string]bool{}
	for _, s := range append(slices.Clone(u.sites), u.site) {
		if !s.IsZero() {
			places[s.String()] = true
		}
	}
	if u.shared == "" || len(places) < 2 {
		return and(calls)
	}
	prefix := u.ids[0] + " ("
	names := make([]string, len(calls))
	for i, c := range calls {
		names[i] = strings.TrimSuffix(strings.TrimPrefix(c, prefix), ")")
		if !strings.HasPrefix(c, prefix) {
			return entriesText(calls) + " at " + count(len(places), "place")
		}
	}
	return prefix + entriesText(names) + ") at " + count(len(places), "place")
}

// reason says why nothing bounds the calls, and of how many that is not the
// same reason.
func (u *untimed) reason() string {
	all := unique(append(slices.Clone(u.reasons), u.why))
	if len(all) < 2 {
		return u.why
	}
	if u.shared == noContext {
		for i, r := range all {
			all[i] = strings.TrimSuffix(r, noContext)
		}
		return entriesText(all) + " take no context"
	}
	return u.why + ", and " + count(len(all)-1, "other request") + " likewise"
}
