package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A taken is how an argument was taken of a value: fields and methods of it,
// outermost first; methods end in "()".
type taken struct {
	base  summary.Ref
	steps []string
}

// rows takes the arguments of a call apart by the elements of a list that they
// are all taken of: where a loop registers routes[i].path with
// routes[i].handler, or r.Pattern() with r, each path belongs to one handler.
// Nil: the arguments do not belong together.
func (m *machine) rows(c site, args []setID) [][]setID {
	first := len(c.in.Args) - len(args)
	if first < 0 || c.in.Mode == summary.Builtin {
		return nil
	}
	from := make([]taken, len(args))
	count := map[summary.Ref]int{}
	for n := range args {
		from[n] = m.takenOf(c.inst, c.in.Args[first+n])
		if len(m.sets[args[n]]) > 1 {
			count[from[n].base]++
		}
	}
	for n := range args {
		base := from[n].base
		if count[base] < 2 {
			continue
		}
		var out [][]setID
		for _, el := range m.listed(c.inst, base) {
			row := slices.Clone(args)
			for k := range args {
				if from[k].base == base {
					row[k] = m.follow(c, el, from[k].steps)
				}
			}
			out = append(out, row)
		}
		if len(out) > 1 {
			return out
		}
	}
	return nil
}

func (m *machine) takenOf(inst *instance, r summary.Ref) taken {
	var steps []string
	for range 12 {
		i := int(r) - inst.fn.Values()
		if i < 0 || i >= len(inst.fn.Instrs) {
			break
		}
		in := &inst.fn.Instrs[i]
		switch {
		case in.Op == summary.OpLoad, in.Op == summary.OpConvert, in.Op == summary.OpMakeInterface:
		case in.Op == summary.OpField, in.Op == summary.OpFieldAddr:
			steps = append(steps, in.Sym)
		case in.Op == summary.OpCall && in.Mode == summary.Invoke && len(in.Args) == 1:
			steps = append(steps, in.Name+"()")
		default:
			if only, ok := onlyElement(inst.fn, in); ok {
				r = only
				continue
			}
			slices.Reverse(steps)
			return taken{r, steps}
		}
		r = in.Args[0]
	}
	slices.Reverse(steps)
	return taken{r, steps}
}

// listed returns what a register may stand for, one by one: the dynamic types
// of an interface, the elements of a list.
func (m *machine) listed(inst *instance, base summary.Ref) []setID {
	var out []setID
	for _, id := range m.sets[m.ref(inst, base)] {
		v := m.byID[id]
		switch {
		case v.kind == kIface:
			out = append(out, m.set([]valueID{id}))
		case v.kind == kAddr || v.kind == kAgg:
			out = append(out, m.elementRows(v.obj, v.path, 0)...)
		}
	}
	return out
}

func (m *machine) elementRows(obj objID, path pathID, depth int) []setID {
	var out []setID
	if path != root && m.blurred(path) {
		parent := m.paths[path].parent
		for _, kid := range m.objects[obj].kids[parent] {
			if _, ok := indexOf(m.paths[kid].comp); ok {
				out = append(out, m.addr(obj, kid))
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	for _, id := range m.sets[m.cell(obj, path).set] { // a copy of an element
		v := m.byID[id]
		switch {
		case v.kind == kIface:
			out = append(out, m.set([]valueID{id}))
		case (v.kind == kAgg || v.kind == kAddr) && depth < 3:
			out = append(out, m.elementRows(v.obj, v.path, depth+1)...)
		}
	}
	return out
}

// follow returns what is taken of one element.
func (m *machine) follow(c site, el setID, steps []string) setID {
	for _, s := range steps {
		name, method := strings.CutSuffix(s, "()")
		if !method {
			el = m.fieldAddr(el, name)
			continue
		}
		out := none
		for _, id := range m.sets[m.loaded(c.inst, el)] {
			v := m.byID[id]
			meth, ok := m.prog.method(v.t, name)
			if v.kind != kIface || !ok {
				continue
			}
			for _, target := range m.byFunc[meth.Symbol] {
				if target.callers[c.inst] {
					out = m.join(out, rets0(target.rets))
				}
			}
		}
		return out
	}
	return m.loaded(c.inst, el)
}

// loaded returns the values at addresses of elements.
func (m *machine) loaded(inst *instance, s setID) setID {
	return m.each(s, func(id valueID, v value) setID {
		if v.kind == kAddr && v.path != root {
			return m.read(v.obj, v.path, inst)
		}
		return m.set([]valueID{id})
	})
}

// onlyElement returns the one element of a list that a variadic call is given.
func onlyElement(fn *summary.Func, in *summary.Instr) (summary.Ref, bool) {
	if in.Op != summary.OpSlice {
		return 0, false
	}
	list, found := in.Args[0], summary.NoRef
	for n := range fn.Instrs {
		at := &fn.Instrs[n]
		if at.Op != summary.OpIndexAddr || at.Args[0] != list {
			continue
		}
		for k := range fn.Instrs {
			if st := &fn.Instrs[k]; st.Op == summary.OpStore && int(st.Args[0]) == n+fn.Values() {
				if found != summary.NoRef {
					return 0, false
				}
				found = st.Args[1]
			}
		}
	}
	return found, found != summary.NoRef
}
