package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A quality says how the length of a wait comes about.
type quality uint8

const (
	carried  quality = 1 << iota // depends on a variable that changes from round to round
	grows                        // grows with it
	jitter                       // has a random part
	noSource                     // comes from a function that is not known
)

// String returns the quality in the words of graph.Retry.Wait.
func (q quality) String() string {
	switch {
	case q&grows != 0 && q&jitter != 0:
		return "growing+jitter"
	case q&grows != 0:
		return "growing-no-jitter"
	case q&noSource != 0:
		return "unknown"
	case q&jitter != 0:
		return "fixed+jitter"
	}
	return "fixed"
}

// qualityFrom reads the words of the catalog.
func qualityFrom(backoff string) quality {
	var q quality
	if strings.HasPrefix(backoff, "growing") {
		q |= carried | grows
	}
	if strings.HasSuffix(backoff, "+jitter") || backoff == "adds-jitter" {
		q |= jitter
	}
	return q
}

// qualityOf returns the quality of one wait of a loop.
func (b *builder) qualityOf(r *round, p pause) quality {
	s := &slicer{b: b, inst: r.inst, in: r.in, seen: map[summary.Ref]bool{}}
	if p.in != nil {
		return s.waitsIn(p.instr, p.in)
	}
	q := quality(0)
	for _, t := range p.times {
		q |= s.of(t)
	}
	return q
}

// A slicer follows a duration backwards in one function.
type slicer struct {
	b     *builder
	inst  *instance
	in    []bool // the blocks whose stores count; nil: all
	given []quality
	seen  map[summary.Ref]bool
	depth int
}

// callee returns a slicer of a function that is called, its parameters having
// the qualities of the arguments.
func (s *slicer) callee(instr int, target *instance) *slicer {
	in := &s.inst.fn.Instrs[instr]
	args := in.Args
	if in.Mode == summary.Value && len(args) > 0 {
		args = args[1:]
	}
	given := make([]quality, len(target.fn.Params))
	for n := range given {
		if n < len(args) {
			given[n] = s.of(args[n])
		}
	}
	return &slicer{b: s.b, inst: target, given: given, seen: map[summary.Ref]bool{}, depth: s.depth + 1}
}

// waitsIn returns the quality of the waits of a function that a call enters.
func (s *slicer) waitsIn(instr int, target *instance) quality {
	if s.depth > 5 {
		return noSource
	}
	c := s.callee(instr, target)
	q := quality(0)
	for _, n := range callSites(target) {
		in := &target.fn.Instrs[n]
		p, ok := s.b.pauseOf(target, n, in)
		switch {
		case !ok || in.Op != summary.OpCall:
		case p.in != nil:
			q |= c.waitsIn(n, p.in)
		default:
			for _, t := range p.times {
				q |= c.of(t)
			}
		}
	}
	return q
}

// of returns the quality of a value.
func (s *slicer) of(ref summary.Ref) quality {
	fn := s.inst.fn
	if ref < 0 {
		return 0
	}
	if n := int(ref); n < len(fn.Params) {
		if n < len(s.given) {
			return s.given[n]
		}
		return 0
	}
	i := int(ref) - fn.Values()
	if i < 0 || s.seen[ref] {
		return 0
	}
	s.seen[ref] = true
	defer delete(s.seen, ref)
	in := &fn.Instrs[i]
	switch in.Op {
	case summary.OpPhi:
		q := s.args(in)
		for _, l := range fn.Loops {
			if l.Header == in.Block && (s.in == nil || s.in[in.Block]) {
				q |= carried
				if s.multiplies(ref) {
					q |= grows
				}
			}
		}
		return q
	case summary.OpBin:
		q := s.args(in)
		if q&carried != 0 && (in.Sym == "*" || in.Sym == "<<" || in.Sym == "+") {
			q |= grows
		}
		return q
	case summary.OpIndex, summary.OpIndexAddr, summary.OpLookup:
		q := s.args(in)
		if q&carried != 0 {
			q |= grows // the next of a table
		}
		return q
	case summary.OpLoad:
		return s.loaded(in)
	case summary.OpNext:
		return carried | grows // the next of a table that is ranged over
	case summary.OpCall:
		return s.call(i, in)
	}
	return s.args(in)
}

