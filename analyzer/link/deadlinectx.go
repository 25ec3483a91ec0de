package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// contextOf returns the context under which a library call waits: its own
// argument, or that of the request or statement that it was built from. Made
// is the deadline where such a thing was made without a context.
func (b *builder) contextOf(ev *event) (ctx setID, made *graph.Deadline) {
	if s := b.m.argument(nil, ev.entry, "ctx", ev.recv, ev.args); s != none {
		return s, nil
	}
	if ev.instr >= len(ev.inst.fn.Instrs) {
		return none, nil
	}
	in := &ev.inst.fn.Instrs[ev.instr]
	c := &chain{b: b, seen: map[chainKey]bool{}}
	for _, name := range []string{"req", "request", "query", "msg"} {
		if refs := operands(in, ev.entry, name); len(refs) > 0 {
			c.follow(ev.inst, refs[0], 0, 0)
		}
	}
	if len(in.Args) > 0 && (in.Mode == summary.Invoke || strings.HasPrefix(in.Sym, "(")) {
		c.follow(ev.inst, in.Args[0], 0, 0)
	}
	return c.ctx, c.made
}

// A chain follows a request, a statement or a transaction back to where it got
// its context.
type chain struct {
	b    *builder
	ctx  setID
	made *graph.Deadline
	seen map[chainKey]bool
}

type chainKey struct {
	inst *instance
	ref  summary.Ref
}

// follow looks at the value of a reference; n is the result that is meant if
// it is a call's.
func (c *chain) follow(inst *instance, ref summary.Ref, n, depth int) {
	key := chainKey{inst, ref}
	if depth > 16 || c.seen[key] || ref < 0 {
		return
	}
	c.seen[key] = true
	fn := inst.fn
	if int(ref) < len(fn.Params) {
		c.param(inst, int(ref), depth)
		return
	}
	i := int(ref) - fn.Values()
	if i < 0 {
		return
	}
	in := &fn.Instrs[i]
	switch in.Op {
	case summary.OpCall:
		c.call(inst, i, in, n, depth)
	case summary.OpExtract:
		c.follow(inst, in.Args[0], in.N, depth+1)
	case summary.OpPhi, summary.OpMakeInterface, summary.OpConvert, summary.OpTypeAssert:
		for _, a := range in.Args {
			c.follow(inst, a, 0, depth+1)
		}
	case summary.OpLoad:
		for s := range fn.Instrs {
			if st := &fn.Instrs[s]; st.Op == summary.OpStore && st.Args[0] == in.Args[0] {
				c.follow(inst, st.Args[1], 0, depth+1)
			}
		}
	}
}

// call looks at what made the value: a function that takes a context, one that
// is known to take none, a builder, or a function of the program.
func (c *chain) call(inst *instance, i int, in *summary.Instr, n, depth int) {
	e := c.b.l.cat.Func(in.Sym)
	if e == nil || in.Mode == summary.Invoke && len(inst.calls[i]) > 0 {
		for _, target := range inst.calls[i] {
			for r := range target.fn.Instrs {
				if ret := &target.fn.Instrs[r]; ret.Op == summary.OpReturn && n < len(ret.Args) {
					c.follow(target, ret.Args[n], 0, depth+1)
				}
			}
		}
		if e == nil && len(inst.calls[i]) > 0 {
			return
		}
	}
	if e != nil {
		if refs := operands(in, e, "ctx"); len(refs) > 0 {
			c.ctx = c.b.m.join(c.ctx, c.b.m.ref(inst, refs[0]))
			return
		}
		if e.Role == catalog.HTTPClient && e.Op == "request" && !strings.HasPrefix(in.Sym, "(") {
			c.made = &graph.Deadline{Kind: "none", Site: gsite(in.Site), Reason: shortSymbol(in.Sym) + " takes no context"}
			return
		}
		if opens(e) {
			return
		}
		if refs := operands(in, e, "of"); len(refs) > 0 {
			c.follow(inst, refs[0], 0, depth+1)
			return
		}
	}
	if len(in.Args) > 0 && (in.Mode == summary.Invoke || strings.HasPrefix(in.Sym, "(")) {
		c.follow(inst, in.Args[0], 0, depth+1)
	}
}

