package ceiling

import "math"

// A mood says how retries and waits turn out in an evaluation.
type mood int

const (
	asDeclared mood = iota
	healthy         // no attempt fails
	allFail         // every attempt fails
	hanging         // what has a timeout takes it, and attempts around it fail
	cold            // no cache has anything
	moods           // the number of moods
)

// An eval is a program with a value for each unknown. Demands and capacities
// have separate values so that an interval can take the worst of both.
type eval struct {
	p        *program
	demand   []float64 // of unknowns that are times, counts and probabilities
	capacity []float64 // of unknowns that are servers, rates and replicas
	mood     mood
	hung     string // hanging: the only resource or service that hangs; "": all
	ops      []opCost
	fleets   [fleets]fleet
	flat     []*opCost // by operation: see flatten; nil: not asked for yet
}

// An opCost is what one call of an operation costs, without what the
// operations that it calls cost apart from the time that it waits for them.
type opCost struct {
	time  float64 // uncontended, milliseconds
	uses  []use
	calls []send
	hangs bool // some timeout is on the synchronous part
}

// A use is what one call takes of a station.
type use struct {
	station int
	ms      float64 // servers' time
	visits  float64
}

// A send is how often one call makes a call or sends a message.
type send struct {
	op     int
	visits float64
	async  bool
}

// newEval evaluates the operations of the order once, from its end, so that
// callees come first.
func newEval(p *program, order []int, demand, capacity []float64, m mood) *eval {
	e := &eval{p: p, demand: demand, capacity: capacity, mood: m, ops: make([]opCost, len(p.ops))}
	e.all(order)
	return e
}

func (e *eval) all(order []int) {
	for i := len(order) - 1; i >= 0; i-- {
		e.op(order[i])
	}
}

func (e *eval) of(o operand) float64 {
	if o.unknown >= 0 {
		return e.demand[o.unknown]
	}
	return o.value
}

func (e *eval) capacityOf(o operand) float64 {
	if o.unknown >= 0 {
		return e.capacity[o.unknown]
	}
	return o.value
}

func (e *eval) op(i int) {
	o := e.p.ops[i]
	c := &e.ops[i]
	c.calls = make([]send, 0, len(o.calls))
	c.hangs = e.mood == hanging && e.reachesTimeout(o.body)
	c.time = e.seq(o.body, 1, c)
	if !o.inline {
		c.add(o.slots, c.time, 1)
	}
}

func (c *opCost) add(station int, ms, visits float64) {
	for i := range c.uses {
		if c.uses[i].station == station {
			c.uses[i].ms += ms
			c.uses[i].visits += visits
			return
		}
	}
	c.uses = append(c.uses, use{station, ms, visits})
}

func (c *opCost) send(op int, visits float64, async bool) {
	for i := range c.calls {
		if c.calls[i].op == op && c.calls[i].async == async {
			c.calls[i].visits += visits
			return
		}
	}
	c.calls = append(c.calls, send{op, visits, async})
}

// seq returns the uncontended time of one round of the nodes and adds to c
// what visits rounds cost.
func (e *eval) seq(list []*node, visits float64, c *opCost) float64 {
	var total float64
	for _, n := range list {
		total += e.node(n, visits, c)
	}
	return total
}

func (e *eval) node(n *node, visits float64, c *opCost) float64 {
	switch n.step.Kind {
	case StepWait:
		return e.duration(n)
	case StepCPU, StepUse:
		ms := e.duration(n)
		c.add(n.station, visits*ms, visits)
		return ms
	case StepHold:
		ms := e.seq(n.kids, visits, c)
		c.add(n.station, visits*ms, visits)
		return ms
	case StepCall, StepDo:
		c.send(n.op, visits, false)
		switch {
		case !e.hangs(n):
			return e.ops[n.op].time
		case e.ops[n.op].hangs:
			return min(e.of(n.timeout), e.ops[n.op].time)
		}
		return e.of(n.timeout)
	case StepAsync:
		c.send(n.op, visits, true)
	case StepLimit:
		c.add(n.station, 0, visits)
	case StepRepeat, StepProb:
		times := e.of(n.n)
		if e.mood == cold && n.step.Miss {
			times = 1
		}
		if times > 0 {
			return times * e.seq(n.kids, visits*times, c)
		}
	case StepPar:
		var longest float64
		for _, b := range n.branches {
			longest = max(longest, e.seq(b, visits, c))
		}
		return longest
	case StepEither:
		return e.either(n, visits, c)
	case StepEach:
		if times := e.of(n.n); times > 0 {
			return e.rounds(n, times) * e.seq(n.kids, visits*times, c)
		}
	case StepRetry:
		return e.retry(n, visits, c)
	}
	return 0
}

func (e *eval) duration(n *node) float64 {
	if e.hangs(n) {
		return e.of(n.timeout)
	}
	return e.of(n.ms)
}

// hangs reports whether a wait takes its timeout.
func (e *eval) hangs(n *node) bool {
	return e.mood == hanging && n.hangs && (e.hung == "" || e.hung == e.p.dependency(n) || n.step.Kind == StepCall && e.ops[n.op].hangs)
}

// dependency is what a step waits for: a resource or a service, by its id.
func (p *program) dependency(n *node) string {
	switch n.step.Kind {
	case StepUse:
		return n.step.Target
	case StepCall:
		return p.model.Services[p.ops[n.op].service].ID
	}
	return ""
}

// rounds returns how many times the body's length n rounds take in parallel.
// Fewer rounds than may run at once take one; less than one in the mean, so
// much of one.
func (e *eval) rounds(n *node, times float64) float64 {
	atOnce := times
	if n.capped {
		if k := e.capacityOf(n.atMost); k > 0 {
			atOnce = min(k, times)
		}
	}
	return times / max(atOnce, 1)
}

// retry: with attempts n and failures p, sum p^k, k < n, attempts are made, and
// p^k of the requests wait before attempt k+1 (design document, "Visits").
func (e *eval) retry(n *node, visits float64, c *opCost) float64 {
	p, attempts := e.tries(n)
	times := expected(p, attempts)
	if times <= 0 {
		return 0
	}
	return times*e.seq(n.kids, visits*times, c) + e.backoff(n, p, attempts)
}

func (e *eval) tries(n *node) (failProb, attempts float64) {
	failProb, attempts = e.of(n.failProb), e.of(n.attempts)
	switch {
	case e.mood == healthy:
		failProb = 0
	case e.mood == allFail, e.mood == hanging && e.reachesTimeout(n.kids):
		failProb = 1
	}
	return failProb, attempts
}

func (e *eval) backoff(n *node, failProb, attempts float64) float64 {
	var total float64
	share := failProb
	for k, b := range n.backoff {
		if float64(k+1) >= attempts {
			break
		}
		total += share * e.of(b)
		share *= failProb
	}
	return total
}

// expected returns the mean number of attempts, (1-p^n)/(1-p).
func expected(p, n float64) float64 {
	if p == 1 {
		return n
	}
	return (1 - math.Pow(p, n)) / (1 - p)
}

// reachesTimeout reports whether a round of the nodes waits for something that
// has a timeout.
func (e *eval) reachesTimeout(list []*node) bool {
	for _, n := range list {
		if n.never() || n.step.Kind == StepAsync {
			continue
		}
		if e.hangs(n) || (n.step.Kind == StepCall || n.step.Kind == StepDo) && e.ops[n.op].hangs || e.reachesTimeout(n.kids) {
			return true
		}
		for _, b := range n.branches {
			if e.reachesTimeout(b) {
				return true
			}
		}
	}
	return false
}
