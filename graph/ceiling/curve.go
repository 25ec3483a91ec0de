package ceiling

import (
	"maps"
	"math"
	"slices"
	"strconv"
)

// curve estimates the throughput at each number of users. What a hold or a
// service's slots enclose is a closed network of its own; its throughputs with
// 1 to c requests inside are the rates of a station above. What is used on
// several levels cannot be in two networks: of it and of what separates the
// levels the tighter is a station and the others only cap the result.
func (s *solver) curve(d *Deadlock) NamedList[Throughput] {
	var list NamedList[Throughput]
	if len(s.p.model.Parameters.Users) == 0 {
		return nil
	}
	f := s.mid.fleet(now)
	top := accept(s.mid, s.mix, f).X
	times := newTimes(s.mid)
	think := s.p.model.Parameters.ThinkMS
	for _, users := range s.p.model.Parameters.Users {
		if users <= 0 {
			continue
		}
		t := Throughput{Asymptote: top}
		if r := s.mix.time + think; r > 0 {
			t.Asymptote = min(top, Value(float64(users)/r*1000))
		}
		t.X = t.Asymptote
		if d != nil && d.Possible && users > d.SafeInFlight {
			t.X, t.Asymptote = 0, 0
		} else if users <= mostUsers {
			l := newLevels(s, f, times, users)
			l.delay[root] += think
			if x := Value(l.throughput(root, users)[users-1] * 1000); x < t.X {
				t.X = x
			}
		}
		list = append(list, Named[Throughput]{strconv.Itoa(users), t})
	}
	return list
}

// mostUsers bounds the work of the convolution, which grows with the square;
// above it the curve is its asymptote.
const mostUsers = 20000

// root is the level that no station encloses.
const root = -1

// levels is a path's synchronous part as nested closed networks.
type levels struct {
	s      *solver
	fleet  fleet
	users  int
	times  *times
	open   []bool // by station: encloses no level of its own
	capped []bool // by station: only caps the result

	delay map[int]float64          // by level, milliseconds
	parts map[int]map[int]*portion // by level, by station
}

// A portion is what a request takes of a station on one level.
type portion struct {
	light  float64 // milliseconds if alone; less than busy inside parallel parts
	busy   float64 // milliseconds of servers, or tokens
	holder bool    // encloses a level
	tokens bool
}

func newLevels(s *solver, f fleet, times *times, users int) *levels {
	l := &levels{s: s, fleet: f, users: users, times: times,
		open: make([]bool, len(s.p.stations)), capped: make([]bool, len(s.p.stations))}
	for i, st := range s.p.stations {
		servers, _ := s.mid.capacities(st, f)
		l.open[i] = servers >= float64(users)*max(1, s.width(i))
	}
	for {
		l.collect()
		if !l.resolve() {
			return l
		}
	}
}

// width bounds how many servers of a station one request can hold at once.
func (s *solver) width(station int) float64 {
	if s.p.parallel {
		return s.mix.visits[station]
	}
	return 1
}

// resolve finds the tightest station that is used on several levels, and opens
// the loosest level that separates them, or caps the station. It reports
// whether there was one.
func (l *levels) resolve() bool {
	found := map[int][]int{} // levels by station
	for _, level := range slices.Sorted(maps.Keys(l.parts)) {
		for st := range l.parts[level] {
			found[st] = append(found[st], level)
		}
	}
	worst, loosest := -1, root
	for _, st := range slices.Sorted(maps.Keys(found)) {
		if len(found[st]) < 2 || worst >= 0 && l.allows(st) >= l.allows(worst) {
			continue
		}
		worst, loosest = st, root
		for _, level := range found[st] {
			if level != root && (loosest == root || l.allows(level) > l.allows(loosest)) {
				loosest = level
			}
		}
	}
	switch {
	case worst < 0:
		return false
	case l.allows(loosest) > l.allows(worst):
		l.open[loosest] = true
	default:
		l.capped[worst], l.open[worst] = true, true
	}
	return true
}

// allows is the rate that a station allows, per second.
func (l *levels) allows(st int) float64 {
	servers, rate := l.s.mid.capacities(l.s.p.stations[st], l.fleet)
	return xMax(servers, rate, l.s.mix.ms[st], l.s.mix.visits[st])
}

// throughput returns the throughputs of a level with 1 to n requests in it.
func (l *levels) throughput(level, n int) []float64 {
	delay := l.delay[level]
	var servers []server
	for _, st := range slices.Sorted(maps.Keys(l.parts[level])) {
		p := l.parts[level][st]
		count, rate := l.s.mid.capacities(l.s.p.stations[st], l.fleet)
		switch {
		case p.holder:
			if s, ok := l.enclosed(st, p, int(min(count, float64(n)))); ok {
				servers = append(servers, s)
			}
		case p.tokens:
			// A limiter adds waiting only: the time of its exponential
			// stand-in comes off the delay.
			if s, ok := shared(p.light/rate*1000, rate/1000/l.s.mix.visits[st], n); ok {
				servers = append(servers, s)
				delay = max(0, delay-1/s.rates[0])
			}
		default:
			if s, ok := shared(p.light, count/l.s.mix.ms[st], n); ok {
				servers = append(servers, s)
			} else {
				delay += p.light
			}
		}
	}
	return throughputs(delay, servers, n)
}

// enclosed turns the level that a station encloses into a station of the level
// above, with room for n requests.
func (l *levels) enclosed(st int, p *portion, n int) (server, bool) {
	if n < 1 {
		return server{}, false
	}
	rates := l.throughput(st, n)
	if math.IsInf(rates[n-1], 1) {
		return server{}, false
	}
	overlap := 1.0
	if p.busy > 0 {
		overlap = min(1, p.light/p.busy)
	}
	for i := range rates {
		rates[i] = min(rates[i]/overlap, rates[n-1])
	}
	return server{rates}, true
}
