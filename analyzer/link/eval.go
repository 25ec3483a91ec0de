package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// instr evaluates one instruction and returns what its register may hold.
func (m *machine) instr(inst *instance, i int, in *summary.Instr) setID {
	arg := func(n int) setID {
		if n >= len(in.Args) {
			return none
		}
		return m.ref(inst, in.Args[n])
	}
	if inst.turn != nil {
		if set, ok := m.inTurn(inst, i, in); ok {
			return set
		}
	}
	switch in.Op {
	case summary.OpAlloc:
		return m.alloc(inst, i, in, in.Elem)
	case summary.OpMakeMap, summary.OpMakeSlice, summary.OpMakeChan:
		return m.alloc(inst, i, in, in.Type)
	case summary.OpFieldAddr:
		return m.fieldAddr(arg(0), in.Sym)
	case summary.OpField:
		return m.load(inst, m.fieldAddr(arg(0), in.Sym), in)
	case summary.OpIndexAddr:
		return m.indexAddr(arg(0), m.index(arg(1), "[", "]"))
	case summary.OpIndex:
		return m.load(inst, m.indexAddr(arg(0), m.index(arg(1), "[", "]")), in)
	case summary.OpLookup:
		found := m.lookUp(inst, in, arg(0), arg(1))
		if in.CommaOk {
			return m.tuple(inst, i, found, m.unknown("bool"))
		}
		return found
	case summary.OpLoad:
		if stored, ok := m.reaching(inst.fn).loads[i]; ok {
			return m.joinRefs(inst, stored)
		}
		return m.load(inst, arg(0), in)
	case summary.OpStore:
		m.store(arg(0), arg(1))
		m.initial(inst, arg(0), arg(1))
	case summary.OpMapUpdate:
		m.store(m.indexAddr(arg(0), m.index(arg(1), "{", "}")), arg(2))
		if k := arg(1); !m.isConst(k) {
			m.store(m.indexAddr(arg(0), "$keys"), k)
		}
	case summary.OpMakeClosure:
		return m.closure(inst, i, in)
	case summary.OpBoundMethod:
		return m.bound(inst, i, in, arg(0))
	case summary.OpMakeInterface:
		return m.tag(m.zeroStruct(inst, i, in, arg(0)), in.Elem)
	case summary.OpTypeAssert:
		return m.assert(inst, i, in, arg(0))
	case summary.OpConvert, summary.OpRange:
		return arg(0)
	case summary.OpExtract:
		return m.extract(inst, in)
	case summary.OpPhi:
		if out, ok := m.foldedPhi(inst, i); ok {
			return out
		}
		out := none
		preds := inst.fn.Blocks[in.Block].Preds
		for n, a := range in.Args {
			if n >= len(preds) || inst.reach[preds[n]] && m.taken(inst, int(preds[n]), int(in.Block)) {
				out = m.join(out, m.ref(inst, a))
			}
		}
		return out
	case summary.OpBin:
		if (in.Sym == "==" || in.Sym == "!=") && (m.maybeUnset(inst.fn, in.Args[0]) || m.maybeUnset(inst.fn, in.Args[1])) {
			return m.unknown(in.Type)
		}
		return m.binary(in.Sym, arg(0), arg(1), in.Type)
	case summary.OpUn:
		if c, ok := m.constant(arg(0)); ok && in.Sym == "!" {
			return m.boolean(c != "true")
		}
		return m.unknown(in.Type)
	case summary.OpRecv:
		got := m.load(inst, m.indexAddr(arg(0), "$chan"), in)
		if in.CommaOk {
			return m.tuple(inst, i, got, m.unknown("bool"))
		}
		return got
	case summary.OpSend:
		m.store(m.indexAddr(arg(0), "$chan"), arg(1))
	case summary.OpSelect:
		vals := []setID{m.unknown("int"), m.unknown("bool")}
		for _, st := range in.States {
			if ch := m.indexAddr(m.ref(inst, st.Chan), "$chan"); st.Send {
				m.store(ch, m.ref(inst, st.Value))
			} else {
				vals = append(vals, m.load(inst, ch, in))
			}
		}
		return m.tuple(inst, i, vals...)
	case summary.OpNext:
		val := m.loadAs(inst, m.indexAddr(arg(0), "[unknown]"), in.Agg)
		if val == none {
			val = m.libraryOnly(arg(0)) // an element of something that a library made
		}
		return m.tuple(inst, i, m.unknown("bool"), m.keys(inst, arg(0)), val)
	case summary.OpSlice:
		return m.each(arg(0), func(id valueID, v value) setID {
			if m.isText(id) {
				return m.unknown("slice of a text")
			}
			return m.set([]valueID{id})
		})
	case summary.OpCall, summary.OpGo, summary.OpDefer:
		return m.callInstr(inst, i, in)
	}
	return none
}

