package ceiling_test

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// A simulation runs a model as discrete events with exponential times and
// closed users. It knows nothing of the solver's formulas.
type simulation struct {
	m        *ceiling.Model
	rng      *rand.Rand
	now      float64
	events   events
	count    int
	stations map[string]*queue
	ops      map[string]*ceiling.Operation
	done     int
	limit    map[string]float64 // when the next token is free
}

type event struct {
	at    float64
	order int
	run   func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].order < e[j].order
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any     { old := *e; x := old[len(old)-1]; *e = old[:len(old)-1]; return x }

type queue struct {
	free    int
	waiting []func()
}

func newSimulation(m *ceiling.Model, seed uint64) *simulation {
	s := &simulation{m: m, rng: rand.New(rand.NewPCG(seed, 3)), stations: map[string]*queue{}, ops: map[string]*ceiling.Operation{}, limit: map[string]float64{}}
	replicas := map[string]float64{}
	for _, svc := range m.Services {
		replicas[svc.ID] = svc.Replicas.Value
		for name, n := range map[string]*ceiling.Num{"/slots": svc.Concurrency, "/cpu": svc.Cores} {
			if n != nil {
				s.stations[svc.ID+name] = &queue{free: int(n.Value * svc.Replicas.Value)}
			}
		}
	}
	for _, r := range m.Resources {
		if r.Servers != nil {
			n := r.Servers.Value
			if r.Scope == ceiling.PerReplica {
				n *= replicas[r.Of]
			}
			s.stations[r.ID] = &queue{free: int(n)}
		}
	}
	for _, o := range m.Operations {
		s.ops[o.ID] = o
	}
	return s
}

func (s *simulation) after(ms float64, k func()) {
	s.count++
	heap.Push(&s.events, event{s.now + ms, s.count, k})
}

func (s *simulation) acquire(name string, k func()) {
	q := s.stations[name]
	switch {
	case q == nil:
		k()
	case q.free > 0:
		q.free--
		k()
	default:
		q.waiting = append(q.waiting, k)
	}
}

func (s *simulation) release(name string) {
	q := s.stations[name]
	if q == nil {
		return
	}
	if len(q.waiting) == 0 {
		q.free++
		return
	}
	k := q.waiting[0]
	q.waiting = q.waiting[1:]
	s.after(0, k)
}

func (s *simulation) call(op string, k func()) {
	o := s.ops[op]
	slots := o.Service + "/slots"
	s.acquire(slots, func() {
		s.steps(o.Steps, o.Service, func() { s.release(slots); k() })
	})
}

func (s *simulation) steps(list []*ceiling.Step, service string, k func()) {
	if len(list) == 0 {
		k()
		return
	}
	s.step(list[0], service, func() { s.steps(list[1:], service, k) })
}

func (s *simulation) use(station string, ms float64, k func()) {
	s.acquire(station, func() {
		s.after(ms*s.rng.ExpFloat64(), func() { s.release(station); k() })
	})
}

func (s *simulation) step(n *ceiling.Step, service string, k func()) {
	switch n.Kind {
	case ceiling.StepWait:
		s.after(n.MS.Value*s.rng.ExpFloat64(), k)
	case ceiling.StepCPU:
		s.use(service+"/cpu", n.MS.Value, k)
	case ceiling.StepUse:
		s.use(n.Target, n.MS.Value, k)
	case ceiling.StepHold:
		s.acquire(n.Target, func() {
			s.steps(n.Steps, service, func() { s.release(n.Target); k() })
		})
	case ceiling.StepCall:
		s.call(n.Target, k)
	case ceiling.StepAsync:
		s.call(n.Target, func() {})
		k()
	case ceiling.StepLimit:
		for _, r := range s.m.Resources {
			if r.ID == n.Target {
				free := max(s.now, s.limit[r.ID])
				s.limit[r.ID] = free + 1000/r.Rate.Value
				s.after(free-s.now, k)
			}
		}
	case ceiling.StepRepeat:
		s.rounds(int(n.N.Value), n.Steps, service, k)
	case ceiling.StepProb:
		if s.rng.Float64() < n.N.Value {
			s.steps(n.Steps, service, k)
		} else {
			k()
		}
	case ceiling.StepPar:
		join := s.join(len(n.Branches), k)
		for _, b := range n.Branches {
			s.steps(b, service, join)
		}
	case ceiling.StepEach:
		s.each(n, service, k)
	case ceiling.StepRetry:
		s.try(n, 1, service, k)
	}
}

func (s *simulation) rounds(n int, list []*ceiling.Step, service string, k func()) {
	if n == 0 {
		k()
		return
	}
	s.steps(list, service, func() { s.rounds(n-1, list, service, k) })
}

