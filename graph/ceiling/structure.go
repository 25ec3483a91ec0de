package ceiling

import "slices"

// shape finds what needs no times: depth, calls, coordination points, retries.
func (s *solver) structure() Structure {
	out := Structure{CoordinationPoints: s.whole.coordination(s.wholeLoads), AmplifiedWorst: 1, AmplifiedExpected: 1}
	for i, p := range s.paths {
		out.SyncDepth = max(out.SyncDepth, s.depth[p.entry])
		out.SyncCalls = append(out.SyncCalls, Named[float64]{p.id, s.wholeLoads[i].calls})
		out.AmplifiedWorst = max(out.AmplifiedWorst, s.worst[p.entry])
		out.AmplifiedExpected = max(out.AmplifiedExpected, s.mean[p.entry])
	}
	return out
}

// depths returns for every operation the service hops of the longest chain of
// calls below it.
func (e *eval) depths() []int {
	depth := make([]int, len(e.p.ops))
	for i := len(e.p.order) - 1; i >= 0; i-- {
		op := e.p.order[i]
		for _, c := range e.ops[op].calls {
			if c.async || c.visits == 0 {
				continue
			}
			hop := 1
			if e.p.ops[c.op].inline {
				hop = 0
			}
			depth[op] = max(depth[op], depth[c.op]+hop)
		}
	}
	return depth
}

// coordination lists the stations on the synchronous part that more replicas
// do not add capacity to.
func (e *eval) coordination(loads []load) []string {
	names := []string{}
	f := e.fleet(unlimited)
	for _, l := range loads {
		for _, i := range l.stations {
			st := e.p.stations[i]
			servers, rate := e.capacities(st, f)
			if l.sync[i] && !st.omitted && (Value(servers).Finite() || Value(rate).Finite()) {
				names = append(names, st.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// amplified returns for every operation the product of attempts on the way to
// the leaf where it is greatest: all attempts, or those expected.
func (e *eval) amplified(worst bool) []float64 {
	a := amplifier{e, worst, make([]float64, len(e.p.ops))}
	for i := len(e.p.order) - 1; i >= 0; i-- {
		a.op(e.p.order[i])
	}
	return a.factor
}

// An amplifier keeps the factors of operations: 0 where nothing is known yet.
type amplifier struct {
	e      *eval
	worst  bool
	factor []float64
}

// op returns the factor of an operation. Messages may come back to where they
// were sent; there the way ends.
func (a *amplifier) op(i int) float64 {
	if a.factor[i] == 0 {
		a.factor[i] = 1
		a.factor[i] = a.most(a.e.p.ops[i].body)
	}
	return a.factor[i]
}

func (a *amplifier) most(list []*node) float64 {
	f := 1.0
	for _, n := range list {
		if n.never() {
			continue
		}
		inner := a.most(n.kids)
		for _, b := range n.branches {
			inner = max(inner, a.most(b))
		}
		switch n.step.Kind {
		case StepCall, StepAsync, StepDo:
			inner = a.op(n.op)
		case StepRetry:
			p, attempts := a.e.tries(n)
			if a.worst {
				p = 1
			}
			inner *= max(expected(p, attempts), 1)
		}
		f = max(f, inner)
	}
	return f
}
