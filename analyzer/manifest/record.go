package manifest

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
)

// choose matches all sources to programs, puts the deployment of record
// first (of named sources the first that is named), and merges what others
// add.
func (d *discovery) choose() *Set {
	// Compose says how images are built, for other sources, too.
	for _, c := range d.found {
		for _, w := range c.set.Workloads {
			for _, ct := range w.Containers {
				if ct.plan != nil && ct.Image != "" {
					d.plan(ct.Image, ct.plan)
				}
				if d.match.part(ct.Image) {
					d.match.parts[path.Base(repository(ct.Image))] = true
				}
			}
		}
	}
	for _, c := range d.found {
		built := map[string]bool{}
		for _, w := range c.set.Workloads {
			d.match.workload(w)
			for _, p := range w.Programs {
				built[p.Main] = built[p.Main] || w.Containers[p.Container].Dockerfile != ""
			}
		}
		for m, b := range built {
			c.mains = append(c.mains, m)
			if b {
				c.built++
			}
		}
		slices.Sort(c.mains)
		c.source.Programs = len(c.mains)
	}
	for _, c := range d.found {
		c.special = d.special(c)
	}
	if len(d.opt.Paths) == 0 {
		slices.SortStableFunc(d.found, d.compare)
	}
	out := &Set{}
	runs := map[string]bool{}
	for i, c := range d.found {
		c.source.Used, c.source.Why = d.admit(i, c, runs, out)
		c.source.Record = i == 0 && c.source.Used
		out.Sources = append(out.Sources, c.source)
		if c.source.Used {
			merge(out, c, i, runs)
		}
		// What a source lacks that is not used is no loss, unless nothing of
		// it could be read.
		if c.source.Used || len(c.set.Workloads) == 0 && rank(c.source.Path, d.opt.Env) < 3 {
			d.gaps = append(d.gaps, c.gaps...)
		}
	}
	usedFirst(out)
	finish(out, d.tree)
	return out
}

// compare puts the source that counts more first: not of a later environment;
// one that runs programs of the system; one that a build tool deploys; one
// whose names the programs' own configuration files use, since a chart's
// release may give others; Kubernetes before compose; not for one vendor
// alone; Helm and Kustomize before plain files; more programs; more of
// them in images that the system builds; what more others build on.
func (d *discovery) compare(a, b *candidate) int {
	none := func(c *candidate) int {
		if len(c.mains) == 0 {
			return 1
		}
		return 0
	}
	late := func(c *candidate) int {
		if c.late {
			return 1
		}
		return 0
	}
	overlaid := func(c *candidate) int {
		if c.over != "" {
			return 1
		}
		return 0
	}
	usual := func(c *candidate) int { // what compose itself looks for
		if c.source.Kind == "compose" && slices.Contains(composeBases(), path.Base(c.source.Path)) {
			return 1
		}
		return 0
	}
	compose := func(c *candidate) int {
		if c.source.Kind == "compose" {
			return 1
		}
		return 0
	}
	special := func(c *candidate) int {
		if c.special {
			return 1
		}
		return 0
	}
	deployed := func(c *candidate) int {
		if slices.Contains(d.deployed, c.source.Path) {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(none(a), none(b)),
		cmp.Compare(late(a), late(b)),
		cmp.Compare(overlaid(a), overlaid(b)),
		cmp.Compare(rank(a.source.Path, d.opt.Env), rank(b.source.Path, d.opt.Env)),
		cmp.Compare(deployed(a), deployed(b)),
		cmp.Compare(d.unspoken(a), d.unspoken(b)),
		cmp.Compare(compose(a), compose(b)),
		cmp.Compare(special(a), special(b)),
		cmp.Compare(kindRank(a.source.Kind), kindRank(b.source.Kind)),
		cmp.Compare(len(b.mains), len(a.mains)),
		cmp.Compare(usual(b), usual(a)),
		cmp.Compare(b.built, a.built),
		cmp.Compare(b.base, a.base),
		cmp.Compare(strings.Count(a.source.Path, "/"), strings.Count(b.source.Path, "/")),
		cmp.Compare(a.source.Name, b.source.Name),
	)
}

func kindRank(kind string) int {
	return slices.Index([]string{"stdin", "helmfile", "argocd", "flux", "helm", "kustomize", "yaml", "compose"}, kind)
}

// admit decides whether a source is used. Named sources all are. Of found
// ones the first is; others if they run a program that none before them runs.
func (d *discovery) admit(i int, c *candidate, runs map[string]bool, so *Set) (bool, string) {
	if len(d.opt.Paths) > 0 {
		return true, "named by the user"
	}
	// What serves no users says little of a system whose programs it does not run.
	if len(d.opt.Mains) > 0 && len(c.mains) == 0 && rank(c.source.Path, d.opt.Env) >= 3 {
		return false, "its name says that it serves no users"
	}
	if i == 0 {
		return true, fmt.Sprintf("it runs %d of the system's programs", len(c.mains))
	}
	first := d.found[0]
	if len(c.set.Workloads) == 0 && rank(c.source.Path, d.opt.Env) < 3 {
		return false, "it runs nothing"
	}
	if rank(c.source.Path, d.opt.Env) >= 3 && rank(first.source.Path, d.opt.Env) < 3 {
		return false, "its name says that it serves no users"
	}
	var adds []string
	for _, m := range c.mains {
		if !runs[m] {
			adds = append(adds, m)
		}
	}
	if len(adds) > 0 {
		why := "it adds " + strings.Join(adds, ", ")
		if c.over != "" {
			why += ", over " + c.over
		}
		return true, why
	}
	for _, o := range d.found[:i] {
		beside := o.source.Used && o.source.Kind == c.source.Kind && path.Dir(o.source.Path) == path.Dir(c.source.Path) &&
			rank(o.source.Path, d.opt.Env) == rank(c.source.Path, d.opt.Env)
		if beside && len(c.mains) == 0 && disjoint(c.set, so) && (c.source.Kind != "compose" || keeps(c.set)) {
			return true, "it adds what stands beside " + o.source.Name
		}
	}
	return false, "its programs run in " + first.source.Name
}

// keeps reports whether a set has a data store.
func keeps(s *Set) bool {
	return slices.ContainsFunc(s.Workloads, func(w *Workload) bool { return w.Infra != "" })
}

func disjoint(a, b *Set) bool {
	for _, w := range a.Workloads {
		for _, o := range b.Workloads {
			if w.Name == o.Name {
				return false
			}
		}
	}
	return true
}
