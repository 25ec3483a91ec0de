package ceiling

import "errors"

// A load is what one request of a path, or of the mix, takes of each station.
type load struct {
	ms     []float64 // by station, milliseconds of servers
	visits []float64 // by station
	sync   []bool    // by station: the part that the caller waits for visits it
	calls  float64   // synchronous calls
	time   float64   // uncontended response, milliseconds
	ops    []float64 // by operation: synchronous calls of it, the entry included
}

var errMultiply = errors.New("messages that are sent without waiting multiply without end")

// load adds up what a request of the entry takes; order holds all operations
// that it reaches. Messages may go in circles as
// long as they become fewer; if not, it returns an error.
func (e *eval) load(entry int, order []int) (load, error) {
	p := e.p
	l := load{ms: make([]float64, len(p.stations)), visits: make([]float64, len(p.stations)),
		sync: make([]bool, len(p.stations)), ops: make([]float64, len(p.ops)), time: e.ops[entry].time}
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
			l.sync[u.station] = l.sync[u.station] || u.visits > 0
		}
	}
	all := sync
	if p.async {
		var err error
		if all, err = e.visits(entry, order); err != nil {
			return l, err
		}
	}
	for _, op := range order {
		v := all[op]
		if v == 0 {
			continue
		}
		for _, u := range e.ops[op].uses {
			l.ms[u.station] += v * u.ms
			l.visits[u.station] += v * u.visits
		}
	}
	return l, nil
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
func mixed(paths []path, loads []load) load {
	if len(loads) == 1 {
		return loads[0]
	}
	var sum load
	for i, l := range loads {
		if i == 0 {
			sum = load{ms: make([]float64, len(l.ms)), visits: make([]float64, len(l.ms)),
				sync: make([]bool, len(l.ms)), ops: make([]float64, len(l.ops))}
		}
		mix := paths[i].mix
		if mix == 0 {
			continue
		}
		sum.time += mix * l.time
		sum.calls += mix * l.calls
		for st := range l.ms {
			sum.ms[st] += mix * l.ms[st]
			sum.visits[st] += mix * l.visits[st]
			sum.sync[st] = sum.sync[st] || l.sync[st]
		}
		for op := range l.ops {
			sum.ops[op] += mix * l.ops[op]
		}
	}
	return sum
}
