package link

import "github.com/coordlint/coordlint/analyzer/summary"

// instr follows one instruction.
func (a *activation) instr(i int, in *summary.Instr) {
	t := a.t
	self := a.inst.fn.Values() + i
	all := func() markSet {
		out := unmarked
		for _, r := range in.Args {
			out = t.marks.join(out, a.marks(r))
		}
		return out
	}
	set := func(s markSet) { a.regs[self] = t.marks.join(a.regs[self], s) }
	switch in.Op {
	case summary.OpJump, summary.OpRunDefers:
	case summary.OpAlloc, summary.OpMakeMap, summary.OpMakeSlice, summary.OpMakeChan:
		a.renew(i)
	case summary.OpLoad:
		if a.errVar(in.Args[0]) {
			a.regs[self] = a.current(in.Block, in.Args[0])
			return
		}
		own := all()
		if of := a.definition(in.Args[0]); isError(in.Type) && of != nil && of.Op == summary.OpFieldAddr {
			own = t.marks.failures(own) // the error of a result: (*gorm.DB).Error
		}
		set(t.marks.join(own, t.load(a.inst, in.Args[0], "")))
	case summary.OpStore:
		if a.errVar(in.Args[0]) {
			a.assign(in.Block, in.Args[0], a.marks(in.Args[1]))
			return
		}
		a.store(in.Args[0], "", t.marks.join(a.marks(in.Args[1]), a.reason(in)))
	case summary.OpMapUpdate:
		a.store(in.Args[0], "[all]", t.marks.join(a.marks(in.Args[1]), a.marks(in.Args[2]), a.reason(in)))
	case summary.OpSend:
		a.store(in.Args[0], "$chan", t.marks.join(a.marks(in.Args[1]), a.reason(in)))
	case summary.OpRecv:
		a.result(i, in, t.marks.join(all(), t.load(a.inst, in.Args[0], "$chan")))
	case summary.OpSelect:
		got := unmarked
		for _, s := range in.States {
			if s.Send {
				a.store(s.Chan, "$chan", a.marks(s.Value))
			} else {
				got = t.marks.join(got, a.marks(s.Chan), t.load(a.inst, s.Chan, "$chan"))
			}
		}
		a.result(i, in, got)
	case summary.OpIndex, summary.OpLookup:
		a.result(i, in, t.marks.join(all(), t.load(a.inst, in.Args[0], "")))
	case summary.OpRange, summary.OpNext:
		a.result(i, in, t.marks.join(all(), t.load(a.inst, in.Args[0], "")))
	case summary.OpTypeAssert:
		a.result(i, in, all())
	case summary.OpExtract:
		n := int(in.Args[0]) - a.inst.fn.Values()
		if tuple, ok := a.tuples[n]; ok && in.N < len(tuple) {
			set(tuple[in.N])
		} else {
			set(all())
		}
	case summary.OpPhi:
		set(a.phi(in))
	case summary.OpMakeClosure:
		set(all())
		for _, id := range t.m.sets[t.m.ref(a.inst, summary.Ref(self))] {
			if v := t.m.byID[t.m.bare(id)]; v.kind == kAddr && t.m.objects[v.obj].kind == oClosure {
				for n, r := range in.Args[1:] {
					t.put(v.obj, t.m.child(root, "$"+itoa(n)), a.marks(r))
				}
			}
		}
	case summary.OpIf:
		a.condition(i, in)
	case summary.OpReturn:
		a.leave(i, in)
	case summary.OpPanic:
		a.use(all())
	case summary.OpCall, summary.OpGo, summary.OpDefer:
		a.call(i, in)
	default:
		set(all())
	}
}

// reason returns the marks of what decides about a store, as far as it did not
// decide about the variable's being there.
func (a *activation) reason(in *summary.Instr) markSet {
	why := a.t.marks.only(a.ctrl[in.Block], byValue)
	r := in.Args[0]
	for range 16 {
		d := a.definition(r)
		if d == nil {
			return why
		}
		switch d.Op {
		case summary.OpFieldAddr, summary.OpIndexAddr, summary.OpSlice:
			r = d.Args[0]
		case summary.OpAlloc, summary.OpMakeMap, summary.OpMakeChan, summary.OpMakeSlice:
			return a.t.marks.without(why, a.ctrl[d.Block])
		default:
			return why
		}
	}
	return why
}

