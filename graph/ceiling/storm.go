package ceiling

import (
	"math"
	"regexp"
	"slices"
	"strconv"
)

// storm compares the bound when no attempt fails with that when all do. It
// returns nil if nothing is tried again.
func (s *solver) storm() (*Storm, error) {
	if !slices.ContainsFunc(s.paths, func(p path) bool { return s.worst[p.entry] > 1 }) {
		return nil, nil
	}
	good, err := s.under(s.moody(healthy))
	if err != nil {
		return nil, err
	}
	bad, err := s.under(s.moody(allFail))
	if err != nil {
		return nil, err
	}
	return &Storm{good.X, bad.X, [2]Value{bad.X, good.X}, bad.Binding}, nil
}

// brownout is the bound with every wait that has a timeout taking it and every
// attempt around such a wait failing. It returns nil if there is no timeout.
func (s *solver) brownout() (*Point, error) {
	e := s.moody(hanging)
	for op, v := range s.reached() {
		if v && e.ops[op].hangs {
			p, err := s.under(e)
			return &p, err
		}
	}
	return nil, nil
}

// hpa says of each service with a CPU target whether its scaler fires when the
// path runs at its ceiling. A scaler that fires raises the ceiling, and another
// may fire then; those that never do stay where they are. A service whose CPU
// is not modelled is taken to scale.
func (s *solver) hpa() []HPA {
	e := s.mid
	fleet, most := slices.Clone(e.fleet(now)), e.fleet(atMax)
	fired := make([]bool, len(fleet))
	for i, svc := range s.p.model.Services {
		if svc.HPACPUTarget == nil || s.cpu(i) == nil {
			fleet[i] = most[i]
		}
	}
	for again := true; again; {
		again = false
		x := e.point(s.mix, fleet).X
		for i, svc := range s.p.model.Services {
			if fired[i] || svc.HPACPUTarget == nil || s.cpu(i) == nil || s.utilisation(i, x, fleet) < *svc.HPACPUTarget {
				continue
			}
			fired[i], again = true, true
			fleet[i] = most[i]
		}
	}
	reachable := e.point(s.mix, fleet).X
	var list []HPA
	x := e.point(s.mix, e.fleet(now)).X
	for i, svc := range s.p.model.Services {
		if svc.HPACPUTarget != nil && s.cpu(i) != nil && x.Finite() {
			list = append(list, HPA{svc.ID, s.utilisation(i, x, e.fleet(now)), *svc.HPACPUTarget, fired[i], reachable})
		}
	}
	return list
}

// cpu returns the cores station of a service if a path uses it and it is modelled.
func (s *solver) cpu(service int) *station {
	i := s.p.services[service].cpu
	if st := &s.p.stations[i]; st.bounded && s.mix.ms[i] > 0 {
		return st
	}
	return nil
}

// utilisation is X D / c of a service's cores.
func (s *solver) utilisation(service int, x Value, f fleet) float64 {
	i := s.p.services[service].cpu
	cores, _ := s.mid.capacities(s.p.stations[i], f)
	if cores == 0 || math.IsInf(cores, 1) || !x.Finite() {
		return 0
	}
	return float64(x) * s.mix.ms[i] / cores / 1000
}

// Overload tells from which load on one disturbance makes permanent overload:
// below capacity/amplification everything recovers, above capacity nothing is
// served anyway. Backoff with jitter does not move the threshold under open
// arrivals, a retry budget b does: capacity/(1+b) (Bronson et al., HotOS 2021;
// Huang et al., Metastable Failures in the Wild, OSDI 2022).
type Overload struct {
	Vulnerable    bool   `json:"vulnerable"`
	From          Value  `json:"vulnerable_from_per_s"`
	UpTo          Value  `json:"up_to_per_s"`
	Amplification Value  `json:"amplification"`
	Rule          string `json:"rule,omitempty"` // why there is no such region
}

var atMost = regexp.MustCompile(`at most ([0-9.]+)`)

// OverloadOf applies the rule. A queue that holds less work than a client
// waits for has no such region: what is in it is answered in time.
func OverloadOf(p Parameters) Overload {
	if p.CapacityPerS == 0 && p.ServiceMS > 0 {
		p.CapacityPerS = p.Servers / p.ServiceMS * 1000
	}
	a := max(1, p.Attempts)
	if p.RetryBudget > 0 {
		a = min(a, 1+p.RetryBudget)
	}
	o := Overload{Vulnerable: a > 1, From: Value(p.CapacityPerS / a), UpTo: Value(p.CapacityPerS), Amplification: Value(a)}
	if m := atMost.FindStringSubmatch(p.Queue); m != nil && p.CapacityPerS > 0 {
		limit, err := strconv.ParseFloat(m[1], 64)
		if err == nil && limit/p.CapacityPerS*1000 < p.ClientTimeoutMS {
			o.Vulnerable, o.From, o.Rule = false, o.UpTo, "queue limit / capacity < timeout"
		}
	}
	return o
}
