package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// unusedAnswer finds calls that a request waits for and whose answer changes
// nothing.
func unusedAnswer(ix *graph.Index, _ *Options) []graph.Finding {
	seen := map[string]bool{}
	var out []graph.Finding
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			if !wasted(p.Step) || w.detached || w.occasion(e) < onEvent {
				return w, true
			}
			f := unusedFinding(e, p)
			if key := e.Service + " " + f.Site.String() + " " + p.Step.Operation; !seen[key] {
				seen[key] = true
				out = append(out, f)
			}
			return w, true
		})
	}
	return out
}

// wasted reports whether nothing depends on a call's answer. What runs on a
// transaction, on an open stream or after a failure has its reason.
func wasted(s *graph.Step) bool {
	return s.Kind == graph.Call && !s.Async && !s.Message && !s.Tx && !s.Releases && len(s.OnError) == 0 && s.EdgeKind != graph.EdgeLock &&
		(s.Answer == graph.AnswerDropped || s.Answer == graph.AnswerLogged)
}

func unusedFinding(e *graph.Endpoint, p *graph.Place) graph.Finding {
	s := p.Step
	site := s.AnswerAt
	if site.IsZero() {
		site = s.Site
	}
	fate := "drops its answer"
	if s.Answer == graph.AnswerLogged {
		fate = "only logs its failure"
	}
	return graph.Finding{
		Severity: occasionOf(e).lower(graph.SeverityWarning), Site: site,
		Subject: e.Service + " -> " + s.To, Subjects: []string{e.Service, s.To},
		Message:  e.Service + " waits for " + callText(s) + " in " + label(e) + " and " + fate,
		Path:     append(way(e, p), graph.Hop{Site: site, Text: fate, Service: e.Service}),
		Certain:  s.Certain,
		Identity: identity(e.Service, s.To, s.Func, s.Operation),
	}
}
