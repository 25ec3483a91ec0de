package ceiling

import (
	"cmp"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// taken returns the middle with every branch taken that may be left out; nil if
// there is none.
func (p *program) taken(middle []float64) []float64 {
	var out []float64
	for i, u := range p.unknowns {
		if u.Taken == 0 {
			continue
		}
		if out == nil {
			out = slices.Clone(middle)
		}
		out[i] = u.Taken
	}
	return out
}

// everything is what a path takes of the stations, and behind it what it takes
// of others where every branch is taken.
func (s *solver) everything(r *Result) []Demand {
	if s.whole == s.mid {
		return r.Demands
	}
	list := slices.Clone(r.Demands)
	for _, d := range s.whole.demands(s.wholeMix, s.whole.fleet(now)) {
		if !slices.ContainsFunc(r.Demands, func(have Demand) bool { return have.Resource == d.Resource }) {
			list = append(list, d)
		}
	}
	return list
}

// taking is what all paths share where every branch is taken.
func (a *analysis) taking() *common {
	if a.all == nil {
		a.all = &common{p: a.p, hung: map[string]*eval{}, mid: a.whole, whole: a.whole}
		a.all.shape()
	}
	return a.all
}

// optional returns the unknowns of a path that are shares of branches which may
// be left out.
func (s *solver) optional() []int {
	var list []int
	for _, i := range s.live {
		if s.p.unknowns[i].Taken > 0 {
			list = append(list, i)
		}
	}
	return list
}

// at evaluates the bound with one unknown at a value.
func (s *solver) at(t *trial, unknown int, value float64) (Point, error) {
	t.begin(unknown, s.seen)
	defer t.end(unknown)
	return s.under(t.at(unknown, value))
}

// branches finds out which branches lower the bound where every request takes
// them, each alone and all together.
func (a *analysis) branches(p *Path, s *solver, r *Result) error {
	lowers := func(x Value) bool { return x < r.XBound && !equal(x, r.XBound) }
	all, err := s.under(s.whole)
	if err != nil || !lowers(all.X) {
		return err
	}
	if s.trial == nil {
		s.trial = newTrial(s.mid)
	}
	if !s.unranked {
		for _, i := range s.optional() {
			one, err := s.at(s.trial, i, s.p.unknowns[i].Taken)
			if err != nil {
				return err
			}
			if lowers(one.X) && len(p.Branches) < listed {
				p.Branches = append(p.Branches, Taking{a.b.branches[s.p.unknowns[i].Name], one.X, one.Binding})
			}
		}
	}
	slices.SortStableFunc(p.Branches, func(x, y Taking) int { return cmp.Or(cmp.Compare(x.X, y.X), x.Site.Compare(y.Site)) })
	if len(p.Branches) == 0 || all.X < p.Branches[0].X && !equal(all.X, p.Branches[0].X) {
		p.Branches = append(p.Branches, Taking{graph.Site{}, all.X, all.Binding})
	}
	return nil
}

// behindBranches notes which stations a request may go without, and which
// branch it leaves out then.
func (a *analysis) behindBranches(p *Path, s *solver) error {
	if s.whole == a.common.mid || s.unranked {
		return nil
	}
	t := newTrial(s.whole)
	for _, u := range s.optional() {
		t.begin(u, s.seen)
		_, l, err := s.on(t.at(u, 0))
		t.end(u)
		if err != nil {
			return err
		}
		for i := range p.Stations {
			if st := &p.Stations[i]; st.Branch == nil && l.visits[a.station[st.Resource]] == 0 && s.wholeMix.visits[a.station[st.Resource]] > 0 {
				st.Optional, st.Branch = true, new(a.b.branches[s.p.unknowns[u].Name])
			}
		}
	}
	return nil
}

// branch is where the branch is that a station is behind; zero if that is
// not one.
func (st *Station) branch() graph.Site {
	if st.Branch == nil {
		return graph.Site{}
	}
	return *st.Branch
}

// onlyIf notes which branch it is without which a path has no bound.
func (a *analysis) onlyIf(p *Path, s *solver, r *Result) error {
	p.OnlyIf = &graph.Site{}
	if !r.XBound.Finite() || s.unranked {
		return nil
	}
	t := newTrial(s.whole)
	for _, i := range s.optional() {
		one, err := s.at(t, i, 0)
		if err != nil {
			return err
		}
		if one.X > r.XBound && !equal(one.X, r.XBound) {
			p.OnlyIf = new(a.b.branches[s.p.unknowns[i].Name])
			return nil
		}
	}
	return nil
}
