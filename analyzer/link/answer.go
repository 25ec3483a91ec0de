package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// decides reports whether the way out of a block that is taken on an error
// makes a difference: not if it only writes a log, and not if it only hands
// the error on where nothing would have followed anyway. Then what becomes of
// the error is the caller's affair.
func (a *activation) decides(e edge) bool {
	fail := a.look(e)
	pass := a.look(edge{e.block, 1 - e.way})
	if fail.acts || pass.acts {
		return true
	}
	if fail.returns == nil {
		return pass.returns != nil || a.differ(e)
	}
	if a.c.ipdom[e.block] >= 0 && pass.returns == nil {
		pass.add(a, a.after(e))
		if pass.acts {
			return true
		}
	}
	if same(fail.returns, pass.returns) {
		return false
	}
	for _, r := range fail.returns {
		if n := len(r); n == 0 || !a.handsOn(r[n-1]) {
			return true
		}
	}
	return false
}

// handsOn reports whether a result is an error that may not be nil.
func (a *activation) handsOn(r summary.Ref) bool {
	return isError(refType(a.inst.fn, r)) && !a.isNil(r)
}

// after returns the blocks behind the place where the ways of a condition meet.
func (a *activation) after(e edge) []int {
	var out []int
	var visit func(b int)
	visit = func(b int) {
		if b < 0 || slices.Contains(out, b) || !a.inst.reach[b] {
			return
		}
		out = append(out, b)
		for _, s := range a.c.blocks[b].Succs {
			visit(int(s))
		}
	}
	visit(a.c.ipdom[e.block])
	return out
}

// conduct is what some blocks do.
type conduct struct {
	acts    bool
	returns [][]summary.Ref
}

func (a *activation) look(e edge) conduct {
	var c conduct
	c.add(a, a.c.region(a.inst, e))
	return c
}

func (c *conduct) add(a *activation, blocks []int) {
	for _, b := range blocks {
		blk := &a.inst.fn.Blocks[b]
		for i := int(blk.First); i < int(blk.Last); i++ {
			in := &a.inst.fn.Instrs[i]
			if in.Op == summary.OpReturn {
				c.returns = append(c.returns, a.returned(i, in))
			}
			c.acts = c.acts || a.acts(i, in)
		}
	}
}

// resultVar reports whether a variable holds a result: a function that defers
// calls keeps its results in variables.
func (a *activation) resultVar(r summary.Ref) bool {
	for i := range a.inst.fn.Instrs {
		if in := &a.inst.fn.Instrs[i]; in.Op == summary.OpReturn {
			for _, arg := range in.Args {
				if l := a.definition(arg); l != nil && l.Op == summary.OpLoad && l.Args[0] == r {
					return true
				}
			}
		}
	}
	return false
}

// returned returns the values that a return returns, those of result variables
// as they were stored in its block.
func (a *activation) returned(i int, in *summary.Instr) []summary.Ref {
	out := slices.Clone(in.Args)
	for n, r := range out {
		l := a.definition(r)
		if l == nil || l.Op != summary.OpLoad {
			continue
		}
		for j := int(a.inst.fn.Blocks[in.Block].First); j < i; j++ {
			if s := &a.inst.fn.Instrs[j]; s.Op == summary.OpStore && s.Args[0] == l.Args[0] {
				out[n] = s.Args[1]
			}
		}
	}
	return out
}

func same(x, y [][]summary.Ref) bool {
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	for _, a := range x {
		for _, b := range y {
			if !slices.Equal(a, b) {
				return false
			}
		}
	}
	return true
}

// differ reports whether a value depends on which way was taken.
func (a *activation) differ(e edge) bool {
	meet := a.c.ipdom[e.block]
	if meet < 0 {
		return false
	}
	in := a.c.region(a.inst, e)
	blk := &a.inst.fn.Blocks[meet]
	for i := int(blk.First); i < int(blk.Last); i++ {
		phi := &a.inst.fn.Instrs[i]
		if phi.Op != summary.OpPhi || !a.c.used[a.inst.fn.Values()+i] || isError(phi.Type) {
			continue
		}
		var inside, outside []summary.Ref
		for n, p := range blk.Preds {
			switch {
			case slices.Contains(in, int(p)), int(p) == e.block && int(a.inst.fn.Blocks[p].Succs[e.way]) == meet:
				inside = append(inside, phi.Args[n])
			default:
				outside = append(outside, phi.Args[n])
			}
		}
		for _, r := range inside {
			if !slices.Contains(outside, r) {
				return true
			}
		}
	}
	return false
}

