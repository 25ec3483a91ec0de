package rules

import (
	"fmt"

	"github.com/coordlint/coordlint/graph"
)

// cpuAutoscaling finds scalers that look at nothing but CPU (or memory) for a
// service most of whose endpoints wait for others.
func cpuAutoscaling(ix *graph.Index, _ *Options) []graph.Finding {
	var out []graph.Finding
	for _, s := range ix.System.Services {
		if s.Scaler == nil || s.Language != "go" {
			continue
		}
		metric, ok := onlyCPU(s.Scaler)
		if !ok {
			continue
		}
		all, waits, targets := 0, 0, []string{}
		var path []graph.Hop
		for _, e := range ix.System.Endpoints {
			if e.Service != s.ID || e.Standard {
				continue
			}
			all++
			if p := firstWait(e); p != nil {
				waits++
				targets = append(targets, p.Step.To)
				path = append(path, graph.Hop{Site: p.Step.Site, Service: s.ID, Text: label(e) + " " + describe(p.Step)})
			}
		}
		if waits == 0 || 2*waits <= all {
			continue
		}
		site := metric.Site
		if site.IsZero() {
			site = s.Scaler.Site
		}
		share := "CPU"
		if metric.Target > 0 {
			share = fmt.Sprintf("%.0f %% CPU", 100*metric.Target)
		}
		out = append(out, graph.Finding{
			Severity: graph.SeverityWarning, Site: site, Sites: []graph.Site{s.Scaler.Site}, Certain: s.Certain,
			Subject: s.ID, Subjects: []string{s.ID}, Identity: identity(s.ID, s.Scaler.Kind),
			Path: append([]graph.Hop{{Site: site, Text: s.ID + " scales on " + share, Service: s.ID}}, path...),
			Message: fmt.Sprintf("%s scales from %d to %d replicas on %s, and %d of its %d endpoints wait for others: %s",
				s.ID, s.Scaler.Min, s.Scaler.Max, share, waits, all, entriesText(unique(targets))),
		})
	}
	return out
}

// onlyCPU returns the CPU metric of a scaler that looks at nothing nearer to
// the work: a queue, a rate, requests in flight.
func onlyCPU(s *graph.Scaler) (graph.ScalerMetric, bool) {
	var cpu graph.ScalerMetric
	found := false
	for _, m := range s.Metrics {
		switch m.Kind {
		case "cpu":
			cpu, found = m, true
		case "memory":
		default:
			return cpu, false
		}
	}
	return cpu, found
}

// firstWait returns the first remote call that a request of e waits for.
func firstWait(e *graph.Endpoint) *graph.Place {
	var first *graph.Place
	graph.Walk(e.Body, waiting{}, func(p *graph.Place, w waiting) (waiting, bool) {
		w = w.enter(p.Step)
		if first == nil && p.Step.Kind == graph.Call && !p.Step.Async && !w.detached && !w.startup {
			first = p
		}
		return w, first == nil
	})
	return first
}
