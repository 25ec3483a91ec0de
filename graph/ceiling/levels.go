package ceiling

import "math"

// A visitor is how often an operation runs on one level.
type visitor struct {
	level  int
	visits float64
	light  float64 // visits, scaled down where they overlap in parallel parts
}

// collect distributes what a request takes over the levels.
func (l *levels) collect() {
	l.delay = map[int]float64{}
	l.parts = map[int]map[int]*portion{}
	visitors := make([][]visitor, len(l.s.p.ops))
	c := &collector{l, l.s.mid, visitors}
	for _, p := range l.s.paths {
		if p.mix > 0 {
			c.enter(p.entry, visitor{root, p.mix, p.mix})
		}
	}
	for _, op := range l.s.order {
		for _, v := range visitors[op] {
			c.seq(l.s.p.ops[op].body, v)
		}
	}
}

type collector struct {
	l        *levels
	e        *eval
	visitors [][]visitor
}

// enter runs an operation from a level, through the slots of its service.
func (c *collector) enter(op int, v visitor) {
	if !c.e.p.ops[op].inline {
		v = c.acquire(c.e.p.ops[op].slots, v, c.l.times.ops[op].mean)
	}
	for i, w := range c.visitors[op] {
		if w.level == v.level {
			c.visitors[op][i].visits += v.visits
			c.visitors[op][i].light += v.light
			return
		}
	}
	c.visitors[op] = append(c.visitors[op], v)
}

// acquire goes through a station that is held for the given time.
func (c *collector) acquire(st int, v visitor, ms float64) visitor {
	if servers, _ := c.e.capacities(c.e.p.stations[st], c.l.fleet); c.l.open[st] || v.level == st || math.IsInf(servers, 1) {
		return v
	}
	p := c.portion(st, v.level)
	p.holder = true
	p.light += v.light * ms
	p.busy += v.visits * ms
	return visitor{st, v.visits, v.visits}
}

func (c *collector) portion(st, level int) *portion {
	parts := c.l.parts[level]
	if parts == nil {
		parts = map[int]*portion{}
		c.l.parts[level] = parts
	}
	if parts[st] == nil {
		parts[st] = &portion{}
	}
	return parts[st]
}

func (c *collector) seq(list []*node, v visitor) {
	for _, n := range list {
		c.node(n, v)
	}
}

func (v visitor) times(visits, light float64) visitor {
	return visitor{v.level, v.visits * visits, v.light * light}
}

func (c *collector) node(n *node, v visitor) {
	e := c.e
	switch n.step.Kind {
	case StepWait:
		c.l.delay[v.level] += v.light * e.duration(n)
	case StepCPU, StepUse:
		c.use(n.station, v, e.duration(n))
	case StepLimit:
		c.tokens(n.station, v)
	case StepHold:
		c.tokens(n.station, v)
		c.seq(n.kids, c.acquire(n.station, v, c.l.times.seq(n.kids).mean))
	case StepCall, StepDo:
		c.enter(n.op, v)
	case StepRepeat, StepProb:
		if times := e.of(n.n); times > 0 {
			if times > 1 {
				c.l.delay[v.level] += v.light * (times - 1) * c.spaced(n)
			}
			c.seq(n.kids, v.times(times, times))
		}
	case StepRetry:
		p, attempts := e.tries(n)
		if times := expected(p, attempts); times > 0 {
			c.l.delay[v.level] += v.light * e.backoff(n, p, attempts)
			c.seq(n.kids, v.times(times, times))
		}
	case StepEither:
		for _, b := range n.branches {
			c.seq(b, v.times(1/float64(len(n.branches)), 1/float64(len(n.branches))))
		}
	case StepPar:
		var sum float64
		for _, b := range n.branches {
			sum += c.l.times.seq(b).mean
		}
		overlap := ratio(c.l.times.of(n).mean, sum)
		for _, b := range n.branches {
			c.seq(b, v.times(1, overlap))
		}
	case StepEach:
		if times := e.of(n.n); times > 0 {
			body := c.l.times.seq(n.kids).mean
			c.seq(n.kids, v.times(times, times*ratio(c.l.times.of(n).mean, times*body)))
		}
	}
}

// spaced returns how long a request that is alone waits for tokens in each
// round of a loop after the first, because a round is shorter than the tokens
// are apart.
func (c *collector) spaced(n *node) float64 {
	cost := &opCost{}
	body := c.e.seq(n.kids, 1, cost)
	var longest float64
	for _, u := range cost.uses {
		if _, rate := c.e.capacities(c.e.p.stations[u.station], c.l.fleet); rate > 0 && !math.IsInf(rate, 1) {
			longest = max(longest, u.visits/rate*1000)
		}
	}
	return max(0, longest-body)
}

func (c *collector) use(st int, v visitor, ms float64) {
	c.tokens(st, v)
	servers, _ := c.e.capacities(c.e.p.stations[st], c.l.fleet)
	if math.IsInf(servers, 1) || c.e.p.stations[st].omitted || c.l.capped[st] || ms == 0 {
		c.l.delay[v.level] += v.light * ms
		return
	}
	if c.e.p.stations[st].held {
		inside := c.acquire(st, v, ms)
		c.l.delay[inside.level] += inside.light * ms
		return
	}
	p := c.portion(st, v.level)
	p.light += v.light * ms
	p.busy += v.visits * ms
}

// tokens passes a station that has a rate and no servers.
func (c *collector) tokens(st int, v visitor) {
	if _, rate := c.e.capacities(c.e.p.stations[st], c.l.fleet); !c.e.p.stations[st].bounded && !math.IsInf(rate, 1) && rate > 0 && !c.l.capped[st] {
		p := c.portion(st, v.level)
		p.tokens = true
		p.light += v.light
		p.busy += v.visits
	}
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 1
	}
	return a / b
}