func (s *slicer) args(in *summary.Instr) quality {
	q := quality(0)
	for _, a := range in.Args {
		q |= s.of(a)
	}
	return q
}

// multiplies reports whether a loop's variable is computed from itself, such
// as d *= 2.
func (s *slicer) multiplies(phi summary.Ref) bool {
	fn := s.inst.fn
	seen := map[summary.Ref]bool{}
	var reaches func(ref summary.Ref, arith bool) bool
	reaches = func(ref summary.Ref, arith bool) bool {
		if ref == phi && arith {
			return true
		}
		i := int(ref) - fn.Values()
		if i < 0 || ref < 0 || seen[ref] {
			return false
		}
		seen[ref] = true
		in := &fn.Instrs[i]
		arith = arith || in.Op == summary.OpBin || in.Op == summary.OpCall
		for _, a := range in.Args {
			if reaches(a, arith) {
				return true
			}
		}
		return false
	}
	if refType(fn, phi) != "time.Duration" && counts(refType(fn, phi)) {
		return false // the counter itself: what is computed from it grows
	}
	for _, a := range fn.Instrs[int(phi)-fn.Values()].Args {
		if a != phi && reaches(a, false) {
			return true
		}
	}
	return false
}

// loaded is the quality of a variable that stands in memory: it changes from
// round to round if the loop, or the function that computes the wait, stores
// to it.
func (s *slicer) loaded(in *summary.Instr) quality {
	fn := s.inst.fn
	q := s.of(in.Args[0])
	if q&carried != 0 {
		return q
	}
	for n := range fn.Instrs {
		st := &fn.Instrs[n]
		if st.Op != summary.OpStore || !s.sameCell(st.Args[0], in.Args[0]) || s.in != nil && !s.in[st.Block] {
			continue
		}
		q |= carried | s.of(st.Args[1])
	}
	return q
}

// sameCell reports whether two addresses are those of one variable or field.
func (s *slicer) sameCell(a, b summary.Ref) bool {
	if a == b {
		return true
	}
	fn := s.inst.fn
	x, y := int(a)-fn.Values(), int(b)-fn.Values()
	if x < 0 || y < 0 || a < 0 || b < 0 {
		return false
	}
	p, q := &fn.Instrs[x], &fn.Instrs[y]
	return p.Op == summary.OpFieldAddr && q.Op == summary.OpFieldAddr && p.Sym == q.Sym && p.Args[0] == q.Args[0]
}

// call is the quality of what a function returns.
func (s *slicer) call(i int, in *summary.Instr) quality {
	if in.Mode == summary.Builtin {
		return s.args(in)
	}
	if e := s.b.l.cat.Func(in.Sym); e != nil {
		switch {
		case e.Role == catalog.Random:
			return s.args(in) | jitter
		case e.Backoff == "depends-on-argument":
			return s.b.policyOf(s.inst, i).quality()
		case e.Backoff != "":
			return s.args(in) | qualityFrom(e.Backoff)
		}
	}
	if strings.Contains(in.Sym, "math/rand") || strings.Contains(in.Sym, "crypto/rand") {
		return s.args(in) | jitter
	}
	targets := s.targets(i, in)
	if len(targets) == 0 {
		q := s.args(in)
		if q&carried != 0 {
			q |= grows // math.Pow and the like
		}
		return q
	}
	q := quality(0)
	for _, target := range targets {
		if s.depth > 5 {
			return noSource
		}
		c := s.callee(i, target)
		for n := range target.fn.Instrs {
			if ret := &target.fn.Instrs[n]; ret.Op == summary.OpReturn && len(ret.Args) > 0 {
				q |= c.of(ret.Args[0])
			}
		}
	}
	return q
}

// targets returns the functions of the program that a call enters, those that
// the evaluation left out included: they only compute.
func (s *slicer) targets(i int, in *summary.Instr) []*instance {
	if len(s.inst.calls[i]) > 0 || in.Mode != summary.Static {
		return s.inst.calls[i]
	}
	if fn := s.b.m.prog.body(in.Sym); fn != nil {
		return []*instance{{fn: fn}}
	}
	return nil
}
