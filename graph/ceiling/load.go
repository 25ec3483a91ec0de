package ceiling

import (
	"errors"
	"slices"
)

// A load is what one request of a path, or of the mix, takes of each station.
type load struct {
	ms       []float64 // by station, milliseconds of servers
	visits   []float64 // by station
	sync     []bool    // by station: the part that the caller waits for visits it
	stations []int     // all that are not zero above, in order
	calls    float64   // synchronous calls
	time     float64   // uncontended response, milliseconds
	ops      []float64 // by operation: synchronous calls of it, the entry included
}

func newLoad(p *program) load {
	return load{ms: make([]float64, len(p.stations)), visits: make([]float64, len(p.stations)),
		sync: make([]bool, len(p.stations)), ops: make([]float64, len(p.ops))}
}

// reset makes a load empty again.
func (l *load) reset() {
	for _, st := range l.stations {
		l.ms[st], l.visits[st], l.sync[st] = 0, 0, false
	}
	clear(l.ops)
	l.stations, l.calls, l.time = l.stations[:0], 0, 0
}

var errMultiply = errors.New("messages that are sent without waiting multiply without end")

// load adds up what a request of the entry takes; order holds all operations
// that it reaches. Messages may go in circles as
// long as they become fewer; if not, it returns an error.
func (e *eval) load(entry int, order []int) (load, error) {
	l := newLoad(e.p)
	return l, e.loadInto(&l, entry, order)
}

// loadInto is load into an empty load.
func (e *eval) loadInto(l *load, entry int, order []int) error {
	p := e.p
	l.time = e.ops[entry].time
	sync := l.ops
	sync[entry] = 1
	for _, op := range order {
		if sync[op] == 0 {
			continue
		}
		for _, s := range e.ops[op].calls {
			if !s.async {
				sync[s.op] += sync[op] * s.visits
				if !p.ops[s.op].inline {
					l.calls += sync[op] * s.visits
				}
			}
		}
		for _, u := range e.ops[op].uses {
			if u.visits > 0 && !l.sync[u.station] {
				l.sync[u.station] = true
				l.stations = append(l.stations, u.station)
			}
		}
	}
	all := sync
	if p.async {
		var err error
		if all, err = e.visits(entry, order); err != nil {
			return err
		}
	}
	for _, op := range order {
		v := all[op]
		if v == 0 {
			continue
		}
		for _, u := range e.ops[op].uses {
			if !l.sync[u.station] && l.ms[u.station] == 0 && l.visits[u.station] == 0 {
				l.stations = append(l.stations, u.station)
			}
			l.ms[u.station] += v * u.ms
			l.visits[u.station] += v * u.visits
		}
	}
	slices.Sort(l.stations)
	l.stations = slices.Compact(l.stations)
	return nil
}

// visits counts calls and messages of every operation that a request of the
// entry causes, by passing on what is new until nothing is.
func (e *eval) visits(entry int, order []int) ([]float64, error) {
	const rounds, little = 100000, 1e-14
	total := make([]float64, len(e.p.ops))
	fresh := make([]float64, len(e.p.ops))
	fresh[entry] = 1
	for range rounds {
		more := false
		for _, op := range order {
			v := fresh[op]
			if v == 0 {
				continue
			}
			fresh[op] = 0
			total[op] += v
			if v <= little*total[op] {
				continue
			}
			for _, s := range e.ops[op].calls {
				fresh[s.op] += v * s.visits
				more = true
			}
			if total[op] > largest*largest {
				return nil, errMultiply
			}
		}
		if !more {
			return total, nil
		}
	}
	return nil, errMultiply
}

// mixed returns the load of a request that is drawn from the mix.
func mixed(p *program, paths []path, loads []load) load {
	if len(loads) == 1 {
		return loads[0]
	}
	sum := newLoad(p)
	for i, l := range loads {
		mix := paths[i].mix
		if mix == 0 {
			continue
		}
		sum.time += mix * l.time
		sum.calls += mix * l.calls
		sum.stations = append(sum.stations, l.stations...)
		for _, st := range l.stations {
			sum.ms[st] += mix * l.ms[st]
			sum.visits[st] += mix * l.visits[st]
			sum.sync[st] = sum.sync[st] || l.sync[st]
		}
		for op := range l.ops {
			sum.ops[op] += mix * l.ops[op]
		}
	}
	slices.Sort(sum.stations)
	sum.stations = slices.Compact(sum.stations)
	return sum
}