// result sets the marks of an instruction of one or more results.
func (a *activation) result(i int, in *summary.Instr, set markSet) {
	if n := len(tupleTypes(in.Type)); n > 1 {
		sets := make([]markSet, n)
		for k := range sets {
			sets[k] = set
		}
		a.tuple(i, sets)
		return
	}
	self := a.inst.fn.Values() + i
	a.regs[self] = a.t.marks.join(a.regs[self], set)
}

func (a *activation) tuple(i int, sets []markSet) {
	old := a.tuples[i]
	for len(old) < len(sets) {
		old = append(old, unmarked)
	}
	for n, s := range sets {
		old[n] = a.t.marks.join(old[n], s)
	}
	a.tuples[i] = old
}

// phi returns the marks of a value that depends on the way taken: those of the
// values, and of what decided about the way.
func (a *activation) phi(in *summary.Instr) markSet {
	t := a.t
	out := unmarked
	preds := a.inst.fn.Blocks[in.Block].Preds
	why := unmarked
	for n, r := range in.Args {
		if n >= len(preds) || !a.inst.reach[preds[n]] {
			continue
		}
		out = t.marks.join(out, a.marks(r))
		p := preds[n]
		if a.c.place[p] >= a.c.place[in.Block] {
			continue // what decides about the next round is no part of its values
		}
		why = t.marks.join(why, a.ctrl[p])
		for k, s := range a.inst.fn.Blocks[p].Succs {
			if s == in.Block && len(a.inst.fn.Blocks[p].Succs) > 1 {
				why = t.marks.join(why, a.edges[p][min(k, 1)])
			}
		}
	}
	if isError(in.Type) {
		return out
	}
	return t.marks.join(out, t.marks.without(why, a.ctrl[in.Block]))
}

// leave follows results to the caller, with what decided about them.
func (a *activation) leave(i int, in *summary.Instr) {
	t := a.t
	why := a.ctrl[in.Block]
	stored := a.returned(i, in)
	for n, r := range in.Args {
		if n >= len(a.rets) {
			break
		}
		set := t.marks.join(a.marks(r), a.made(r), t.marks.only(why, byValue))
		switch {
		case n >= len(a.inst.fn.Results):
		case !isError(a.inst.fn.Results[n]):
			set = t.marks.join(set, t.marks.filter(why, func(k mark) (mark, bool) { return k.as(byValue), k.kind() == byAbsence }))
		case !a.isNil(stored[n]):
			set = t.marks.join(set, t.marks.only(why, byFailure))
		}
		a.rets[n] = t.marks.join(a.rets[n], set)
	}
}

func (a *activation) isNil(r summary.Ref) bool {
	n := -int(r) - 1
	return r < 0 && r != summary.NoRef && n < len(a.inst.fn.Pool) && a.inst.fn.Pool[n].Nil
}

// isZero reports whether an operand is the constant nil, 0 or "".
func (a *activation) isZero(r summary.Ref) bool {
	n := -int(r) - 1
	if r >= 0 || r == summary.NoRef || n >= len(a.inst.fn.Pool) {
		return false
	}
	p := a.inst.fn.Pool[n]
	return p.Nil || p.Kind == summary.Const && (p.Text == "0" || p.Text == "")
}

// definition returns the instruction that makes a value; nil if it is none.
func (a *activation) definition(r summary.Ref) *summary.Instr {
	n := int(r) - a.inst.fn.Values()
	if n < 0 || n >= len(a.inst.fn.Instrs) {
		return nil
	}
	return &a.inst.fn.Instrs[n]
}

