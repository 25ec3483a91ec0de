package ceiling

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// effort is the default of Options.Effort.
const effort = 20_000_000

// Ceilings says of every endpoint that starts a path how far it can scale.
// Endpoints that no other service calls come first; among equals, those with
// the lowest bound. A path always has a bound, a formula, or the reason why no
// bound was found.
func Ceilings(sys *graph.System, opt Options) []Path {
	paths, _ := Paths(sys, opt)
	return paths
}

// Paths returns what Ceilings does, and all assumptions that any of them rests
// on, by name, text and site. A path itself lists only its own, and not all if
// they are many.
func Paths(sys *graph.System, opt Options) ([]Path, []Assumption) {
	entries := entriesOf(sys)
	paths := make([]Path, len(entries))
	a, err := newAnalysis(sys, entries, opt)
	names := map[string]int{}
	for _, e := range entries {
		names[e.Name]++
	}
	for i, e := range entries {
		label := e.Name
		if names[label] > 1 {
			label = e.Service + " " + label
		}
		paths[i] = Path{ID: e.ID(), Entry: e.Name, Label: label, Service: e.Service, Kind: e.Kind, XBound: None(), XLow: None(), XHigh: None(),
			XNext: None(), Separation: None(), Ceiling: Ceiling{nothing(), nothing(), nothing()}, Binding: []string{},
			Coordination: []string{}, Stations: []Station{}, NotModelled: []string{}, Assumptions: []Assumption{}}
		if err != nil {
			paths[i].Reason = err.Error()
		} else {
			paths[i].Entrance = !a.b.called[e.ID()]
		}
	}
	for _, entrance := range []bool{true, false} {
		for i := range paths {
			if err == nil && paths[i].Entrance == entrance && opt.wants(&paths[i]) {
				if failed := a.path(&paths[i], i); failed != nil {
					paths[i].Reason = failed.Error()
				}
			}
		}
	}
	if opt.Only != "" {
		paths = slices.DeleteFunc(paths, func(p Path) bool { return !opt.wants(&p) })
	}
	slices.SortStableFunc(paths, func(x, y Path) int {
		if x.Entrance != y.Entrance {
			if x.Entrance {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.XBound, y.XBound), cmp.Compare(x.ID, y.ID))
	})
	if err != nil {
		return paths, nil
	}
	return paths, a.b.assumptions
}

func (o Options) wants(p *Path) bool {
	return o.Only == "" || o.Only == p.ID || o.Only == p.Entry || o.Only == p.Label
}

// An analysis holds what all paths of a system share.
type analysis struct {
	*common
	all      *common // the same with every branch taken; nil: not asked for yet
	b        *builder
	left     int // of the effort
	plot     int // of the work for curves that nobody asked for
	writers  map[writerKey]*writer
	tracer   *tracer
	unknowns [][]int        // by operation
	size     []int          // by operation, in steps
	notes    []*stationNote // by station
	station  map[string]int // by name
	traced   []trace        // scratch of traces
	subject  []subject      // by assumption
	hanging  []string
}

func newAnalysis(sys *graph.System, entries []*graph.Endpoint, opt Options) (*analysis, error) {
	opt.Declarations.Mix = nil // each path is solved by itself
	a := &analysis{b: build(sys, entries, opt), left: opt.Effort, plot: spreadWork, writers: map[writerKey]*writer{}}
	if a.left == 0 {
		a.left = effort
	}
	p, err := compile(a.b.m)
	if err != nil {
		return nil, err
	}
	a.common = newCommon(p)
	a.subjects()
	a.station, a.traced = map[string]int{}, make([]trace, len(p.stations))
	for i, st := range p.stations {
		a.notes = append(a.notes, a.b.stations[st.name])
		a.station[st.name] = i
	}
	from := make([]origin, len(p.unknowns))
	for i, u := range p.unknowns {
		from[i] = a.b.sources[u.Name]
	}
	a.tracer = newTracer(p, from)
	for _, o := range p.ops {
		a.survey(o)
	}
	slices.Sort(a.hanging)
	a.hanging = slices.Compact(a.hanging)
	return a, nil
}

