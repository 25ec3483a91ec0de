package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// causes collects findings, one for each cause.
type causes struct {
	byKey map[string]int
	out   []graph.Finding
}

// add adds the finding of a cause. Of those of one cause the first stays, with
// the greatest severity of all.
func (c *causes) add(cause string, f graph.Finding) {
	if i, met := c.byKey[cause]; met {
		c.out[i].Severity = mostSevere(c.out[i].Severity, f.Severity)
		return
	}
	if c.byKey == nil {
		c.byKey = map[string]int{}
	}
	c.byKey[cause] = len(c.out)
	c.out = append(c.out, f)
}

// holders returns the services that run all that two or more others run: an
// all-in-one program beside the services that it holds. For each of them it
// returns those others.
func holders(ix *graph.Index) map[string][]string {
	serves := map[string]map[graph.Site]bool{}
	for _, e := range ix.System.Endpoints {
		if e.Standard || e.Handler.IsZero() {
			continue
		}
		if serves[e.Service] == nil {
			serves[e.Service] = map[graph.Site]bool{}
		}
		serves[e.Service][e.Handler] = true
	}
	out := map[string][]string{}
	for a, whole := range serves {
		for b, part := range serves {
			if a == b || len(part) >= len(whole) {
				continue
			}
			held := true
			for site := range part {
				held = held && whole[site]
			}
			if held {
				out[a] = append(out[a], b)
			}
		}
		if len(out[a]) < 2 {
			delete(out, a)
		}
	}
	return out
}

// withoutHolders leaves out what is found in an all-in-one program where it is
// found at the same place of a service that the program holds, by itself or as
// one of several places of one cause; all is what holders returns.
func withoutHolders(all map[string][]string, found []graph.Finding) []graph.Finding {
	if len(all) == 0 {
		return found
	}
	return slices.DeleteFunc(slices.Clone(found), func(f graph.Finding) bool {
		return slices.ContainsFunc(f.Subjects, func(id string) bool {
			held := all[id]
			return len(held) > 0 && slices.ContainsFunc(found, func(o graph.Finding) bool {
				return (o.Site == f.Site || slices.Contains(o.Sites, f.Site)) && !slices.Contains(o.Subjects, id) &&
					slices.ContainsFunc(o.Subjects, func(s string) bool { return slices.Contains(held, s) })
			})
		})
	})
}