// condition says what the two ways out of a block depend on.
func (a *activation) condition(i int, in *summary.Instr) {
	t := a.t
	cond := in.Args[0]
	set := a.marks(cond)
	if set == unmarked {
		return
	}
	values := t.marks.only(set, byValue)
	failures := t.marks.only(set, byFailure)
	yes, no := values, values
	side := a.side(cond) // the way that is taken on failure
	switch {
	case values == unmarked && side == 0:
		yes, no = a.onFailure(failures, a.tellsAbsence(cond)), unmarked
	case values == unmarked && side == 1:
		yes, no = unmarked, a.onFailure(failures, a.tellsAbsence(cond))
	case values == unmarked:
		both := t.marks.filter(failures, func(k mark) (mark, bool) { return k.as(byValue), true })
		yes, no = both, both
	default:
		if miss := a.missSide(cond); miss >= 0 {
			missed := t.marks.filter(values, func(k mark) (mark, bool) { return k.as(byMiss), t.calls[k.call()].tellsMiss() })
			if miss == 0 {
				yes = t.marks.join(yes, missed)
			} else {
				no = t.marks.join(no, missed)
			}
		}
	}
	b := in.Block
	a.edges[b][0] = t.marks.join(a.edges[b][0], yes)
	a.edges[b][1] = t.marks.join(a.edges[b][1], no)
	a.use(values)
	if failures != unmarked && (side < 0 || a.decides(edge{int(b), side})) {
		a.use(failures)
	}
}

// onFailure turns the failure of a cache's read into a miss, and an error that
// says that nothing was there into an answer.
func (a *activation) onFailure(set markSet, absent bool) markSet {
	return a.t.marks.filter(set, func(k mark) (mark, bool) {
		switch {
		case a.t.calls[k.call()].tellsMiss():
			return k.as(byMiss), true
		case absent:
			return k.as(byAbsence), true
		}
		return k, true
	})
}

// side returns the way out of a block that is taken when its condition, which
// looks at errors alone, finds one: 0 if true, 1 if false, -1 if that is not known.
func (a *activation) side(cond summary.Ref) int {
	in := a.definition(cond)
	if in == nil {
		return -1
	}
	switch in.Op {
	case summary.OpUn:
		if s := a.side(in.Args[0]); s >= 0 && in.Sym == "!" {
			return 1 - s
		}
	case summary.OpBin:
		none := a.isZero(in.Args[0]) || a.isZero(in.Args[1])
		switch {
		case in.Sym == "!=" && none, in.Sym == "==" && !none:
			return 0
		case in.Sym == "==" && none, in.Sym == "!=" && !none:
			return 1
		}
	case summary.OpCall:
		if in.Type == "bool" { // errors.Is, os.IsNotExist
			return 0
		}
	}
	return -1
}

// missSide returns the way out that is taken when a value is not there.
func (a *activation) missSide(cond summary.Ref) int {
	in := a.definition(cond)
	if in == nil {
		return -1
	}
	switch in.Op {
	case summary.OpUn:
		if s := a.missSide(in.Args[0]); s >= 0 && in.Sym == "!" {
			return 1 - s
		}
	case summary.OpExtract:
		return 1 // value, ok
	case summary.OpCall:
		if in.Type == "bool" {
			return 1 // exists
		}
	case summary.OpBin:
		empty := a.isZero(in.Args[0]) || a.isZero(in.Args[1])
		switch {
		case empty && in.Sym == "==":
			return 0
		case empty && (in.Sym == "!=" || in.Sym == ">"):
			return 1
		}
	}
	return -1
}

// params maps the arguments of a call to the parameters of what it calls.
func (a *activation) params(in *summary.Instr, target *instance) []markSet {
	args := in.Args
	if in.Mode == summary.Value && len(args) > 0 {
		args = args[1:]
	}
	out := make([]markSet, len(target.fn.Params))
	shift := len(out) - len(args) // a bound method's receiver comes first
	if shift < 0 {
		shift = 0
	}
	for n, r := range args {
		if n+shift < len(out) {
			out[n+shift] = a.marks(r)
		}
	}
	return out
}
