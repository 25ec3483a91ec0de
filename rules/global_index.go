package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// globalIndex finds indexes over a partitioned table that do not hold its
// partition key, so that each write and each look-up spans partitions.
func globalIndex(ix *graph.Index, _ *Options) []graph.Finding {
	var out []graph.Finding
	for _, r := range ix.System.Resources {
		for _, x := range r.Indexes {
			if x.Partition == "" || covers(x.Columns, x.Partition) {
				continue
			}
			kind := "index"
			if x.Unique {
				kind = "unique index"
			}
			f := graph.Finding{
				Severity: graph.SeverityNote, Site: x.Site, Subject: r.ID + " " + x.Name, Certain: r.Certain,
				Message:  kind + " " + x.Name + " (" + x.Columns + ") of " + r.ID + " spans the partitions of " + x.Table + " (" + x.Partition + ")",
				Path:     []graph.Hop{{Site: x.Site, Text: kind + " " + x.Name + " on " + x.Table}},
				Identity: identity(r.ID, x.Table, x.Name),
			}
			writers := []string{}
			for _, u := range r.Tables {
				if u.Name == x.Table && u.Writes {
					writers = append(writers, u.Service)
					f.Path = append(f.Path, graph.Hop{Site: u.Site, Text: u.Service + " writes " + u.Name, Service: u.Service})
				}
			}
			if writers = unique(writers); len(writers) > 0 {
				f.Severity = graph.SeverityWarning
				f.Message += "; written by " + and(writers)
			}
			f.Subjects = append([]string{r.ID}, writers...)
			out = append(out, f)
		}
	}
	return out
}

// covers reports whether all columns of the partition key are in the index.
func covers(columns, partition string) bool {
	split := func(list string) []string {
		var out []string
		for c := range strings.SplitSeq(list, ",") {
			out = append(out, strings.ToLower(strings.TrimSpace(c)))
		}
		return out
	}
	in := split(columns)
	return !slices.ContainsFunc(split(partition), func(c string) bool { return !slices.Contains(in, c) })
}
