package ceiling

import (
	"fmt"
	"math"
)

// common is what all paths of a program have in common: its evaluations.
type common struct {
	p           *program
	mid         *eval // every unknown at the middle of its interval
	whole       *eval // the same, with every branch taken that may be left out
	depth       []int
	worst, mean []float64 // amplification by retries
	moods       [moods]*eval
	ends        [2]*eval // every unknown at its worst and at its best
	taken       []*taking
	took        bool
	circled     []circle
	round       bool             // circled is known
	hung        map[string]*eval // by the dependency that hangs
	spare       *load            // empty; see alone
	trial       *trial
}

func newCommon(p *program) *common {
	mid := p.middle()
	s := &common{p: p, hung: map[string]*eval{}, mid: newEval(p, p.order, mid, mid, asDeclared)}
	s.whole = s.mid
	if taken := p.taken(mid); taken != nil {
		s.whole = newEval(p, p.order, taken, taken, asDeclared)
	}
	s.shape()
	return s
}

// shape finds what depends on the structure alone.
func (s *common) shape() {
	s.depth = s.whole.depths()
	s.worst, s.mean = s.whole.amplified(true), s.whole.amplified(false)
	s.moods[asDeclared] = s.mid
}

// moody returns the evaluation of the middle in a mood.
func (s *common) moody(m mood) *eval {
	if s.moods[m] == nil {
		s.moods[m] = newEval(s.p, s.p.order, s.mid.demand, s.mid.capacity, m)
	}
	return s.moods[m]
}

// hangs evaluates the middle with one dependency hanging.
func (s *common) hangs(dependency string) *eval {
	e := s.hung[dependency]
	if e == nil {
		e = &eval{p: s.p, demand: s.mid.demand, capacity: s.mid.capacity, mood: hanging, hung: dependency, ops: make([]opCost, len(s.p.ops))}
		e.all(s.p.order)
		s.hung[dependency] = e
	}
	return e
}

// worstAndBest evaluates at the ends of all intervals. A number that takes time
// is at its worst when high, a capacity when low.
func (s *common) worstAndBest() (worst, best *eval) {
	if s.ends[0] == nil {
		low, high := s.p.ends()
		s.ends[0] = newEval(s.p, s.p.order, high, low, asDeclared)
		s.ends[1] = newEval(s.p, s.p.order, low, high, asDeclared)
	}
	return s.ends[0], s.ends[1]
}

// takings returns the stations that some operation takes inside itself.
func (s *common) takings() []*taking {
	if s.took {
		return s.taken
	}
	s.took = true
	takers := make([]int, len(s.p.stations))
	for op := range s.whole.ops {
		for _, u := range s.whole.ops[op].uses {
			takers[u.station]++
		}
	}
	f := s.mid.fleet(now)
	nested := nestedStations(s.p)
	for i, st := range s.p.stations {
		if !nested.has(i) {
			continue
		}
		servers, _ := s.mid.capacities(st, f)
		slots := st.kind == slotsKind
		if takers[i] == 0 || takers[i] == 1 && slots || !st.held && !slots || math.IsInf(servers, 1) {
			continue
		}
		if t := newTaking(s.whole, i); t != nil {
			s.taken = append(s.taken, t)
		}
	}
	return s.taken
}

// A solver solves for some paths of a program.
type solver struct {
	*common
	paths []path
	order []int  // the operations that the paths reach, callers first
	seen  []bool // by operation: the paths reach it
	met   []bool // the same where every branch is taken, but some steps run zero times; see reached
	live  []int  // the unknowns that the result may depend on
	loads []load // by path, at the middle
	mix   load

	wholeLoads []load // the same with every branch taken
	wholeMix   load

	unranked bool // leave out the sensitivity
}

func newSolver(c *common, paths []path) *solver {
	s := &solver{common: c, paths: paths, seen: c.p.reach(paths)}
	for _, op := range c.p.order {
		if s.seen[op] {
			s.order = append(s.order, op)
		}
	}
	return s
}

// reached tells the operations that the paths reach where every branch is taken.
func (s *solver) reached() []bool {
	if s.met == nil {
		s.met = s.whole.reached(s.paths)
	}
	return s.met
}

// measure evaluates the loads of the paths at the middle.
func (s *solver) measure() error {
	var err error
	if s.loads, s.mix, err = s.on(s.mid); err != nil {
		return err
	}
	if s.wholeLoads, s.wholeMix = s.loads, s.mix; s.whole != s.mid {
		s.wholeLoads, s.wholeMix, err = s.on(s.whole)
	}
	return err
}

// on returns the loads of the paths in an evaluation, and their mix.
func (s *solver) on(e *eval) ([]load, load, error) {
	var loads []load
	for _, p := range s.paths {
		l, err := e.load(p.entry, s.order)
		if err != nil {
			return nil, load{}, fmt.Errorf("path %s: %w", p.id, err)
		}
		loads = append(loads, l)
	}
	mix := mixed(s.p, s.paths, loads)
	return loads, mix, s.check(mix)
}

// check returns an error if a load is no number.
func (s *solver) check(l load) error {
	for _, i := range l.stations {
		if v := l.ms[i] + l.visits[i]; math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("what a request takes of %s is no number: %v ms, %v visits", s.p.stations[i].name, l.ms[i], l.visits[i])
		}
	}
	return nil
}

// under returns the bound in an evaluation.
func (s *solver) under(e *eval) (Point, error) {
	if len(s.paths) == 1 {
		return s.alone(e)
	}
	_, mix, err := s.on(e)
	if err != nil {
		return Point{}, err
	}
	return e.point(mix, e.fleet(now)), nil
}

// alone is under for one path. It adds up in a load that all paths share.
func (s *solver) alone(e *eval) (Point, error) {
	if s.spare == nil {
		l := newLoad(s.p)
		s.spare = &l
	}
	defer s.spare.reset()
	err := e.loadInto(s.spare, s.paths[0].entry, s.order)
	if err != nil {
		err = fmt.Errorf("path %s: %w", s.paths[0].id, err)
	} else {
		err = s.check(*s.spare)
	}
	if err != nil {
		return Point{}, err
	}
	return e.point(*s.spare, e.fleet(now)), nil
}
