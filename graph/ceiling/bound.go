package ceiling

import (
	"cmp"
	"math"
	"slices"
)

// tie is the relative difference below which two rates count as equal.
const tie = 1e-9

// replicas says which number of replicas is meant.
type replicas int

const (
	now replicas = iota
	atMax
	unlimited
	fleets // the number of them
)

// fleet is a number of replicas for each service.
type fleet []float64

// fleet returns the replicas of each service. It is not to be changed: all who
// ask get the same.
func (e *eval) fleet(r replicas) fleet {
	if e.fleets[r] != nil {
		return e.fleets[r]
	}
	f := make(fleet, len(e.p.services))
	e.fleets[r] = f
	for i, s := range e.p.services {
		f[i] = e.capacityOf(s.replicas)
		switch {
		case !s.scalable:
		case r == atMax && s.scaled:
			f[i] = e.capacityOf(s.most)
		case r == unlimited:
			f[i] = math.Inf(1)
		}
	}
	return f
}

// capacities returns the servers and the tokens per second of a station;
// infinity where nothing bounds them.
func (e *eval) capacities(st station, f fleet) (servers, rate float64) {
	servers, rate = math.Inf(1), math.Inf(1)
	times := 1.0
	if st.service >= 0 {
		times = f[st.service]
	}
	if st.bounded {
		servers = product(times, e.capacityOf(st.servers))
	}
	if st.limited {
		rate = product(times, e.capacityOf(st.rate))
	}
	return servers, rate
}

// product is a*b where nothing times infinity is nothing.
func product(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}

// xMax returns the rate that a station allows.
func xMax(servers, rate, ms, visits float64) float64 {
	x := math.Inf(1)
	if ms > 0 {
		x = servers / ms * 1000
	} else if visits > 0 && servers == 0 {
		x = 0
	}
	if visits > 0 {
		x = min(x, rate/visits)
	}
	return x
}

// demands lists the stations that a load visits, the tightest first.
func (e *eval) demands(l load, f fleet) []Demand {
	var list []Demand
	for _, i := range l.stations {
		st := e.p.stations[i]
		if st.omitted || l.visits[i] == 0 {
			continue
		}
		servers, rate := e.capacities(st, f)
		d := Demand{Resource: st.name, Kind: st.kind, Capacity: Value(servers), XMax: Value(xMax(servers, rate, l.ms[i], l.visits[i]))}
		if st.limited && !(st.bounded && servers/l.ms[i]*1000 < rate/l.visits[i]) {
			d.Capacity, d.Unit, d.Visits = Value(rate), "1/s", &l.visits[i]
		} else {
			d.DemandMS = &l.ms[i]
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b Demand) int {
		return cmp.Or(cmp.Compare(a.XMax, b.XMax), cmp.Compare(a.Resource, b.Resource))
	})
	// Rates that differ by rounding only go by name.
	for i := 0; i < len(list); {
		j := i + 1
		for j < len(list) && equal(list[i].XMax, list[j].XMax) {
			j++
		}
		slices.SortFunc(list[i:j], func(a, b Demand) int { return cmp.Compare(a.Resource, b.Resource) })
		i = j
	}
	return list
}

func equal(a, b Value) bool {
	return a == b || a.Finite() && b.Finite() && math.Abs(float64(a-b)) <= tie*math.Abs(float64(b))
}

// lowest returns the lowest rate of sorted demands and all that share it.
func lowest(list []Demand) Point {
	p := Point{X: None(), Binding: []string{}}
	for _, d := range list {
		if !d.XMax.Finite() || len(p.Binding) > 0 && !equal(p.X, d.XMax) {
			break
		}
		if len(p.Binding) == 0 {
			p.X = d.XMax
		}
		p.Binding = append(p.Binding, d.Resource)
	}
	return p
}

// point is the bound of a load on a fleet.
func (e *eval) point(l load, f fleet) Point {
	p := Point{X: None(), Binding: []string{}}
	for _, i := range l.stations {
		st := e.p.stations[i]
		if st.omitted || l.visits[i] == 0 {
			continue
		}
		servers, rate := e.capacities(st, f)
		switch x := Value(xMax(servers, rate, l.ms[i], l.visits[i])); {
		case !x.Finite():
		case equal(x, p.X):
			p.Binding = append(p.Binding, st.name)
		case x < p.X:
			p.X, p.Binding = x, []string{st.name}
		}
	}
	slices.Sort(p.Binding)
	return p
}

// runnerUp is the first station after those that bind.
func (r *Result) runnerUp() {
	r.XNext, r.Separation = None(), None()
	if len(r.Demands) > len(r.Binding) {
		if d := r.Demands[len(r.Binding)]; d.XMax.Finite() {
			r.NextBinding, r.XNext = &d.Resource, d.XMax
		}
	}
	switch {
	case len(r.Binding) > 1:
		r.Separation = 1
	case r.XBound > 0 && r.XNext.Finite():
		r.Separation = r.XNext / r.XBound
	}
}

// region returns one inequality for each station that is bounded and used.
func (e *eval) region(paths []path, loads []load, f fleet) []Inequality {
	const unit = "busy server-ms per second (rate limit: requests per second)"
	list := []Inequality{}
	for i, st := range e.p.stations {
		servers, rate := e.capacities(st, f)
		add := func(atMost float64, of func(load) float64) {
			in := Inequality{Resource: st.name, AtMost: atMost, Unit: unit}
			used := false
			for k, l := range loads {
				used = used || of(l) > 0
				in.Coefficients = append(in.Coefficients, Named[float64]{paths[k].id, of(l)})
			}
			if used && !math.IsInf(atMost, 0) && !st.omitted {
				list = append(list, in)
			}
		}
		add(servers*1000, func(l load) float64 { return l.ms[i] })
		add(rate, func(l load) float64 { return l.visits[i] })
	}
	slices.SortStableFunc(list, func(a, b Inequality) int { return cmp.Compare(a.Resource, b.Resource) })
	return list
}