// param looks at what the callers give.
func (c *chain) param(inst *instance, n, depth int) {
	var callers []*instance
	for caller := range inst.callers {
		if len(caller.fn.Blocks) > 0 && c.b.m.alive(caller) {
			callers = append(callers, caller)
		}
	}
	slices.SortFunc(callers, func(x, y *instance) int { return x.id - y.id })
	for _, caller := range callers {
		for _, i := range callSites(caller) {
			in := &caller.fn.Instrs[i]
			for _, target := range caller.calls[i] {
				at := n
				if in.Mode == summary.Value {
					at++
				}
				if target == inst && at < len(in.Args) {
					c.follow(caller, in.Args[at], 0, depth+1)
				}
			}
		}
	}
}

// contextClass tells contexts apart by what they say of a deadline, so that a
// function that is called at start-up and for requests is two instances.
func (m *machine) contextClass(ctx setID) byte {
	class := byte(0)
	for _, id := range m.sets[ctx] {
		switch v := m.byID[m.bare(id)]; {
		case v.kind == kCtx && v.s == ctxNone:
			class |= 1
		case v.kind == kCtx && v.s == ctxDeadline:
			class |= 2
		}
	}
	return class
}

// handedOver returns the steps of a callee with the deadlines that its caller
// does not set, where the caller makes the context itself, placed at the call:
// there the context without a deadline is handed over. Goroutines and literals
// of the caller belong to it: what they call is handed the context.
func (b *builder) handedOver(inst *instance, in *summary.Instr, target *instance, s *graph.Step) *graph.Step {
	if len(b.origins) == 0 {
		return s // no context to hand over
	}
	h := &handover{b: b, fn: inst.fn, call: gsite(in.Site), done: map[*graph.Step]*graph.Step{}}
	if in.Op == summary.OpGo || strings.HasPrefix(target.fn.Symbol, inst.fn.Symbol+"$") {
		h.inside = target.fn.Symbol
	}
	return h.step(s)
}

type handover struct {
	b    *builder
	fn   *summary.Func
	call graph.Site
	done map[*graph.Step]*graph.Step

	inside string // the function whose calls count, if it is not fn itself
}

// step returns s itself where nothing in it changes.
func (h *handover) step(s *graph.Step) *graph.Step {
	if t := h.done[s]; t != nil {
		return t
	}
	if h.inside != "" && s.Func == h.inside && (len(s.Stack) > 0 || s.Kind == graph.Call) {
		in := &handover{b: h.b, fn: h.fn, call: s.Site, done: map[*graph.Step]*graph.Step{}}
		return in.step(s)
	}
	deadline := s.Deadline
	if d := s.Deadline; d != nil && d.Kind == "none" && h.made(d) {
		moved := *d
		moved.Site = h.call
		if h.b.handed == nil {
			h.b.handed = map[*graph.Deadline]bool{}
		}
		h.b.handed[&moved] = true
		deadline = &moved
	}
	var steps []*graph.Step
	for n, t := range s.Steps {
		u := h.step(t)
		if u != t && steps == nil {
			steps = append(make([]*graph.Step, 0, len(s.Steps)), s.Steps[:n]...)
		}
		if steps != nil {
			steps = append(steps, u)
		}
	}
	out := s
	if deadline != s.Deadline || steps != nil {
		c := *s
		c.Deadline = deadline
		if steps != nil {
			c.Steps = steps
		}
		out = &c
	}
	h.done[s] = out
	return out
}

// made reports whether the function makes the context of a deadline, which
// nobody has handed over yet.
func (h *handover) made(d *graph.Deadline) bool {
	at := h.fn.Site
	return !h.b.handed[d] && slices.ContainsFunc(h.b.origins[d], func(s graph.Site) bool {
		return s.File == at.File && s.Line >= at.Line && s.Line <= h.fn.End
	})
}

// passContext makes the contexts that a library returns those that it was
// given: they have the deadline of those.
func (m *machine) passContext(c site, ctx setID, rets []setID) {
	if ctx == none {
		return
	}
	for n, t := range c.results() {
		if t == "context.Context" && n < len(rets) {
			rets[n] = ctx
		}
	}
}

// lostContext makes a context without a deadline. Where the function has a
// context of its own, it is lost.
func (m *machine) lostContext(c site, sym string) setID {
	at := c.in.Site.File + ":" + itoa(c.in.Site.Line) + ":" + itoa(c.in.Site.Col)
	why := sym
	for _, p := range slices.Concat(c.inst.fn.Params, c.inst.fn.Free) {
		switch strings.TrimLeft(p.Type, "*") {
		case "context.Context", "net/http.Request":
			if sym == "context.Background" || sym == "context.TODO" {
				why = sym + " in the place of the context at hand"
			}
		}
	}
	return m.one(value{kind: kCtx, s: ctxNone, t: at, in: m.id(value{kind: kConst, s: why})})
}
