package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// call follows a call: into the functions of the program, and through what
// libraries do with their arguments.
func (a *activation) call(i int, in *summary.Instr) {
	t := a.t
	types := tupleTypes(in.Type)
	sets := make([]markSet, len(types))
	add := func(n int, s markSet) {
		if n < len(sets) {
			sets[n] = t.marks.join(sets[n], s)
		}
	}
	ctrl := t.marks.join(a.base, a.ctrl[in.Block])
	asked := false // a call that the graph shows
	var around []*event
	inCallback := ctrl
	for _, ev := range a.inst.lib[i] {
		if !t.runs(ev) {
			continue
		}
		asked = true
		n := t.number(spot{a.way, i, ev})
		c := t.calls[n]
		c.needs = t.marks.join(c.needs, t.fresh(n, a.arguments(in, ev)))
		c.control = t.marks.join(c.control, t.fresh(n, ctrl))
		value, failure := t.marks.set([]mark{mark(n)*markKinds + byValue}), t.marks.set([]mark{mark(n)*markKinds + byFailure})
		for k, typ := range types {
			if isError(typ) {
				add(k, failure)
			} else {
				add(k, value)
			}
		}
		a.answer(in, ev, value)
		if _, runs := ev.entry.Arg("fn"); runs {
			around = append(around, ev)
			if _, keyed := ev.entry.Arg("key"); keyed {
				c.through = c.cache
				inCallback = t.marks.join(inCallback, t.marks.filter(value, func(k mark) (mark, bool) { return k.as(byMiss), c.cache }))
			}
		}
	}
	direct := false
	from := t.marks.join(a.opaqueArguments(in)...)
	for _, target := range a.inst.calls[i] {
		w := a.way.to(i, target)
		if a.isDirect(in, target) {
			direct = true
			for n, r := range t.eval(w, a.params(in, target), ctrl) {
				add(n, r)
			}
			continue
		}
		// A library runs it: its results go into those of the call.
		params := make([]markSet, len(target.fn.Params))
		for n, p := range target.fn.Params {
			if p.Type != "context.Context" && !(n == 0 && target.fn.Recv != "") {
				params[n] = from
			}
		}
		first := len(t.calls)
		rets := t.eval(w, params, inCallback)
		for n := first; n < len(t.calls); n++ {
			t.calls[n].outer = append(t.calls[n].outer, around...)
		}
		made := unmarked
		for n := first; n < len(t.calls); n++ {
			made = t.marks.join(made, t.marks.set([]mark{mark(n)*markKinds + byValue}))
		}
		for _, ev := range around {
			a.answer(in, ev, made)
		}
		all := unmarked
		for n, r := range rets {
			all = t.marks.join(all, r)
			for k, typ := range types {
				if isError(typ) == isError(target.fn.Results[n]) {
					add(k, r)
				}
			}
		}
		if len(types) == 0 || !a.anyUsed(i, in) {
			a.group(in, all)
		}
		from = t.marks.join(from, all, made) // of what runs after it
	}
	if !asked && !direct {
		a.library(i, in, from, sets, types)
	}
	if in.Op != summary.OpCall {
		return // nobody sees the results of go and defer
	}
	for _, s := range sets {
		a.arrive(s)
	}
	if len(sets) > 1 {
		a.tuple(i, sets)
	} else if len(sets) == 1 {
		self := a.inst.fn.Values() + i
		a.regs[self] = t.marks.join(a.regs[self], sets[0])
	}
}

// fresh returns the marks that count for a call: in the second round of a
// loop, those of its own answer and later ones. What it learns then of earlier
// calls are answers of the round before.
func (t *tracer) fresh(call int, set markSet) markSet {
	if t.again == 0 {
		return set
	}
	return t.marks.filter(set, func(k mark) (mark, bool) { return k, k.call() >= call })
}

// isDirect reports whether a call instruction itself calls the target, and no
// library in between.
func (a *activation) isDirect(in *summary.Instr, target *instance) bool {
	switch in.Mode {
	case summary.Static:
		return target.fn.Symbol == in.Sym
	case summary.Invoke:
		return target.fn.Name == in.Name || graphLiteral(target.fn.Symbol)
	}
	return true
}

func graphLiteral(symbol string) bool { return strings.ContainsRune(symbol, '$') }

// arguments returns the marks of what a remote call is given: not those of its
// context, and of its client only what was built in it.
func (a *activation) arguments(in *summary.Instr, ev *event) markSet {
	out := unmarked
	args := in.Args
	receiver := in.Mode == summary.Invoke || in.Mode == summary.Static && strings.HasPrefix(in.Sym, "(")
	for n, r := range args {
		if in.Mode == summary.Value && n == 0 || isContext(refType(a.inst.fn, r)) {
			continue
		}
		if receiver && n == 0 {
			out = a.t.marks.join(out, a.marks(r))
			continue
		}
		if slices.Contains(a.targets(in, ev), n) {
			continue
		}
		out = a.t.marks.join(out, a.deep(r))
	}
	a.use(out)
	return out
}

func isContext(typ string) bool {
	return typ == "context.Context" || strings.HasSuffix(typ, "gin.Context")
}

