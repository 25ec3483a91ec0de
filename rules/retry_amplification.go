package rules

import (
	"math"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// retryAmplification multiplies the attempts of retries inside retries, over
// as many services as a path crosses.
func retryAmplification(ix *graph.Index, opt *Options) []graph.Finding {
	a := amplifier{ix, map[*graph.Step]retries{}}
	var found []retries
	var tops []try
	for _, t := range triesOf(ix) {
		if t.retry().Class != "retry" {
			continue
		}
		rs := a.through(t.in, t.place.Step, true)
		if len(rs.levels) > 1 && rs.factor >= opt.amplification() {
			found = append(found, rs)
			tops = append(tops, t)
		}
	}
	seen := map[string]int{}
	var out []graph.Finding
	for i, rs := range found {
		if slices.ContainsFunc(found, func(o retries) bool { return rs.inside(o) }) {
			continue
		}
		f := amplificationFinding(tops[i], rs)
		if j, met := seen[rs.key()]; met {
			out[j].Severity = mostSevere(out[j].Severity, f.Severity)
			continue
		}
		seen[rs.key()] = len(out)
		out = append(out, f)
	}
	return out
}

// retries are the levels on a way, outermost first, and the product of their
// attempts.
type retries struct {
	factor float64
	levels []retryLevel
}

type retryLevel struct {
	in   *graph.Endpoint
	step *graph.Step
}

func (r retries) key() string {
	var sites []string
	for _, l := range r.levels {
		sites = append(sites, l.step.Site.String())
	}
	return strings.Join(sites, " ")
}

// inside reports whether o has the same levels and more around them.
func (r retries) inside(o retries) bool {
	return len(o.levels) > len(r.levels) && slices.Equal(o.levels[len(o.levels)-len(r.levels):], r.levels)
}

type amplifier struct {
	ix   *graph.Index
	memo map[*graph.Step]retries
}

// most returns the greatest product under s of what is waited for. A retry
// whose failure is not handed on is never repeated by one around it.
func (a *amplifier) most(e *graph.Endpoint, s *graph.Step) retries {
	if rs, ok := a.memo[s]; ok {
		return rs
	}
	a.memo[s] = retries{factor: 1} // a circle adds nothing of its own
	rs := a.through(e, s, false)
	a.memo[s] = rs
	return rs
}

func (a *amplifier) through(e *graph.Endpoint, s *graph.Step, top bool) retries {
	best := retries{factor: 1}
	if s.Detached() || s.Kind == graph.Call && s.Async {
		return best
	}
	try := func(rs retries) {
		if rs.factor > best.factor {
			best = rs
		}
	}
	for _, t := range s.Steps {
		try(a.most(e, t))
	}
	if s.Kind == graph.Call {
		for _, t := range a.ix.Targets(s) {
			if t.Body != nil {
				try(a.most(t, t.Body))
			}
		}
	}
	if s.Kind != graph.Try || s.Retry == nil || s.Retry.Class != "retry" {
		return best
	}
	if s.Retry.Swallows && !top {
		return retries{factor: 1}
	}
	return retries{best.factor * attempts(s.Retry), append([]retryLevel{{e, s}}, best.levels...)}
}

// attempts returns how often an operation is tried at most: 2 where there is a
// cap that is not known, without end where there is none.
func attempts(r *graph.Retry) float64 {
	switch {
	case r.Attempts != nil:
		return r.Attempts.High
	case r.Capped:
		return 2
	}
	return math.Inf(1)
}

func amplificationFinding(top try, rs retries) graph.Finding {
	f := graph.Finding{Severity: top.when.lower(graph.SeverityWarning), Site: top.place.Step.Site, Certain: true}
	var factors, ids, funcs []string
	for _, l := range rs.levels {
		r := l.step.Retry
		factors = append(factors, number4(attempts(r)))
		ids = append(ids, l.in.Service)
		funcs = append(funcs, l.step.Func)
		f.Sites = append(f.Sites, l.step.Site)
		f.Path = append(f.Path, graph.Hop{Site: l.step.Site, Service: l.in.Service,
			Text: l.in.Service + " (" + label(l.in) + ") tries up to " + number4(attempts(r)) + " times, by " + r.Source})
		f.Certain = f.Certain && r.Attempts != nil
	}
	inner := callsIn(&graph.Place{Step: rs.levels[len(rs.levels)-1].step})
	target := "what they call"
	if len(inner) > 0 {
		target = inner[0].Step.To
		ids = append(ids, target)
		f.Path = append(f.Path, graph.Hop{Site: inner[0].Step.Site, Text: describe(inner[0].Step), Service: ids[len(ids)-2]})
	}
	f.Subjects = slices.Compact(ids)
	f.Subject = strings.Join(f.Subjects, " -> ")
	f.Identity = identity(strings.Join(f.Subjects, ","), strings.Join(funcs, ","))
	f.Message = "one request of " + label(top.in) + " asks " + target + " up to " + strings.Join(factors, " x ")
	if math.IsInf(rs.factor, 1) {
		f.Message += " times: it recovers from no overload by itself"
	} else {
		f.Message += " = " + number4(rs.factor) + " times: stable only below 1/" + number4(rs.factor) + " of its capacity"
	}
	return f
}