// survey notes the unknowns, the size and the timeouts of an operation.
func (a *analysis) survey(o operation) {
	var list []int
	size := 0
	eachNode(o.body, func(n *node) {
		size++
		for _, x := range append([]operand{n.ms, n.n, n.attempts, n.failProb, n.atMost}, n.backoff...) {
			if x.unknown >= 0 {
				list = append(list, x.unknown)
			}
		}
		if d := a.p.dependency(n); n.hangs && d != "" {
			a.hanging = append(a.hanging, d)
		}
	})
	slices.Sort(list)
	a.unknowns = append(a.unknowns, slices.Compact(list))
	a.size = append(a.size, size)
}

func (a *analysis) path(p *Path, i int) error {
	s := newSolver(a.common, []path{{a.p.paths[i].id, a.p.paths[i].entry, 1}})
	size := a.live(s)
	s.unranked = 2*size*len(s.live) > a.left
	if !s.unranked {
		a.left -= 2 * size * len(s.live)
	}
	r := &Result{}
	if err := s.solve(r); err != nil {
		return err
	}
	switch {
	case s.whole == s.mid:
	case !r.XBound.Finite():
		t := newSolver(a.taking(), s.paths)
		t.live, t.unranked = s.live, s.unranked
		r = &Result{}
		if err := t.solve(r); err != nil {
			return err
		}
		if err := a.onlyIf(p, s, r); err != nil {
			return err
		}
		s = t
	default:
		if err := a.branches(p, s, r); err != nil {
			return err
		}
	}
	p.XBound, p.XLow, p.XHigh, p.Binding = r.XBound, r.XBound, r.XBound, r.Binding
	p.XNext, p.Separation, p.Ceiling = r.XNext, r.Separation, r.Ceiling
	if r.NextBinding != nil {
		p.Next = *r.NextBinding
	}
	p.Accept, p.ResponseMS, p.Curve = r.Accept, r.ResponseMS, r.Curve
	if len(s.p.model.Parameters.Users) == 0 && p.Entrance {
		p.Curve = s.sampled(r, &a.plot)
	}
	p.SyncDepth, p.SyncCalls = r.Structure.SyncDepth, r.Structure.SyncCalls[0].Value
	p.AmplifiedWorst, p.AmplifiedExpected, p.Storm = r.Structure.AmplifiedWorst, r.Structure.AmplifiedExpected, r.Structure.Storm
	if p.HPA = r.HPAs; p.HPA == nil && r.HPA != nil {
		p.HPA = []HPA{*r.HPA}
	}
	if p.Deadlocks = r.Deadlocks; p.Deadlocks == nil && r.Deadlock != nil {
		p.Deadlocks = []Deadlock{*r.Deadlock}
	}
	p.NoneMatters = true
	if r.Interval != nil {
		p.XLow, p.XHigh = r.Low, r.High
		p.NoneMatters = p.XLow == p.XHigh
		for _, one := range r.Interval.Sensitivity {
			if effect(one) > 1+tie && len(p.Sensitivity) < listed {
				p.Sensitivity = append(p.Sensitivity, one)
			}
		}
	}
	if err := a.stations(p, s, r); err != nil {
		return err
	}
	a.coordination(p, s)
	a.silence(p, s)
	a.assumed(p, s)
	a.scalers(p, s)
	if err := a.bad(p, s, r); err != nil {
		return err
	}
	a.explain(p, s)
	return a.behindBranches(p, s)
}

// live finds the unknowns that a path depends on and returns its size in steps.
func (a *analysis) live(s *solver) int {
	size := 0
	seen := make([]bool, len(a.p.unknowns))
	note := func(o operand) {
		if o.unknown >= 0 {
			seen[o.unknown] = true
		}
	}
	for _, op := range s.order {
		size += a.size[op]
		for _, u := range a.unknowns[op] {
			seen[u] = true
		}
		for _, t := range a.tracer.traces[op] {
			st := a.p.stations[t.station]
			note(st.servers)
			note(st.rate)
			if svc := st.service; svc >= 0 && (st.bounded || st.limited) {
				note(a.p.services[svc].replicas)
			}
		}
	}
	for u, in := range seen {
		if in {
			s.live = append(s.live, u)
		}
	}
	return size
}