func (m *machine) alloc(inst *instance, i int, in *summary.Instr, typ string) setID {
	return m.addr(m.object(inst, i, "", func() object {
		return object{kind: oAlloc, typ: typ, name: in.Sym, site: in.Site}
	}), root)
}

// tuple sets the components of an instruction with several results.
func (m *machine) tuple(inst *instance, i int, sets ...setID) setID {
	old := inst.tuples[i]
	for len(old) < len(sets) {
		old = append(old, none)
	}
	for n, s := range sets {
		if joined := m.join(old[n], s); joined != old[n] {
			old[n] = joined
			inst.dirty = true
		}
	}
	inst.tuples[i] = old
	return none
}

func (m *machine) extract(inst *instance, in *summary.Instr) setID {
	i := int(in.Args[0]) - inst.fn.Values()
	if t, ok := inst.tuples[i]; ok && in.N < len(t) {
		return t[in.N]
	}
	return none
}

// index returns the path component of an index or key.
func (m *machine) index(key setID, left, right string) string {
	if k, ok := m.constant(key); ok && len(k) < 128 {
		return left + k + right
	}
	return "[unknown]"
}

func (m *machine) fieldAddr(base setID, name string) setID { return m.indexAddr(base, "."+name) }

// indexAddr returns the addresses of a component of what base points to.
func (m *machine) indexAddr(base setID, comp string) setID {
	return m.each(base, func(id valueID, _ value) setID {
		id = m.bare(id)
		switch v := m.byID[id]; v.kind {
		case kAddr, kAgg:
			return m.addr(v.obj, m.child(v.path, comp))
		case kRequest, kUnknown:
			return m.set([]valueID{id})
		case kZero:
			if m.objects[v.obj].kind == oLib { // the library set it: client.HTTPClient.Timeout
				return m.addr(v.obj, m.child(v.path, comp))
			}
			return m.unknown("part of something unset")
		case kSetting:
			return m.setting(v, []string{comp})
		}
		return none
	})
}

// field returns a field of a struct value.
func (m *machine) field(inst *instance, base setID, name string, agg bool) setID {
	return m.loadAs(inst, m.fieldAddr(base, name), agg)
}

func (m *machine) load(inst *instance, addr setID, in *summary.Instr) setID {
	out := m.loadAs(inst, addr, in.Agg)
	if out == none && (in.Type == "bool" || blank(in.Type)) {
		return m.unknown(in.Type) // a zero value, or one that reflection sets
	}
	if out == none && !in.Agg {
		if parts := m.components(addr, in.Type); parts != none {
			return parts
		}
		return m.unset(addr)
	}
	return out
}

// unset returns the values at addresses where nothing was stored so far.
func (m *machine) unset(addr setID) setID {
	return m.each(addr, func(_ valueID, v value) setID {
		if v.kind != kAddr || v.path == root && m.objects[v.obj].kind == oLib || m.paths[v.path].comp == "$chan" {
			return none
		}
		return m.one(value{kind: kZero, obj: v.obj, path: v.path})
	})
}

func (m *machine) loadAs(inst *instance, addr setID, agg bool) setID {
	return m.each(addr, func(id valueID, v value) setID {
		switch v.kind {
		case kAddr:
			if agg {
				return m.one(value{kind: kAgg, obj: v.obj, path: v.path})
			}
			out := m.read(v.obj, v.path, inst)
			if out == none && m.promoted(v) {
				return m.addr(v.obj, root)
			}
			return out
		case kRequest, kUnknown, kSetting, kConst, kCat, kEnv, kFlag, kZero:
			return m.set([]valueID{id})
		}
		return none
	})
}

// promoted reports whether a place is an unexported field of what a library
// made. Code outside of the library gets there only by calling a method that
// the field promotes, which is then the library object's own.
func (m *machine) promoted(v value) bool {
	if v.path == root || m.objects[v.obj].kind != oLib {
		return false
	}
	comp := m.paths[v.path].comp
	return len(comp) > 1 && comp[0] == '.' && (comp[1] >= 'a' && comp[1] <= 'z' || comp[1] == '_')
}

