package rules

import (
	"github.com/coordlint/coordlint/graph"
)

// localCache finds copies of a shared store in the memory of each replica that
// never learn of changes, or that every replica must be told to drop.
func localCache(ix *graph.Index, _ *Options) []graph.Finding {
	var out []graph.Finding
	for _, s := range ix.System.Services {
		for _, c := range s.State {
			if c.Backed == "" || c.Excused != "" || len(c.Readers) == 0 {
				continue
			}
			f := graph.Finding{
				Severity: graph.SeverityNote, Site: c.Site, Sites: c.Writes, Certain: c.Certain,
				Subject: s.ID + " " + short(c.Name), Subjects: []string{s.ID, c.Backed},
				Identity: identity(s.ID, c.Name),
				Message:  s.ID + " keeps a copy of " + c.Backed + " in " + short(c.Name) + " in each replica",
				Path:     []graph.Hop{{Site: c.Site, Text: "the copy of " + c.Backed, Service: s.ID}},
			}
			switch c.Invalidation {
			case "":
				f.Message += " and never learns of changes"
			case "broadcast":
				f.Severity = graph.SeverityWarning
				f.Message += ", which every replica must be told to drop at each change"
			default:
				continue
			}
			for _, r := range c.Reads {
				f.Path = append(f.Path, graph.Hop{Site: r, Text: "reads it", Service: s.ID})
			}
			f.Message += "; read by " + entriesText(unique(c.Readers)) + replicaText(s)
			out = append(out, f)
		}
	}
	return out
}
