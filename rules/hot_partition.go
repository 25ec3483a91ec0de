package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// hotPartition finds writes and messages whose partition key is the same for
// all or nearly all requests.
func hotPartition(ix *graph.Index, _ *Options) []graph.Finding {
	seen := map[string]bool{}
	var out []graph.Finding
	for _, e := range ix.Bodies() {
		graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
			w = w.enter(p.Step)
			s := p.Step
			if s.Kind != graph.Call || s.Effect != graph.Write || s.Partition == nil ||
				s.Partition.Kind != "constant" && s.Partition.Kind != "low" {
				return w, true
			}
			when := w.occasion(e)
			if w.detached {
				when = occasionOf(e) // the partition is as hot
			}
			key := e.Service + s.Site.String()
			if seen[key] || when < onEvent {
				return w, true
			}
			seen[key] = true
			out = append(out, partitionFinding(e, p, when))
			return w, true
		})
	}
	return out
}

func partitionFinding(e *graph.Endpoint, p *graph.Place, when occasion) graph.Finding {
	s := p.Step
	few := "is the same for every request"
	if s.Partition.Kind == "low" {
		few = "takes a few values only"
	}
	site := s.Partition.Site
	if site.IsZero() {
		site = s.Site
	}
	return graph.Finding{
		Severity: when.lower(graph.SeverityWarning), Site: site, Sites: []graph.Site{s.Site},
		Subject: e.Service + " -> " + s.To, Subjects: []string{e.Service, s.To}, Certain: s.Certain,
		Message:  e.Service + " writes to " + callText(s) + " under a partition key that " + few + ": " + s.Partition.Text,
		Path:     append(way(e, p), graph.Hop{Site: site, Text: "partition key " + s.Partition.Text, Service: e.Service}),
		Identity: identity(e.Service, s.To, s.Func, s.Partition.Text),
	}
}