// initial notes what the function that makes an object stores in its fields.
func (m *machine) initial(inst *instance, addr, val setID) {
	for _, id := range m.sets[addr] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || v.path == root || m.objects[v.obj].inst != inst || m.objects[v.obj].kind != oAlloc || m.blurred(v.path) {
			continue
		}
		if c := m.paths[v.path].comp; c[0] == '.' {
			at := m.cell(v.obj, v.path)
			if all := m.join(at.initial, val); all != at.initial {
				at.initial = all
				at.version++
			}
		}
	}
}

func (m *machine) store(addr, val setID) {
	for _, id := range m.sets[addr] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr {
			m.write(v.obj, v.path, val)
		}
	}
}

// libraryOnly returns the members of a set that are results of library calls.
func (m *machine) libraryOnly(s setID) setID {
	return m.each(s, func(id valueID, v value) setID {
		if v.kind == kAddr && m.objects[v.obj].kind == oLib {
			return m.set([]valueID{id})
		}
		return none
	})
}

// keys returns the constant keys of a map, or what the indices of a list are.
func (m *machine) keys(inst *instance, base setID) setID {
	return m.each(base, func(id valueID, v value) setID {
		if v.kind != kAddr {
			return m.unknown("key")
		}
		out := m.read(v.obj, m.child(v.path, "$keys"), inst)
		for _, kid := range m.objects[v.obj].kids[v.path] {
			if c := m.paths[kid].comp; c[0] == '{' {
				out = m.join(out, m.text(strings.TrimSuffix(c[1:], "}")))
			}
		}
		if out == none {
			return m.unknown("key")
		}
		return out
	})
}

func (m *machine) closure(inst *instance, i int, in *summary.Instr) setID {
	fn, ok := m.pool(inst.fn, in.Args[0])
	if !ok {
		return m.unknown("closure")
	}
	obj := m.object(inst, i, "", func() object {
		return object{kind: oClosure, symbol: fn, site: in.Site, args: len(in.Args) - 1}
	})
	for n, a := range in.Args[1:] {
		held := m.ref(inst, a)
		if stored, ok := m.reaching(inst.fn).captures[[2]int{i, n}]; ok {
			held = m.captured(inst, i, n, held, m.joinRefs(inst, stored))
		}
		m.write(obj, m.child(root, "$"+itoa(n)), held)
	}
	return m.addr(obj, root)
}

// captured returns a variable that holds what a literal finds in the one that
// it captures as its nth.
func (m *machine) captured(inst *instance, i, n int, variable, held setID) setID {
	id, ok := m.single(variable)
	if !ok {
		return variable
	}
	of := m.objects[m.byID[id].obj]
	obj := m.object(inst, i, "captured"+itoa(n), func() object {
		return object{kind: oAlloc, typ: of.typ, name: of.name, site: of.site}
	})
	m.write(obj, root, held)
	return m.addr(obj, root)
}

// pool returns the text of a constant operand that names a function.
func (m *machine) pool(fn *summary.Func, r summary.Ref) (string, bool) {
	if n := -int(r) - 1; r < 0 && r != summary.NoRef && n < len(fn.Pool) && fn.Pool[n].Kind == summary.NamedFunc {
		return fn.Pool[n].Text, true
	}
	return "", false
}

func (m *machine) bound(inst *instance, i int, in *summary.Instr, recv setID) setID {
	obj := m.object(inst, i, "", func() object {
		return object{kind: oBound, symbol: in.Sym, name: in.Name, invoke: in.Mode == summary.Invoke, path: in.Path, site: in.Site}
	})
	m.write(obj, m.child(root, "$recv"), recv)
	return m.addr(obj, root)
}

// zeroStruct puts an object in the place of the constant T{} of a struct type
// without fields that are set: as an interface it has methods, and is not nil.
func (m *machine) zeroStruct(inst *instance, i int, in *summary.Instr, s setID) setID {
	if t := m.prog.typ(in.Elem); strings.HasPrefix(in.Elem, "*") || t == nil || !strings.HasPrefix(t.Underlying, "struct") {
		return s
	}
	return m.each(s, func(id valueID, v value) setID {
		if v.kind != kNil {
			return m.set([]valueID{id})
		}
		made := m.alloc(inst, i, in, in.Elem)
		return m.one(value{kind: kAgg, obj: m.byID[m.sets[made][0]].obj})
	})
}
