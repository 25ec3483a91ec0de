package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

func (m *machine) anyCallable(s setID) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		return m.callable(id)
	})
}

// unknownArgs makes arguments for a callback of which the catalog says
// nothing: contexts are passed on, the rest is unknown.
func (m *machine) unknownArgs(c site, fns setID, args []setID) []setID {
	ctx := m.unknown("context")
	for _, a := range args {
		for _, id := range m.sets[a] {
			if m.byID[id].kind == kCtx {
				ctx = m.set([]valueID{id})
			}
		}
	}
	fn := m.funcOf(fns)
	if fn == nil {
		return nil
	}
	out := make([]setID, len(fn.Params))
	for i, p := range fn.Params {
		out[i] = m.unknown("argument of a callback")
		if p.Type == "context.Context" {
			out[i] = ctx
		}
	}
	return out
}

// funcOf returns the function behind the first function value of a set.
func (m *machine) funcOf(fns setID) *summary.Func {
	for _, id := range m.sets[fns] {
		switch v := m.byID[m.bare(id)]; {
		case v.kind == kFunc:
			return m.prog.body(v.s)
		case m.callable(id):
			return m.prog.body(m.objects[v.obj].symbol)
		}
	}
	return nil
}

// fromRequest reports whether every value of a set came with the request.
func (m *machine) fromRequest(s setID) bool {
	if s == none {
		return false
	}
	for _, id := range m.sets[s] {
		if m.byID[m.bare(id)].kind != kRequest {
			return false
		}
	}
	return true
}

// callbacks runs the functions that an entry is given, with what their
// parameters are bound to.
func (m *machine) callbacks(c site, entry *catalog.Entry, obj objID, recv setID, args []setID, rets []setID) []setID {
	if entry.When == catalog.Later || entry.When == catalog.OnCommand {
		return rets
	}
	for _, name := range []string{"fn", "fn2", "fn3", "handler"} {
		if _, ok := entry.Arg(name); !ok {
			continue
		}
		fns := m.argument(c.inst, entry, name, recv, args)
		if i, _ := entry.Arg(name); i != catalog.Last && i >= 0 && i == len(args)-1 {
			for _, e := range m.elements(c.inst, fns) {
				fns = m.join(fns, e)
			}
		}
		if i, _ := entry.Arg(name); i == catalog.Last && len(args) > 0 {
			for _, e := range m.elements(c.inst, args[len(args)-1]) {
				fns = m.join(fns, e)
			}
		}
		if !m.anyCallable(fns) {
			continue
		}
		for _, id := range m.sets[fns] {
			one := m.set([]valueID{id})
			out := m.callValue(c, one, m.bind(c, entry, one, obj, recv, args))
			if name == "fn" && len(out) > 0 {
				for r, t := range c.results() {
					if r < len(out) && t != "error" && t != "bool" {
						rets[r] = m.join(rets[r], out[r])
					}
				}
			}
		}
	}
	return rets
}

// bind makes the arguments of a callback by Entry.Binds.
func (m *machine) bind(c site, entry *catalog.Entry, fns setID, obj objID, recv setID, args []setID) []setID {
	fn := m.funcOf(fns)
	out := m.unknownArgs(c, fns, args)
	if fn == nil {
		return out
	}
	skip := 0
	if fn.Recv != "" {
		skip = 1
	}
	out = out[min(skip, len(out)):]
	for i, b := range entry.Binds {
		if i >= len(out) {
			break
		}
		switch {
		case b == "ctx":
			if ctx := m.argument(c.inst, entry, "ctx", recv, args); ctx != none {
				out[i] = ctx
			} else if entry.When == catalog.OnRequest || entry.When == catalog.PerMessage {
				out[i] = m.one(value{kind: kCtx, s: ctxRequest})
			}
		case b == "request", b == "message", b == "answer":
			out[i] = m.one(value{kind: kRequest})
		case b == "tx", b == "conn":
			out[i] = m.addr(obj, m.child(root, "$"+b))
		case b == "options":
			out[i] = m.addr(obj, m.child(root, ".Options"))
		case b == "recv":
			out[i] = recv
		case b == "element":
			out[i] = none
			for _, a := range args {
				for _, e := range m.elements(c.inst, a) {
					if !m.anyCallable(e) {
						out[i] = m.join(out[i], e)
					}
				}
			}
			if out[i] == none {
				out[i] = m.unknown("element")
			}
		case strings.HasPrefix(b, "arg:"):
			out[i] = m.argument(c.inst, entry, strings.TrimPrefix(b, "arg:"), recv, args)
		}
	}
	return out
}
