package ceiling

// An arm is one of the ways of an either step, taken once.
type arm struct {
	cost, flat *opCost // flat: with all that the operations it calls cost
	time       float64
}

// either returns the time of a step that goes one of several ways and adds its
// cost to c. What the ways cost is mixed from three vectors: what each station
// gives to the way that is cheapest for it (split 0), the mean of all ways
// (1/2), and what it gives to the way that is dearest for it (1). As X <= c/D
// holds for each station by itself and D is linear in the shares of the ways,
// no shares lead below the bound of split 1 or above that of split 0. Without
// a cache, the dearest way is taken.
func (e *eval) either(n *node, visits float64, c *opCost) float64 {
	var arms []arm
	for _, b := range n.branches {
		a := arm{cost: &opCost{}}
		a.time = e.seq(b, 1, a.cost)
		a.flat = e.flatten(a.cost)
		arms = append(arms, a)
	}
	split := e.of(n.n)
	if e.mood == cold && n.misses() {
		split = 1
	}
	end := max(1-2*split, 2*split-1) // how much is not the mean
	var time, sum, most float64
	least := arms[0].time
	dearest := 0
	for i, a := range arms {
		share := (1 - end) / float64(len(arms))
		sum += share * a.time
		a.cost.addTo(c, visits*share)
		least = min(least, a.time)
		if a.time > most {
			most, dearest = a.time, i
		}
	}
	switch {
	case end == 0:
	case split < 0.5:
		time = end * least
		e.among(arms, func(x, y float64) float64 { return min(x, y) }).addTo(c, visits*end)
	default:
		time = end * most
		arms[dearest].cost.addTo(c, visits*end)
		extra := e.among(arms, func(x, y float64) float64 { return max(x, y) })
		arms[dearest].flat.addTo(extra, -1)
		extra.addTo(c, visits*end)
	}
	return sum + time
}

// misses reports whether one of the ways is the miss of a cache.
func (n *node) misses() bool {
	found := false
	for _, b := range n.branches {
		eachNode(b, func(m *node) { found = found || m.step.Miss })
	}
	return found
}

// addTo adds so many times a cost to another.
func (a *opCost) addTo(c *opCost, times float64) {
	if times == 0 {
		return
	}
	for _, u := range a.uses {
		c.add(u.station, times*u.ms, times*u.visits)
	}
	for _, s := range a.calls {
		c.send(s.op, times*s.visits, s.async)
	}
}

// among picks, for each station and each message by itself, one of the arms'
// costs.
func (e *eval) among(arms []arm, pick func(x, y float64) float64) *opCost {
	all := &opCost{}
	for _, a := range arms {
		a.flat.addTo(all, 1)
	}
	for i := range all.uses {
		u := &all.uses[i]
		for n, a := range arms {
			ms, visits := a.flat.of(u.station)
			if n == 0 {
				u.ms, u.visits = ms, visits
			}
			u.ms, u.visits = pick(u.ms, ms), pick(u.visits, visits)
		}
	}
	for i := range all.calls {
		s := &all.calls[i]
		for n, a := range arms {
			visits := a.flat.sent(s.op)
			if n == 0 {
				s.visits = visits
			}
			s.visits = pick(s.visits, visits)
		}
	}
	return all
}

func (a *opCost) of(station int) (ms, visits float64) {
	for _, u := range a.uses {
		if u.station == station {
			return u.ms, u.visits
		}
	}
	return 0, 0
}

func (a *opCost) sent(op int) float64 {
	for _, s := range a.calls {
		if s.op == op {
			return s.visits
		}
	}
	return 0
}

// flatten replaces the operations that a cost waits for by what they cost; of
// calls only messages are left.
func (e *eval) flatten(a *opCost) *opCost {
	out := &opCost{}
	for _, u := range a.uses {
		out.add(u.station, u.ms, u.visits)
	}
	for _, s := range a.calls {
		if s.async {
			out.send(s.op, s.visits, true)
			continue
		}
		if e.flat == nil {
			e.flat = make([]*opCost, len(e.ops))
		}
		if e.flat[s.op] == nil {
			e.flat[s.op] = e.flatten(&e.ops[s.op])
		}
		e.flat[s.op].addTo(out, s.visits)
	}
	return out
}