func (s *simulation) join(n int, k func()) func() {
	if n == 0 {
		k()
	}
	return func() {
		if n--; n == 0 {
			k()
		}
	}
}

func (s *simulation) each(n *ceiling.Step, service string, k func()) {
	left := int(n.N.Value)
	join := s.join(left, k)
	var next func()
	next = func() {
		if left > 0 {
			left--
			s.steps(n.Steps, service, func() { next(); join() })
		}
	}
	workers := left
	if n.AtMost != nil {
		workers = min(left, int(n.AtMost.Value))
	}
	for range workers {
		next()
	}
}

func (s *simulation) try(n *ceiling.Step, attempt int, service string, k func()) {
	s.steps(n.Steps, service, func() {
		if s.rng.Float64() >= n.Retry.FailProb.Value || float64(attempt) >= n.Retry.Attempts.Value {
			k()
			return
		}
		wait := 0.0
		if attempt <= len(n.Retry.Backoff) {
			wait = n.Retry.Backoff[attempt-1].Value
		}
		s.after(wait*s.rng.ExpFloat64(), func() { s.try(n, attempt+1, service, k) })
	})
}

// throughput runs that many users until so many requests are done and returns
// requests per second, without the first fifth.
func (s *simulation) throughput(users, requests int) float64 {
	var user func()
	user = func() {
		p := s.m.Paths[0]
		var sum float64
		for _, x := range s.m.Paths {
			sum += *x.Mix
		}
		at := s.rng.Float64() * sum
		for _, x := range s.m.Paths {
			if p = x; at < *x.Mix {
				break
			}
			at -= *x.Mix
		}
		s.call(p.Entry, func() { s.done++; s.after(0, user) })
	}
	for range users {
		s.after(0, user)
	}
	warm, start := requests/5, 0.0
	for len(s.events) > 0 && s.done < requests && len(s.events) < 1_000_000 {
		e := heap.Pop(&s.events).(event)
		s.now = e.at
		before := s.done
		e.run()
		if before < warm && s.done >= warm {
			start = s.now
		}
	}
	return float64(s.done-warm) / (s.now - start) * 1000
}

// TestTokensInALoop: a loop that takes tokens faster than they come waits for
// them even when it is alone.
func TestTokensInALoop(t *testing.T) {
	m, err := ceiling.Decode([]byte(model(`"concurrency_per_replica": 50`, `{"wait_ms": 200}, {"repeat": 10, "steps": [{"limit": "vendor"}, {"wait_ms": 3}]}`, "")))
	if err != nil {
		t.Fatal(err)
	}
	one := 1.0
	m.Paths[0].Mix, m.Parameters.Users = &one, []int{1, 2, 10}
	r := solved(t, m)
	for i, users := range m.Parameters.Users {
		x, got := newSimulation(m, 1).throughput(users, 10000), float64(r.Curve[i].Value.X)
		if math.Abs(got/x-1) > 0.1 {
			t.Errorf("%d users: %v, simulated %v", users, got, x)
		}
	}
}

// TestCurveAgainstSimulation compares the curve of random models with a
// simulation, and checks that no simulated point is above its asymptote.
func TestCurveAgainstSimulation(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	type point struct {
		error float64
		text  string
	}
	var points []point
	for seed := range uint64(150) {
		m := randomModel(seed, false)
		m.Parameters.Users = []int{1, 7, 60}
		r := solved(t, m)
		if r.Deadlock != nil || r.ResponseMS == 0 || r.Accept != nil {
			continue
		}
		for i, users := range m.Parameters.Users {
			p := r.Curve[i].Value
			if !p.X.Finite() || p.X == 0 {
				continue
			}
			x := newSimulation(m, seed).throughput(users, 8000)
			if x > float64(p.Asymptote)*1.05 {
				t.Errorf("seed %d, %d users: simulated %v, cannot exceed %v", seed, users, x, p.Asymptote)
			}
			points = append(points, point{math.Abs(float64(p.X)/x - 1), fmt.Sprintf("seed %d, %d users: %v, simulated %v, asymptote %v", seed, users, p.X, x, p.Asymptote)})
		}
	}
	slices.SortFunc(points, func(a, b point) int {
		if a.error < b.error {
			return -1
		}
		return 1
	})
	quantile := func(q float64) float64 { return points[int(q*float64(len(points)-1))].error }
	t.Logf("%d points: median error %.4f, 90th percentile %.4f", len(points), quantile(0.5), quantile(0.9))
	for _, p := range points[len(points)-12:] {
		t.Logf("%.3f %s", p.error, p.text)
	}
	if quantile(0.5) > 0.01 || quantile(0.9) > 0.05 {
		t.Errorf("the curve is too far from the simulation")
	}
}