// bad computes what happens when caches are empty and dependencies hang.
func (a *analysis) bad(p *Path, s *solver, r *Result) error {
	point, err := s.under(s.moody(cold))
	if err != nil {
		return err
	}
	if !equal(point.X, p.XBound) {
		p.Cold = &point
	}
	if r.Brownout == nil {
		return nil
	}
	p.Brownouts = append(p.Brownouts, Brownout{"", r.Brownout.X, r.Brownout.Binding})
	if len(a.hanging) > listed {
		return nil
	}
	for _, d := range a.hanging {
		e := s.hangs(d)
		if !e.ops[s.paths[0].entry].hangs {
			continue
		}
		point, err := s.under(e)
		if err != nil {
			return err
		}
		if !equal(point.X, p.XBound) {
			p.Brownouts = append(p.Brownouts, Brownout{d, point.X, point.Binding})
		}
	}
	slices.SortStableFunc(p.Brownouts, func(x, y Brownout) int { return cmp.Compare(x.X, y.X) })
	return nil
}

// silence lists what the path has and the model has not.
func (a *analysis) silence(p *Path, s *solver) {
	var cpu, capacity []string
	named := func(label string, station int) string {
		if s.mix.visits[station] == 0 {
			label += " (on a branch only)"
		}
		return label
	}
	own := "" // formula of the cores of the path's own service
	for op, in := range s.seen {
		if !in {
			continue
		}
		for _, text := range a.b.left[a.p.ops[op].id] {
			if !slices.Contains(p.NotModelled, text) && len(p.NotModelled) < listed {
				p.NotModelled = append(p.NotModelled, text)
			}
		}
	}
	for _, i := range s.wholeMix.stations {
		st, note := a.p.stations[i], a.notes[i]
		if st.service >= 0 && a.p.services[st.service].slots == i && s.wholeMix.visits[i] > 0 {
			core := a.p.services[st.service].cpu
			if of := a.notes[core]; of != nil && a.p.stations[core].bounded && s.wholeMix.visits[core] == 0 {
				cpu = append(cpu, named(strings.TrimSuffix(of.label, " CPU"), i))
				if a.p.model.Services[st.service].ID == p.Service {
					cores, _ := s.mid.capacities(a.p.stations[core], s.mid.fleet(now))
					own = fmt.Sprintf("%s/cpu(%s)", trimmed(cores), shortName(p.Service, p.Entry))
				}
			}
		}
		if note != nil && st.kind != cpuKind && note.shared && s.wholeMix.visits[i] > 0 && !st.bounded && !st.limited && a.b.stations[st.name+" limit"] == nil {
			capacity = append(capacity, named(note.label, i))
		}
	}
	if len(capacity) > 0 {
		p.NotModelled = append(p.NotModelled, "capacity not known: "+join(capacity))
	}
	if len(cpu) > 0 {
		p.NotModelled = append(p.NotModelled, "time on a core not known: "+join(cpu))
	}
	if s.unranked {
		p.NotModelled = append(p.NotModelled, fmt.Sprintf("which of %d unknowns matters most: too many to try", len(s.live)))
	}
	if !p.XBound.Finite() {
		switch {
		case len(capacity) > 0:
			p.Reason = "capacity not known: " + join(capacity)
		case len(cpu) > 0:
			p.Reason, p.Formula = "nothing but cores has a capacity, and time on a core is not known: "+join(cpu), own
		default:
			p.Reason = "no station on the path has a capacity, and nothing shared is waited for"
		}
	}
}

// join lists names, a few of them.
func join(names []string) string {
	const few = 5
	if len(names) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), len(names)-few)
	}
	return strings.Join(names, ", ")
}
