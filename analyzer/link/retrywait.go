package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A pause is an instruction of a loop at which it waits, with what decides for
// how long.
type pause struct {
	instr int
	times []summary.Ref
	in    *instance // the wait stands in this function, which the instruction calls
	known bool
}

// waits fills in how the loop waits between attempts, and returns the waits.
// A way from an attempt to the next without a wait is no wait, whatever others
// do.
func (r *round) waits(retry *graph.Retry, tried []operation) []pause {
	pauses := r.pauses()
	closed := map[int]bool{}
	for _, p := range pauses {
		closed[int(r.fn.Instrs[p.instr].Block)] = true
	}
	retry.Wait = "none"
	for _, op := range tried {
		block := int(r.fn.Instrs[op.instr].Block)
		if !closed[block] && r.again(block, nil, closed) {
			return nil
		}
	}
	if len(pauses) == 0 {
		return nil
	}
	all := quality(0)
	for _, p := range pauses {
		all |= r.b.qualityOf(r, p)
	}
	retry.Wait = all.String()
	retry.WaitSite = gsite(r.fn.Instrs[pauses[0].instr].Site)
	if all == 0 && len(pauses[0].times) == 1 {
		retry.Backoff = r.fixedBackoff(pauses[0].times[0])
	}
	return pauses
}

// fixedBackoff is the wait before the second attempt, where it is a constant.
func (r *round) fixedBackoff(ref summary.Ref) []float64 {
	if id, ok := r.b.m.single(r.b.m.ref(r.inst, ref)); ok {
		if q := r.b.quantity(id, graph.Site{}); q != nil {
			return []float64{q.Low}
		}
	}
	return nil
}

// pauses collects what the loop waits for between attempts.
func (r *round) pauses() []pause {
	var out []pause
	received := false
	for n := range r.fn.Instrs {
		in := &r.fn.Instrs[n]
		if !r.in[in.Block] || slices.ContainsFunc(r.ops, func(op operation) bool { return op.instr == n }) {
			continue
		}
		switch in.Op {
		case summary.OpCall:
			if p, ok := r.b.pauseOf(r.inst, n, in); ok {
				out = append(out, p)
			}
		case summary.OpRecv:
			received = received || clockChannel(r.typeOf(in.Args[0]))
			if clockChannel(r.typeOf(in.Args[0])) {
				out = append(out, pause{instr: n})
			}
		case summary.OpSelect:
			if in.N == 1 && slices.ContainsFunc(in.States, func(s summary.State) bool { return !s.Send && clockChannel(r.typeOf(s.Chan)) }) {
				out = append(out, pause{instr: n})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b pause) int { return len(b.times) - len(a.times) })
	return out
}

func clockChannel(typ string) bool { return typ == "<-chan time.Time" || typ == "chan time.Time" }

// pauseOf returns the wait that a call is or contains.
func (b *builder) pauseOf(inst *instance, n int, in *summary.Instr) (pause, bool) {
	for _, ev := range inst.lib[n] {
		switch {
		case ev.entry.Role == catalog.Sleep && ev.entry.Op != "ticker":
			return pause{instr: n, times: operands(in, ev.entry, "duration", "interval", "timeout"), known: true}, true
		case ev.entry.Role == catalog.RateLimit && ev.entry.Op == "wait":
			return pause{instr: n, known: true}, true
		}
	}
	if strings.HasSuffix(in.Sym, "time.Timer).Reset") && len(in.Args) > 1 {
		return pause{instr: n, times: in.Args[1:2], known: true}, true
	}
	if in.Name == "After" && clockChannel(in.Type) && len(in.Args) > 1 { // an injected clock
		return pause{instr: n, times: in.Args[1:2], known: true}, true
	}
	if in.Name == "Sleep" && len(in.Args) == 2 && refType(inst.fn, in.Args[1]) == "time.Duration" {
		return pause{instr: n, times: in.Args[1:2], known: true}, true
	}
	for _, target := range inst.calls[n] {
		if pausing(b.body(target)) || b.waitsForClock(target) {
			return pause{instr: n, in: target, known: true}, true
		}
	}
	return pause{}, false
}

// waitsForClock reports whether a function receives from a timer's channel.
func (b *builder) waitsForClock(inst *instance) bool {
	for n := range inst.fn.Instrs {
		in := &inst.fn.Instrs[n]
		switch in.Op {
		case summary.OpRecv:
			if clockChannel(refType(inst.fn, in.Args[0])) {
				return true
			}
		case summary.OpSelect:
			if in.N == 1 && slices.ContainsFunc(in.States, func(s summary.State) bool { return clockChannel(refType(inst.fn, s.Chan)) }) {
				return true
			}
		}
	}
	return false
}

// pausing reports whether a step waits for time alone.
func pausing(s *graph.Step) bool {
	if s == nil || s.Kind == graph.Spawn {
		return false
	}
	return s.Kind == graph.Wait || s.Kind == graph.Limit || slices.ContainsFunc(s.Steps, pausing)
}

// operands returns the arguments of a call that an entry gives one of the
// names, as references.
func operands(in *summary.Instr, e *catalog.Entry, names ...string) []summary.Ref {
	skip := 0
	if in.Mode != summary.Static || strings.HasPrefix(in.Sym, "(") {
		skip = 1
	}
	for _, name := range names {
		if i, ok := e.Arg(name); ok && i >= 0 && i+skip < len(in.Args) {
			return []summary.Ref{in.Args[i+skip]}
		}
	}
	return nil
}

// afterFailure returns the waits that no first attempt passes.
func (r *round) afterFailure(pauses []pause, op operation) []graph.Site {
	var out []graph.Site
	at := r.fn.Instrs[op.instr].Block
	for _, p := range pauses {
		block := r.fn.Instrs[p.instr].Block
		if block == at && p.instr < op.instr || block != at && r.dominates(block, at) {
			continue
		}
		out = append(out, gsite(r.fn.Instrs[p.instr].Site))
	}
	return out
}

func (r *round) dominates(a, b int32) bool {
	for ; b >= 0; b = r.fn.Blocks[b].Idom {
		if a == b {
			return true
		}
	}
	return false
}

// withoutWaits leaves out the waits that stand at some sites: they are in the
// Retry.
func withoutWaits(s *graph.Step, sites []graph.Site) *graph.Step {
	if len(sites) == 0 || s.Kind != graph.Seq && s.Kind != graph.Branch {
		return s
	}
	c := *s
	c.Steps = nil
	for _, t := range s.Steps {
		if slices.Contains(sites, t.Site) && pausing(t) && !asks(t) {
			continue
		}
		if t = withoutWaits(t, sites); t.Kind != graph.Branch || len(t.Steps) > 0 {
			c.Steps = append(c.Steps, t)
		}
	}
	if c.Kind == graph.Branch && len(c.Steps) < len(s.Steps) {
		c.Skip, c.Probs = true, make([]*graph.Quantity, len(c.Steps))
	}
	return &c
}
