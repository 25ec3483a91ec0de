package ceiling

import "slices"

// shape finds what needs no times: depth, calls, coordination points, retries.
func (s *solver) shape() Structure {
	out := Structure{CoordinationPoints: s.mid.coordination(s.loads), AmplifiedWorst: 1, AmplifiedExpected: 1}
	for i, p := range s.paths {
		out.SyncDepth = max(out.SyncDepth, s.depth[p.entry])
		out.SyncCalls = append(out.SyncCalls, Named[float64]{p.id, s.loads[i].calls})
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
	for i, st := range e.p.stations {
		servers, rate := e.capacities(st, f)
		if st.omitted || !Value(servers).Finite() && !Value(rate).Finite() {
			continue
		}
		if slices.ContainsFunc(loads, func(l load) bool { return l.sync[i] }) {
			names = append(names, st.name)
		}
	}
	slices.Sort(names)
	return names
}

// amplified returns for every operation the product of attempts on the way to
// the leaf where it is greatest: all attempts, or those expected.
func (e *eval) amplified(worst bool) []float64 {
	factor := make([]float64, len(e.p.ops))
	for i := range factor {
		factor[i] = 1
	}
	var most func(list []*node) float64
	most = func(list []*node) float64 {
		f := 1.0
		for _, n := range list {
			if n.never() {
				continue
			}
			inner := most(n.kids)
			for _, b := range n.branches {
				inner = max(inner, most(b))
			}
			switch n.step.Kind {
			case StepCall, StepAsync, StepDo:
				inner = factor[n.op]
			case StepRetry:
				p, attempts := e.tries(n)
				if worst {
					p = 1
				}
				inner *= max(expected(p, attempts), 1)
			}
			f = max(f, inner)
		}
		return f
	}
	for i := len(e.p.order) - 1; i >= 0; i-- {
		factor[e.p.order[i]] = most(e.p.ops[e.p.order[i]].body)
	}
	return factor
}
