package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// unretriableRetry finds operations that are tried again although a second
// time is not the same as once.
func unretriableRetry(ix *graph.Index, opt *Options) []graph.Finding {
	var out causes
	for _, t := range triesOf(ix) {
		if t.retry().Class == "poll" || t.retry().Idempotent != "no" {
			continue
		}
		calls := slices.DeleteFunc(slices.Clone(t.calls), func(p *graph.Place) bool {
			return p.Step.Effect == graph.Read || opt.idempotent(p.Step)
		})
		if len(calls) == 0 {
			continue
		}
		out.add(t.in.Service+t.place.Step.Site.String(), unretriableFinding(t, calls))
	}
	return out.out
}

func unretriableFinding(t try, calls []*graph.Place) graph.Finding {
	r, s := t.retry(), calls[0].Step
	site, _ := calls[0].Anchor(t.place)
	f := graph.Finding{
		Severity: t.when.lower(graph.SeverityWarning), Site: site, Sites: []graph.Site{t.place.Step.Site},
		Subject: t.in.Service + " -> " + s.To, Path: way(t.in, calls[0]), Certain: s.Certain,
		Identity: identity(t.in.Service, s.To, t.place.Step.Func, s.Operation),
	}
	var texts []string
	f.Subjects = []string{t.in.Service}
	for _, c := range calls {
		texts = append(texts, callText(c.Step))
		f.Subjects = append(f.Subjects, c.Step.To)
	}
	f.Subjects = append(f.Subjects[:1], unique(f.Subjects[1:])...)
	f.Message = t.in.Service + " tries " + and(unique(texts)) + " again"
	if r.Attempts != nil {
		f.Message += ", " + quantity(r.Attempts, "attempts")
	}
	f.Message += ", though a second time is not the same as once"
	if r.Why != "" {
		f.Message += ": " + r.Why
	}
	return f
}
