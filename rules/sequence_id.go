package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// sequenceID finds global counters that hand out ids on a write path.
func sequenceID(ix *graph.Index, _ *Options) []graph.Finding {
	var out []graph.Finding
	for _, r := range ix.System.Resources {
		for _, c := range r.Counters {
			if c.Keyed || len(c.Owners) == 0 {
				continue
			}
			out = append(out, sequenceFinding(ix, r, &c))
		}
	}
	return out
}

func sequenceFinding(ix *graph.Index, r *graph.Resource, c *graph.Counter) graph.Finding {
	f := graph.Finding{
		Severity: graph.SeverityWarning, Subject: r.ID + " " + c.Name, Certain: r.Certain,
		Sites: append([]graph.Site{c.Site}, c.Uses...), Identity: identity(r.ID, c.Name, c.Kind),
	}
	f.Site = c.Site
	if len(c.Uses) > 0 {
		f.Site = c.Uses[0]
	}
	var services, names []string
	for _, o := range c.Owners {
		services = append(services, o.Service)
		names = append(names, o.Endpoint)
		for _, e := range ix.System.Endpoints {
			if e.Service == o.Service && e.Name == o.Endpoint {
				f.Path = append(f.Path, graph.Hop{Site: e.Handler, Text: label(e), Service: e.Service})
			}
		}
	}
	for _, u := range c.Uses {
		f.Path = append(f.Path, graph.Hop{Site: u, Text: "takes an id from " + c.Name})
	}
	if !c.Site.IsZero() {
		f.Path = append(f.Path, graph.Hop{Site: c.Site, Text: c.Name + " is declared (" + c.Kind + ")"})
	}
	f.Subjects = append([]string{r.ID}, unique(services)...)
	f.Message = "ids of " + entriesText(unique(names)) + " come one after another from " + c.Name + " of " + r.ID + " (" + c.Kind + ")"
	return f
}
