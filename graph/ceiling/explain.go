package ceiling

import (
	"fmt"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// stations fills in the table of a path's stations.
func (a *analysis) stations(p *Path, s *solver, r *Result) error {
	worst, best := s.worstAndBest()
	_, low, err := s.on(best)
	if err != nil {
		return err
	}
	_, high, err := s.on(worst)
	if err != nil {
		return err
	}
	traces := a.traces(s)
	for _, d := range s.everything(r) {
		i := a.station[d.Resource]
		note := a.notes[i]
		if note == nil || note.kind == slotsKind && !d.Capacity.Finite() {
			continue
		}
		p.StationsOf++
		if len(p.Stations) == listed {
			continue
		}
		st := a.p.stations[i]
		mix, optional := s.mix, s.mix.visits[i] == 0
		if optional {
			mix = s.wholeMix
		}
		p.Stations = append(p.Stations, Station{
			Resource: d.Resource, Label: note.label, Kind: note.kind, Capacity: d.Capacity, Unit: d.Unit, From: note.capacity, Declared: note.site,
			DemandMS: mix.ms[i], DemandLow: low.ms[i], DemandHigh: high.ms[i], Visits: mix.visits[i], Optional: optional,
			Times: traces[i].sources.least(), MeasuredIn: a.tracer.filesOf(traces[i].sources), Hold: traces[i].site, XMax: d.XMax,
			Scales: st.service >= 0 && a.p.services[st.service].scalable, Sync: mix.sync[i],
		})
	}
	a.tellApart(p.Stations)
	return nil
}

// tellApart names the services of stations that have the same label: a lock of
// a library that several services on the path use.
func (a *analysis) tellApart(list []Station) {
	count := map[string]int{}
	for _, st := range list {
		count[st.Label]++
	}
	for i := range list {
		st := &list[i]
		if owner := a.p.stations[a.station[st.Resource]].service; owner >= 0 && count[st.Label] > 1 {
			st.Label = a.p.model.Services[owner].ID + " " + st.Label
		}
	}
}

// traces gathers, by station, where the path's operations use it, callers
// first. The list is good until it is called again.
func (a *analysis) traces(s *solver) []trace {
	list := a.traced
	clear(list)
	for _, op := range s.order {
		for _, t := range a.tracer.traces[op] {
			list[t.station].sources |= t.sources
			if list[t.station].site.IsZero() {
				list[t.station].site = t.site
			}
		}
	}
	return list
}

// coordination lists what a request waits for and others too, and what more
// replicas do not add to; its capacity may be unknown.
func (a *analysis) coordination(p *Path, s *solver) {
	for _, i := range s.wholeMix.stations {
		note := a.notes[i]
		if note == nil || !note.shared || !s.wholeMix.sync[i] {
			continue
		}
		name := note.target
		if name == "" {
			name = note.label
		}
		if !slices.Contains(p.Coordination, name) {
			p.Coordination = append(p.Coordination, name)
		}
	}
	slices.Sort(p.Coordination)
}

// station returns a station of the table, or nil.
func (p *Path) station(resource string) *Station {
	for i := range p.Stations {
		if p.Stations[i].Resource == resource {
			return &p.Stations[i]
		}
	}
	return nil
}

// explain writes the formula where all times of the bound are assumed, and what
// to change first.
func (a *analysis) explain(p *Path, s *solver) {
	if len(p.Binding) == 0 {
		for _, st := range p.Stations {
			if note := a.b.stations[st.Resource]; note.shared && st.Unit == "" && !st.Optional {
				p.Formula = a.formula(s, st.Resource, fmt.Sprintf("c(%s)", st.Label), true)
				break
			}
		}
		return
	}
	if st := p.station(p.Binding[0]); st != nil && st.Times == graph.Assumed && st.DemandMS > 0 && a.allAssumed(s, st.Resource) {
		p.Formula = a.formula(s, st.Resource, trimmed(float64(st.Capacity)), false)
	}
	p.Change = p.change()
}

func (a *analysis) formula(s *solver, resource, capacity string, numbers bool) string {
	i, ok := a.station[resource]
	if !ok {
		return ""
	}
	k := writerKey{i, s.mid == s.whole}
	if a.writers[k] == nil {
		a.writers[k] = newWriter(s.mid, i)
	}
	return a.writers[k].formula(s.paths[0].entry, capacity, numbers)
}

// allAssumed reports whether no time at a station is better than assumed.
func (a *analysis) allAssumed(s *solver, resource string) bool {
	i, ok := a.station[resource]
	return ok && a.traces(s)[i].sources == sourceSet(graph.Assumed)
}

// change is the honest gain of changing what binds: the path goes on to the
// next bound, however much capacity is added.
func (p *Path) change() *Change {
	if p.XBound <= 0 {
		return nil
	}
	c := &Change{To: p.XNext, Gain: None(), Then: p.Next}
	for _, name := range p.Binding {
		c.Stations = append(c.Stations, p.label(name))
	}
	switch {
	case !p.XNext.Finite():
		c.Text = fmt.Sprintf("%s; no other bound is known", join(c.Stations))
	default:
		c.Gain = p.XNext / p.XBound
		c.Text = fmt.Sprintf("%s; then %s sets the bound: %s/s, %s times as much", join(c.Stations), p.label(p.Next), trimmed(float64(p.XNext)), trimmed(float64(c.Gain)))
		if c.Gain < 1.25 {
			c.Text += ", so changing it alone gains little"
		}
	}
	if len(c.Stations) > 1 {
		c.Text += "; all of them have to change"
	}
	return c
}

// label is how people call a station of the path.
func (p *Path) label(resource string) string {
	if st := p.station(resource); st != nil {
		return st.Label
	}
	return resource
}

// scalers says what the scalers on CPU need to fire, where nothing says how
// long a request is on a core.
func (a *analysis) scalers(p *Path, s *solver) {
	if !p.XBound.Finite() || p.XBound <= 0 {
		return
	}
	f := s.mid.fleet(now)
	for i, svc := range a.p.model.Services {
		st := a.p.services[i].cpu
		if svc.HPACPUTarget == nil || !a.p.stations[st].bounded || s.mix.ms[st] > 0 || s.mix.visits[a.p.services[i].slots] == 0 {
			continue
		}
		cores, _ := s.mid.capacities(a.p.stations[st], f)
		p.Scalers = append(p.Scalers, Fires{svc.ID, *svc.HPACPUTarget, *svc.HPACPUTarget * cores / float64(p.XBound) * 1000})
	}
}
