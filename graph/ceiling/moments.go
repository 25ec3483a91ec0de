package ceiling

import "math"

// A moment is the mean and the variance of an uncontended time.
type moment struct{ mean, variance float64 }

func (m moment) plus(o moment) moment { return moment{m.mean + o.mean, m.variance + o.variance} }

func (m moment) times(n float64) moment { return moment{n * m.mean, n * m.variance} }

// times holds the moments of every operation's time and of every parallel
// part, the times of single steps being exponential.
type times struct {
	e     *eval
	ops   []moment
	parts map[*node]moment // of par and each
}

func newTimes(e *eval) *times {
	t := &times{e, make([]moment, len(e.ops)), map[*node]moment{}}
	for i := len(e.p.order) - 1; i >= 0; i-- {
		op := e.p.order[i]
		t.ops[op] = t.seq(e.p.ops[op].body)
	}
	return t
}

func (t *times) seq(list []*node) moment {
	var sum moment
	for _, n := range list {
		sum = sum.plus(t.of(n))
	}
	return sum
}

func (t *times) of(n *node) moment {
	e := t.e
	switch n.step.Kind {
	case StepWait, StepCPU, StepUse:
		ms := e.duration(n)
		return moment{ms, ms * ms}
	case StepHold:
		return t.seq(n.kids)
	case StepCall, StepDo:
		return t.ops[n.op]
	case StepRepeat:
		return t.seq(n.kids).times(e.of(n.n))
	case StepProb:
		p, m := e.of(n.n), t.seq(n.kids)
		return moment{p * m.mean, p*(m.variance+m.mean*m.mean) - p*p*m.mean*m.mean}
	case StepEither:
		var first, second float64
		for _, b := range n.branches {
			m := t.seq(b)
			first += m.mean / float64(len(n.branches))
			second += (m.variance + m.mean*m.mean) / float64(len(n.branches))
		}
		return moment{first, max(0, second-first*first)}
	case StepPar, StepEach:
		m, ok := t.parts[n]
		if !ok {
			m = t.parallel(n)
			t.parts[n] = m
		}
		return m
	case StepRetry:
		p, attempts := e.tries(n)
		m := t.seq(n.kids)
		mean, variance := expected(p, attempts), attemptsVariance(p, attempts)
		return moment{mean*m.mean + e.backoff(n, p, attempts), mean*m.variance + variance*m.mean*m.mean}
	}
	return moment{}
}

// attemptsVariance is E[K^2]-E[K]^2 with E[K^2] = sum (2k-1) p^(k-1).
func attemptsVariance(p, attempts float64) float64 {
	var square float64
	share := 1.0
	for k := 1.0; k <= attempts && share > 1e-12 && k < 10000; k++ {
		square += (2*k - 1) * share
		share *= p
	}
	mean := expected(p, attempts)
	return max(0, square-mean*mean)
}

// parallel joins branches, or n rounds of which k run at once: until only k
// are left one ends every mean/k, and then the longest of them counts.
func (t *times) parallel(n *node) moment {
	if n.step.Kind == StepPar {
		var branches []moment
		for _, b := range n.branches {
			branches = append(branches, t.seq(b))
		}
		return longest(branches, 1)
	}
	body, times := t.seq(n.kids), t.e.of(n.n)
	atOnce := times
	if n.capped {
		if k := t.e.capacityOf(n.atMost); k > 0 {
			atOnce = min(k, times)
		}
	}
	if times < 1 || atOnce < 1 {
		return body.times(times)
	}
	last := longest([]moment{body}, atOnce)
	early := times - atOnce
	return moment{early/atOnce*body.mean + last.mean, early/(atOnce*atOnce)*body.variance + last.variance}
}

// longest returns the moments of the longest of independent times, each taken
// copies times, as gamma distributions with the same moments (exact for
// exponential times).
func longest(list []moment, copies float64) moment {
	var end float64
	for _, m := range list {
		end = max(end, m.mean+math.Sqrt(m.variance)*(8+4*math.Log(1+copies*float64(len(list)))))
	}
	if end == 0 {
		return moment{}
	}
	const steps = 1000 // even: Simpson's rule
	h := end / steps
	var first, second float64
	for i := 0; i <= steps; i++ {
		t := float64(i) * h
		below := 1.0
		for _, m := range list {
			below *= m.below(t)
		}
		w := h / 3 * float64(2+2*(i%2))
		if i == 0 || i == steps {
			w = h / 3
		}
		rest := 1 - math.Pow(below, copies)
		first += w * rest
		second += w * 2 * t * rest
	}
	return moment{first, max(0, second-first*first)}
}

// below is the probability of a time of at most t.
func (m moment) below(t float64) float64 {
	if m.mean <= 0 || m.variance <= 1e-9*m.mean*m.mean {
		if t >= m.mean {
			return 1
		}
		return 0
	}
	shape := m.mean * m.mean / m.variance
	return gammaBelow(shape, t*m.mean/m.variance)
}

// gammaBelow is the regularised lower incomplete gamma function, by its series
// below shape+1 and else by its continued fraction (Abramowitz and Stegun
// 6.5.29 and 6.5.31).
func gammaBelow(shape, x float64) float64 {
	if x <= 0 {
		return 0
	}
	if shape > 1000 { // Wilson and Hilferty's normal approximation
		z := (math.Cbrt(x/shape) - 1 + 1/(9*shape)) * 3 * math.Sqrt(shape)
		return math.Erfc(-z/math.Sqrt2) / 2
	}
	lg, _ := math.Lgamma(shape)
	front := math.Exp(shape*math.Log(x) - x - lg)
	if x < shape+1 {
		term := 1 / shape
		sum := term
		for k := 1.0; k < 2000 && term > 1e-13*sum; k++ {
			term *= x / (shape + k)
			sum += term
		}
		return min(1, sum*front)
	}
	const tiny = 1e-300
	b := x + 1 - shape
	c, d := 1/tiny, 1/b
	h := d
	for k := 1.0; k < 2000; k++ {
		an := -k * (k - shape)
		b += 2
		d = an*d + b
		if math.Abs(d) < tiny {
			d = tiny
		}
		c = b + an/c
		if math.Abs(c) < tiny {
			c = tiny
		}
		d = 1 / d
		h *= d * c
		if math.Abs(d*c-1) < 1e-13 {
			break
		}
	}
	return max(0, 1-front*h)
}