// acts reports whether an instruction does more than compute, log and count.
func (a *activation) acts(i int, in *summary.Instr) bool {
	switch in.Op {
	case summary.OpPanic, summary.OpSend, summary.OpGo, summary.OpSelect, summary.OpRecv:
		return true
	case summary.OpDefer:
		return !a.closes(i, in)
	case summary.OpMapUpdate: // a map that is written out here, such as the fields of a log line, is a value
		n := a.definition(in.Args[0])
		return n == nil || n.Op != summary.OpMakeMap || n.Block != in.Block
	case summary.OpStore:
		n := a.definition(in.Args[0])
		if n != nil && n.Op == summary.OpIndexAddr {
			n = a.definition(n.Args[0])
		}
		return n == nil || n.Op != summary.OpAlloc || !isError(n.Elem) && n.Sym != "varargs" && !a.resultVar(in.Args[0])
	case summary.OpCall:
		return !a.t.b.quiet(in) && !a.closes(i, in) && !a.drains(in)
	}
	return false
}

// closes reports whether a call of a library only closes what was open.
func (a *activation) closes(i int, in *summary.Instr) bool {
	return in.Name == "Close" && (in.Mode == summary.Invoke || in.Mode == summary.Static) && len(in.Args) == 1 && len(a.inst.calls[i]) == 0
}

// drains reports whether a call reads what nobody looks at.
func (a *activation) drains(in *summary.Instr) bool {
	return strings.HasPrefix(in.Sym, "io.Copy") && len(in.Args) > 1 && a.discards(in.Args[0])
}

// quiet reports whether a call only computes, logs or counts.
func (b *builder) quiet(in *summary.Instr) bool {
	if in.Mode == summary.Builtin {
		return in.Sym != "close" && in.Sym != "delete" && in.Sym != "panic"
	}
	if in.Mode == summary.Value {
		return false
	}
	if isLogger(in.Sym) {
		return true
	}
	if e := b.m.cat.Func(in.Sym); e != nil {
		switch e.Role {
		case catalog.Log:
			return e.Op != "fatal"
		case catalog.Answer:
			return e.Op == "error" // makes one
		case catalog.Metric, catalog.Inert, catalog.Text, catalog.Conflict, catalog.Clock, catalog.Random, catalog.Wrap:
			return true
		}
		return false
	}
	if fn := b.m.prog.body(in.Sym); fn != nil && in.Mode == summary.Static {
		return b.quietFunc(fn)
	}
	return quietPackage(in.Sym)
}

// quietPackage reports whether nothing in a package does more than compute.
func quietPackage(sym string) bool {
	s := strings.TrimLeft(sym, "(*")
	for _, p := range []string{"errors.", "fmt.Sprint", "fmt.Errorf", "strings.", "strconv.", "time.", "github.com/pkg/errors.", "google.golang.org/grpc/status.",
		"google.golang.org/grpc/codes.", "error).", "go.opentelemetry.io/otel", "go.opencensus.io/", "reflect.", "sort.", "slices."} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// quietFunc reports whether a function of the program only computes, logs or counts.
func (b *builder) quietFunc(fn *summary.Func) bool {
	if b.quietFuncs == nil {
		b.quietFuncs = map[*summary.Func]bool{}
	}
	if q, ok := b.quietFuncs[fn]; ok {
		return q
	}
	b.quietFuncs[fn] = true // recursion adds nothing
	quiet := !fn.Empty
	for i := range fn.Instrs {
		switch in := &fn.Instrs[i]; in.Op {
		case summary.OpPanic, summary.OpSend, summary.OpGo, summary.OpDefer, summary.OpSelect, summary.OpRecv:
			quiet = false
		case summary.OpCall:
			quiet = quiet && b.quiet(in)
		}
	}
	b.quietFuncs[fn] = quiet
	return quiet
}

// fate fills what becomes of a call's answer.
func (b *builder) fate(s *graph.Step, c *traced, detached bool) {
	switch {
	case detached:
		s.Answer = graph.AnswerSpawned
		return
	case c.used:
		s.Answer = graph.AnswerUsed
		return
	case c.failed:
		s.Answer = graph.AnswerError
		return
	}
	s.Answer = graph.AnswerDropped
	where := c.top
	if c.logged {
		s.Answer, where = graph.AnswerLogged, c.loggedIn
	}
	i, ok := where.from(c.spot.way)
	if !ok || len(where.inst.fn.Blocks) == 0 {
		return
	}
	if site := gsite(where.inst.fn.Instrs[i].Site); site != s.Site {
		s.AnswerAt = site
	}
}
