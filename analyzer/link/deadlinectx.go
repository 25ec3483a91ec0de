package link

import (
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
	for _, caller := range c.b.m.order {
		if !inst.callers[caller] || !c.b.m.alive(caller) {
			continue
		}
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
