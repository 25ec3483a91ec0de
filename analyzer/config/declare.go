package config

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// Ceiling returns what the file says about numbers, as options of ceilings in
// a system. An entry that matches nothing of the system is left out and is a
// Gap. Where two entries fit, the narrower one counts: then the later.
func (c *Config) Ceiling(sys *graph.System) (ceiling.Options, []graph.Gap) {
	d := &declarer{Config: c, matcher: matcher{sys}}
	d.limits()
	d.times()
	d.services()
	d.steps()
	d.loads()
	slices.SortStableFunc(d.numbers, func(a, b ranked) int { return a.rank - b.rank })
	for _, n := range d.numbers {
		d.out.Numbers = append(d.out.Numbers, n.Declared)
	}
	return ceiling.Options{Declarations: d.out, ThinkMS: c.file.Users.ThinkMS, Users: c.file.Users.At}, d.gaps
}

// A declarer collects declarations.
type declarer struct {
	*Config
	matcher
	numbers []ranked
	out     ceiling.Declarations
	gaps    []graph.Gap
}

// ranked is a number with how narrowly its name fits.
type ranked struct {
	ceiling.Declared
	rank int
}

func (d *declarer) add(rank int, what ceiling.What, value *span, line int, n ceiling.Declared) {
	if value != nil {
		n.What, n.Value = what, value.quantity(d.at(line))
		d.numbers = append(d.numbers, ranked{n, rank})
	}
}

func (d *declarer) miss(line int, format string, args ...any) {
	d.gaps = append(d.gaps, d.gap(line, format, args...))
}

// serviceOf returns the id of a service, which may be left out.
func (d *declarer) serviceOf(line int, name string) (id string, ok bool) {
	if name == "" {
		return "", true
	}
	if id = d.service(name); id == "" {
		d.miss(line, "no service %q", name)
	}
	return id, id != ""
}

func (d *declarer) siteOf(line int, at string) (site graph.Site, ok bool) {
	if at == "" {
		return site, true
	}
	if site = graph.ParseSite(at); !d.site(site) {
		d.miss(line, "no request passes %s", at)
		return site, false
	}
	return site, true
}

func (d *declarer) limits() {
	for _, l := range d.file.Limits {
		found := d.resources(l.Resource)
		if len(found) == 0 {
			d.miss(l.line, "no resource %q", l.Resource)
		}
		for _, r := range found {
			d.add(r.fit, ceiling.WhatRate, l.Rate, l.line, ceiling.Declared{Target: r.ID})
			d.add(r.fit, ceiling.WhatServers, l.Concurrency, l.line, ceiling.Declared{Target: r.ID})
		}
	}
}

func (d *declarer) times() {
	for _, t := range d.file.Times {
		service, ok := d.serviceOf(t.line, t.Service)
		site, placed := d.siteOf(t.line, t.At)
		if !ok || !placed {
			continue
		}
		if t.Resource == "" {
			n := ceiling.Declared{Target: service, Site: site}
			if n.Operation, ok = d.operationOf(t, service); ok {
				d.add(fitsWhole, ceiling.WhatTime, t.MS, t.line, n)
				n.Service, n.Target = service, ""
				d.add(fitsWhole, ceiling.WhatCPU, t.CPU, t.line, n)
			}
			continue
		}
		found := d.resources(t.Resource)
		matched := false
		for _, r := range found {
			n := ceiling.Declared{Service: service, Target: r.ID, Site: site}
			if n.Operation, ok = d.operation(r.ID, t.Operation); ok || t.Operation == "" {
				matched = true
				d.add(r.fit, ceiling.WhatTime, t.MS, t.line, n)
			}
		}
		switch {
		case len(found) == 0:
			d.miss(t.line, "no resource %q", t.Resource)
		case !matched:
			d.miss(t.line, "nothing does %q at %s", t.Operation, t.Resource)
		}
	}
}

// operationOf returns the operation of a service's own work.
func (d *declarer) operationOf(t timing, service string) (string, bool) {
	if t.Operation == "" {
		return "", true
	}
	op, ok := d.operation(service, t.Operation)
	if !ok {
		d.miss(t.line, "%s does not serve %q", t.Service, t.Operation)
	}
	return op, ok
}

func (d *declarer) services() {
	for _, r := range d.file.Replicas {
		id, ok := d.serviceOf(r.line, r.Service)
		if !ok {
			continue
		}
		n := ceiling.Declared{Service: id}
		d.add(fitsWhole, ceiling.WhatReplicas, r.Count, r.line, n)
		d.add(fitsWhole, ceiling.WhatHPAMax, r.Max, r.line, n)
		d.add(fitsWhole, ceiling.WhatCores, r.Cores, r.line, n)
		d.add(fitsWhole, ceiling.WhatSlots, r.Slots, r.line, n)
	}
}

// steps declares what is about single steps: branches, loops, attempts.
func (d *declarer) steps() {
	one := func(line int, service, at string, what ceiling.What, value *span, n ceiling.Declared) {
		var inTree, placed bool
		n.Service, inTree = d.serviceOf(line, service)
		n.Site, placed = d.siteOf(line, at)
		if inTree && placed {
			d.add(fitsWhole, what, value, line, n)
		}
	}
	for _, h := range d.file.HitRatios {
		if h.Endpoint != "" && !d.path(h.Endpoint) {
			d.miss(h.line, "no endpoint %q", h.Endpoint)
			continue
		}
		one(h.line, h.Service, h.At, ceiling.WhatHit, h.Ratio, ceiling.Declared{Operation: h.Endpoint})
	}
	for _, p := range d.file.Probabilities {
		one(p.line, p.Service, p.At, ceiling.WhatProb, p.P, ceiling.Declared{})
	}
	for _, r := range d.file.Loops {
		one(r.line, r.Service, r.At, ceiling.WhatCount, r.Rounds, ceiling.Declared{})
	}
	for _, f := range d.file.Failures {
		if f.Resource == "" {
			one(f.line, f.Service, f.At, ceiling.WhatFails, f.Share, ceiling.Declared{})
			continue
		}
		targets := []string{}
		for _, r := range d.resources(f.Resource) {
			targets = append(targets, r.ID)
		}
		if id := d.service(f.Resource); id != "" {
			targets = append(targets, id)
		}
		if len(targets) == 0 {
			d.miss(f.line, "no resource %q", f.Resource)
		}
		for _, to := range targets {
			one(f.line, f.Service, f.At, ceiling.WhatFails, f.Share, ceiling.Declared{Target: to})
		}
	}
}

func (d *declarer) loads() {
	named := func(line int, name string) bool {
		if !d.path(name) {
			d.miss(line, "no endpoint %q", name)
			return false
		}
		return true
	}
	for _, l := range d.file.Load {
		if named(l.line, l.Path) {
			d.out.Loads = append(d.out.Loads, ceiling.Share{Path: l.Path, Share: l.Rate})
		}
	}
	for _, m := range d.file.Mix {
		if named(m.line, m.Path) {
			d.out.Mix = append(d.out.Mix, ceiling.Share{Path: m.Path, Share: m.Share})
		}
	}
}
