package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// callInLoop finds remote calls of which a request makes one for each element
// of a collection. A call in the loop's text is one finding, whatever it leads to.
func callInLoop(ix *graph.Index, _ *Options) []graph.Finding {
	byKey := map[string]*looped{}
	var order []string
	for _, e := range ix.Bodies() {
		type state struct {
			loop   *graph.Step // the innermost loop over data
			anchor graph.Site  // the call in the loop's text; zero: still in the text
			waiting
		}
		graph.Walk(e.Body, state{}, func(p *graph.Place, k state) (state, bool) {
			s := p.Step
			k.waiting = k.waiting.enter(s)
			if k.loop != nil && k.anchor.IsZero() {
				k.anchor = leaving(s)
			}
			if (s.Kind == graph.Loop || s.Kind == graph.Each) && s.Data && (s.Over != "" && !s.Fed || occasionOf(e) >= onEvent) {
				k.loop, k.anchor = s, graph.Site{} // a worker's endless loop goes over nothing, nor does one that is fed
			}
			if k.loop != nil && perRound(s) {
				site := k.anchor
				if site.IsZero() {
					site = s.Site
				}
				key := e.Service + " " + site.String() + " " + k.loop.Site.String()
				if byKey[key] == nil {
					byKey[key] = &looped{in: e, loop: k.loop, site: site, place: p, certain: true}
					order = append(order, key)
				}
				byKey[key].add(s, occasion(min(k.occasion(e), occasionOf(e))), k.detached)
			}
			return k, true
		})
	}
	var out []graph.Finding
	for _, key := range order {
		out = append(out, byKey[key].finding())
	}
	return out
}

// perRound reports whether each round of a loop pays for a call of its own. A
// call that needs its own answer of the round before goes through pages.
func perRound(s *graph.Step) bool {
	paged := slices.ContainsFunc(s.Needs, func(id int) bool { return s.ID > 0 && id >= s.ID })
	return s.Kind == graph.Call && !s.Async && !s.Message && !s.Startup && !paged
}

// looped is a call in the text of a loop, with the remote calls it leads to.
type looped struct {
	in       *graph.Endpoint
	loop     *graph.Step
	site     graph.Site
	place    *graph.Place
	calls    []string
	ids      []string
	severity string
	detached bool
	certain  bool
}

func (l *looped) add(s *graph.Step, when occasion, detached bool) {
	l.calls = append(l.calls, callText(s))
	l.ids = append(l.ids, s.To)
	l.certain = l.certain && s.Certain
	l.detached = l.detached || detached
	if detached && when == inBackground {
		when = occasionOf(l.in) // a request leaves one behind for each element
	}
	if s := when.lower(graph.SeverityWarning); l.severity == "" || rank(s) > rank(l.severity) {
		l.severity = s
	}
}

func (l *looped) finding() graph.Finding {
	calls := unique(l.calls)
	f := graph.Finding{
		Severity: l.severity, Site: l.site, Subject: l.in.Service + " " + short(l.loop.Func),
		Subjects: unique(append(l.ids, l.in.Service)), Path: way(l.in, l.place), Certain: l.certain,
		Identity: identity(l.in.Service, l.loop.Func, l.loop.Over, strings.Join(calls, ",")),
		Message:  l.in.Service + " waits for " + and(calls) + " once per " + over(l.loop),
	}
	switch {
	case l.detached:
		f.Message = strings.Replace(f.Message, " waits for ", " uses ", 1) + ", in goroutines"
	case l.loop.Kind == graph.Each:
		f.Message += ", at the same time"
	default:
		f.Message += ", one after another"
	}
	return f
}
