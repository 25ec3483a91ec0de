package config

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// Annotate writes into a system what the file says of its nodes and steps:
// limits and times of resources, replicas and teams of services. It is the last
// step of making the system, before rules and ceilings read it.
func (c *Config) Annotate(sys *graph.System) {
	m := matcher{sys}
	for _, r := range sys.Resources {
		rate, conc, most := fitsNot, fitsNot, fitsNot
		for _, l := range c.file.Limits {
			f := fit(r, l.Resource)
			set := func(to **graph.Quantity, best *int, s *span) {
				if s != nil && f != fitsNot && f >= *best {
					q := s.quantity(c.at(l.line))
					*to, *best = &q, f
				}
			}
			set(&r.Rate, &rate, l.Rate)
			set(&r.Concurrency, &conc, l.Concurrency)
			set(&r.MaxConnections, &most, l.MaxConnections)
		}
	}
	for _, r := range c.file.Replicas {
		id := m.service(r.Service)
		for _, s := range sys.Services {
			if s.ID != id {
				continue
			}
			s.Replicas, s.HPAMax = r.Count.whole(s.Replicas), r.Max.whole(s.HPAMax)
			if r.Slots != nil {
				q := r.Slots.quantity(c.at(r.line))
				s.Slots = &q
			}
			if r.Cores != nil {
				q := r.Cores.quantity(c.at(r.line))
				s.CPU = &q
			}
		}
	}
	c.steps(sys)
	c.teams(sys)
}

// steps gives resources and the calls of them their declared times.
func (c *Config) steps(sys *graph.System) {
	m := matcher{sys}
	for _, r := range sys.Resources {
		var fits []fitting
		best := fitsNot
		for _, t := range c.file.Times {
			f := fit(r, t.Resource)
			if t.Resource == "" || f == fitsNot || t.MS == nil {
				continue
			}
			q := t.MS.quantity(c.at(t.line))
			if t.Service == "" && t.Operation == "" && t.At == "" {
				if f >= best {
					r.Time, best = &q, f
				}
				continue
			}
			op, _ := m.operation(r.ID, t.Operation)
			fits = append(fits, fitting{service: m.service(t.Service), operation: op, site: graph.ParseSite(t.At), time: &q})
		}
		if len(fits) > 0 {
			for _, e := range slices.Concat(sys.Endpoints, sys.Tasks) {
				timeCalls(e.Body, e.Service, r.ID, fits, map[*graph.Step]bool{})
			}
		}
	}
}

// A fitting is a declared time with what it asks of a call; an empty field asks
// for nothing.
type fitting struct {
	service, operation string
	site               graph.Site
	time               *graph.Quantity
}

// timeCalls gives the calls of a resource the time that asks for most; of
// those that ask for as much, the last.
func timeCalls(s *graph.Step, service, to string, fits []fitting, seen map[*graph.Step]bool) {
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	most := 0
	for _, f := range fits {
		asks := 0
		does := func(asked, fits bool) bool {
			if asked {
				asks++
			}
			return !asked || fits
		}
		if s.Kind == graph.Call && s.To == to && does(f.service != "", f.service == service) && does(f.operation != "", f.operation == s.Operation) &&
			does(!f.site.IsZero(), f.site.File == s.Site.File && f.site.Line == s.Site.Line) && asks >= most {
			s.Time, most = f.time, asks
		}
	}
	for _, kid := range s.Steps {
		timeCalls(kid, service, to, fits, seen)
	}
}

// whole returns the number as one of replicas; otherwise if nothing is said.
func (s *span) whole(otherwise *int) *int {
	if s == nil {
		return otherwise
	}
	n := int(s.high)
	return &n
}

// teams says who owns a service: the team that names it, else the one whose
// path holds its main package, the longest path first.
func (c *Config) teams(sys *graph.System) {
	m := matcher{sys}
	for _, s := range sys.Services {
		length := -1
		for _, t := range c.file.Teams {
			for _, p := range t.Paths {
				if s.Main != "" && inside(p, s.Main) && len(p) > length {
					s.Team, length = t.Team, len(p)
				}
			}
		}
		for _, t := range c.file.Teams {
			if slices.ContainsFunc(t.Services, func(name string) bool { return m.service(name) == s.ID }) {
				s.Team = t.Team
			}
		}
	}
}