// targets returns the indices of the arguments that a remote call fills.
func (a *activation) targets(in *summary.Instr, ev *event) []int {
	shift := 0
	if in.Mode == summary.Invoke || in.Mode == summary.Static && strings.HasPrefix(in.Sym, "(") {
		shift = 1
	}
	var out []int
	for _, name := range []string{"target", "dst", "reply", "resp", "result", "dest"} {
		if n, ok := ev.entry.Arg(name); ok && n >= 0 {
			out = append(out, n+shift)
		} else if ok && n == catalog.Last && len(in.Args) > 0 {
			out = append(out, len(in.Args)-1)
		}
	}
	if n, ok := ev.entry.Arg("method"); ok && ev.entry.Role == catalog.RPCCall && n >= 0 && !strings.HasSuffix(ev.sym, "NewStream") {
		out = append(out, n+shift+2)
	}
	return out
}

// answer marks what a remote call fills beside its results.
func (a *activation) answer(in *summary.Instr, ev *event, value markSet) {
	for _, n := range a.targets(in, ev) {
		if n < len(in.Args) {
			a.outputs(in.Args[n], func(obj objID, path pathID) { a.t.put(obj, path, value) })
			if o := a.origin(in.Args[n]); o >= 0 {
				a.regs[o] = a.t.marks.join(a.regs[o], value)
			}
		}
	}
}

// opaqueArguments returns the marks of what a library is given.
func (a *activation) opaqueArguments(in *summary.Instr) []markSet {
	var out []markSet
	for n, r := range in.Args {
		if isContext(refType(a.inst.fn, r)) || in.Mode == summary.Value && n == 0 {
			continue
		}
		out = append(out, a.deep(r))
	}
	return out
}

// anyUsed reports whether somebody looks at a result of a call.
func (a *activation) anyUsed(i int, in *summary.Instr) bool {
	return in.Op == summary.OpCall && a.c.used[a.inst.fn.Values()+i]
}

// group marks the object that runs functions and reports their errors later.
func (a *activation) group(in *summary.Instr, set markSet) {
	for n, r := range in.Args {
		if n > 0 {
			return
		}
		a.outputs(r, func(obj objID, path pathID) { a.t.put(obj, path, set) })
	}
}

// library follows values through a function whose body is not known, or does
// nothing that the graph shows.
func (a *activation) library(i int, in *summary.Instr, from markSet, sets []markSet, types []string) {
	t := a.t
	if in.Mode == summary.Builtin {
		a.builtin(in, from, sets)
		return
	}
	a.renew(i)
	if in.Name == "LastInsertId" {
		t.numberedBy(from, gsite(in.Site))
	}
	entry := t.m.cat.Func(in.Sym)
	fn := t.m.prog.body(in.Sym)
	own := entry == nil && fn != nil && in.Mode == summary.Static
	for n, typ := range types {
		s := from
		if isError(typ) && !own {
			s = t.marks.failures(from)
		}
		sets[n] = t.marks.join(sets[n], s)
	}
	if from == unmarked {
		return
	}
	var role catalog.Role
	if entry != nil {
		role = entry.Role
	}
	switch {
	case role == catalog.Log || role == catalog.Metric || isLogger(in.Sym):
		a.log(from)
		return
	case role == catalog.Answer && entry.Op != "error" || a.shown(in):
		a.use(from)
		return
	case role == catalog.Answer || role == catalog.Text || role == catalog.Conflict || role == catalog.Clock || role == catalog.Random:
		return
	case own:
		if len(types) == 0 && t.b.quiet(in) {
			a.log(from)
		} else if len(types) == 0 {
			a.use(from)
		}
		return
	}
	filled := false
	for _, r := range in.Args {
		typ := refType(a.inst.fn, r)
		if isContext(typ) {
			continue
		}
		before := a.deep(r)
		a.outputs(r, func(obj objID, path pathID) {
			set := from
			if typ := t.m.objects[obj].typ; !strings.HasSuffix(typ, "error") && !strings.HasSuffix(typ, "Error") {
				set = t.marks.only(from, byValue)
			}
			filled = filled || t.marks.without(set, before) != unmarked
			t.put(obj, path, set)
		})
	}
	made := false
	for _, typ := range types {
		made = made || !isError(typ)
	}
	switch used := a.anyUsed(i, in); {
	case filled || made && used || role == catalog.Inert:
	case used:
		a.use(t.marks.only(from, byValue)) // it tells only whether it succeeded
	default:
		a.use(from)
	}
}

// shown reports whether a function is given the writer of the request's answer,
// or some other writer.
func (a *activation) shown(in *summary.Instr) bool {
	return slices.ContainsFunc(in.Args, func(r summary.Ref) bool {
		typ := refType(a.inst.fn, r)
		return typ == "net/http.ResponseWriter" || typ == "io.Writer" && !a.discards(r)
	})
}

// discards reports whether a writer is io.Discard.
func (a *activation) discards(r summary.Ref) bool {
	in := a.definition(r)
	if in == nil || in.Op != summary.OpLoad || in.Args[0] >= 0 {
		return false
	}
	n := -int(in.Args[0]) - 1
	return n < len(a.inst.fn.Pool) && a.inst.fn.Pool[n].Text == "io.Discard"
}

func (a *activation) builtin(in *summary.Instr, from markSet, sets []markSet) {
	for n := range sets {
		sets[n] = a.t.marks.join(sets[n], from)
	}
	switch in.Sym {
	case "copy", "delete":
		a.store(in.Args[0], "", from)
	case "print", "println":
		a.log(from)
	}
}

// isLogger reports whether a method's receiver is some logger.
func isLogger(sym string) bool {
	recv, _, ok := strings.Cut(strings.TrimPrefix(sym, "("), ").")
	return ok && (strings.HasSuffix(recv, "Logger") || strings.HasSuffix(recv, "logger"))
}
