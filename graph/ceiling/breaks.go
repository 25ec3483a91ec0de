package ceiling

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// Breaks says which stations break first when all declared loads grow together:
// a factor below 1 is used up already, one of 2 at twice the load. Loads name
// paths by id or by their endpoint's name; what they name in vain is returned
// too. Unknown numbers are at the middle of their intervals.
func Breaks(sys *graph.System, opt Options) (breaks []Break, unknown []string, err error) {
	entries := entriesOf(sys)
	a, err := newAnalysis(sys, entries, opt)
	if err != nil {
		return nil, nil, err
	}
	var paths []path
	var total float64
	for _, l := range opt.Declarations.Loads {
		i := slices.IndexFunc(entries, func(e *graph.Endpoint) bool { return e.ID() == l.Path || e.Name == l.Path })
		if i < 0 {
			unknown = append(unknown, l.Path)
			continue
		}
		paths = append(paths, path{entries[i].ID(), a.p.paths[i].entry, l.Share})
		total += l.Share
	}
	if total <= 0 {
		return nil, unknown, nil
	}
	for i := range paths {
		paths[i].mix /= total
	}
	s := newSolver(a.common, paths)
	if err := s.measure(); err != nil {
		return nil, unknown, err
	}
	for _, d := range s.mid.demands(s.mix, s.mid.fleet(now)) {
		if d.XMax.Finite() {
			breaks = append(breaks, Break{Station: d.Resource, Label: a.label(d.Resource), Factor: float64(d.XMax) / total, Scales: a.scales(d.Resource)})
		}
	}
	return breaks, unknown, nil
}

func (a *analysis) label(resource string) string {
	if note := a.b.stations[resource]; note != nil {
		return note.label
	}
	return resource
}

// scales reports whether more replicas add to a station.
func (a *analysis) scales(resource string) bool {
	return slices.ContainsFunc(a.p.stations, func(st station) bool {
		return st.name == resource && st.service >= 0 && a.p.services[st.service].scalable
	})
}

// Breaks says which stations of one path break, in order, when it gets that
// many requests per second.
func (p *Path) Breaks(load float64) []Break {
	var list []Break
	for _, st := range p.Stations {
		if st.XMax.Finite() && load > 0 {
			b := Break{Station: st.Resource, Label: st.Label, Factor: float64(st.XMax) / load, Scales: st.Scales}
			if st.Optional {
				b.OnlyIf = "if every request takes " + branchAt(st.branch())
			}
			list = append(list, b)
		}
	}
	slices.SortStableFunc(list, func(x, y Break) int {
		return cmp.Or(cmp.Compare(x.Factor, y.Factor), cmp.Compare(x.Station, y.Station))
	})
	return list
}

// Together solves for all paths at once: the inequalities that their rates
// must satisfy, the ceiling of each with the others idle, and, for the declared
// mix, the point on the ray. Without a mix the paths have equal shares. It
// returns an error if the system has no path or the mix names none.
func Together(sys *graph.System, opt Options) (*Result, error) {
	opt.Users = nil
	m, _ := Build(sys, nil, opt)
	if len(opt.Declarations.Mix) > 0 {
		m.Paths = slices.DeleteFunc(m.Paths, func(r *Request) bool { return r.Mix == nil || *r.Mix == 0 })
	}
	if len(m.Paths) == 0 {
		return nil, fmt.Errorf("%s: no path, or none that the mix names", m.ID)
	}
	p, err := compile(m)
	if err != nil {
		return nil, err
	}
	s := newSolver(newCommon(p), p.paths)
	for i := range p.unknowns {
		s.live = append(s.live, i)
	}
	s.unranked = true
	r := &Result{Case: m.ID}
	return r, s.together(r)
}
