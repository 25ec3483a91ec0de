package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A heapMark holds the marks of what is stored at a path of an object.
type heapMark struct {
	path pathID
	set  markSet
}

// within reports whether p is q or below it.
func (m *machine) within(p, q pathID) bool {
	for ; p != root; p = m.paths[p].parent {
		if p == q {
			return true
		}
	}
	return q == root
}

func (t *tracer) put(obj objID, path pathID, set markSet) {
	path = t.m.blur(path, "all")
	for i := range t.heap[obj] {
		if c := &t.heap[obj][i]; c.path == path {
			c.set = t.marks.join(c.set, set)
			return
		}
	}
	if set != unmarked {
		t.heap[obj] = append(t.heap[obj], heapMark{path, set})
	}
}

func (t *tracer) got(obj objID, path pathID) markSet {
	out := unmarked
	if len(t.heap[obj]) == 0 {
		return out
	}
	path = t.m.blur(path, "all")
	for _, c := range t.heap[obj] {
		if t.m.within(c.path, path) || t.m.within(path, c.path) {
			out = t.marks.join(out, c.set)
		}
	}
	return out
}

// load returns the marks of what stands at the places that an operand leads to.
func (t *tracer) load(inst *instance, r summary.Ref, comp string) markSet {
	out := unmarked
	for _, id := range t.m.sets[t.m.ref(inst, r)] {
		if v := t.m.byID[t.m.bare(id)]; v.kind == kAddr || v.kind == kAgg {
			path := v.path
			if comp != "" {
				path = t.m.child(path, comp)
			}
			out = t.marks.join(out, t.got(v.obj, path))
		}
	}
	return out
}

// store marks the places that an operand leads to. What outlives the request,
// and what is not known, counts as a use.
func (a *activation) store(r summary.Ref, comp string, set markSet) {
	t := a.t
	if set == unmarked {
		return
	}
	known := false
	for _, id := range t.m.sets[t.m.ref(a.inst, r)] {
		v := t.m.byID[t.m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg {
			continue
		}
		known = true
		path := v.path
		if comp != "" {
			path = t.m.child(path, comp)
		}
		t.put(v.obj, path, set)
		if !t.local(&t.m.objects[v.obj]) {
			a.use(set)
		}
	}
	if !known {
		a.use(set)
	}
	if n := a.origin(r); n >= 0 {
		a.regs[n] = t.marks.join(a.regs[n], set)
	}
}

// capture marks the variables that the evaluation made for a literal, in the
// place of the variable r that it captures, with what r holds.
func (a *activation) capture(i int, made setID, r summary.Ref) {
	t := a.t
	for _, id := range t.m.sets[made] {
		v := t.m.byID[t.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		if o := &t.m.objects[v.obj]; o.kind == oAlloc && o.inst == a.inst && o.instr == i {
			t.put(v.obj, v.path, t.load(a.inst, r, ""))
		}
	}
}

// renew forgets what was stored in the object that an instruction makes.
func (a *activation) renew(i int) {
	for _, id := range a.t.m.sets[a.t.m.ref(a.inst, summary.Ref(a.inst.fn.Values()+i))] {
		v := a.t.m.byID[a.t.m.bare(id)]
		if v.kind == kAddr && v.path == root && a.t.m.objects[v.obj].inst == a.inst && a.t.m.objects[v.obj].instr == i {
			delete(a.t.heap, v.obj)
		}
	}
}

// made returns the marks of what was stored in the objects of the function that
// a value leads to. They go with the value when it leaves the function, which
// may make them anew at the next call.
func (a *activation) made(r summary.Ref) markSet {
	out := unmarked
	for _, id := range a.t.m.sets[a.t.m.ref(a.inst, r)] {
		v := a.t.m.byID[a.t.m.bare(id)]
		if v.kind == kAddr && a.t.m.objects[v.obj].inst == a.inst {
			out = a.t.marks.join(out, a.t.got(v.obj, v.path))
		}
	}
	return out
}

// origin follows addresses back to the register that they were taken of; -1 if
// that is no register.
func (a *activation) origin(r summary.Ref) int {
	for range 16 {
		n := int(r) - a.inst.fn.Values()
		if n < 0 {
			return int(r)
		}
		switch in := &a.inst.fn.Instrs[n]; in.Op {
		case summary.OpFieldAddr, summary.OpIndexAddr:
			r = in.Args[0]
		case summary.OpAlloc, summary.OpMakeMap, summary.OpMakeSlice, summary.OpMakeChan:
			return -1 // its object is known
		default:
			return int(r)
		}
	}
	return -1
}

// deep returns the marks of a value and of everything that it leads to.
func (a *activation) deep(r summary.Ref) markSet {
	out := a.marks(r)
	if len(a.t.heap) == 0 {
		return out
	}
	seen := map[objID]bool{}
	return a.t.marks.join(out, a.t.inside(a.t.m.ref(a.inst, r), seen, 5))
}

func (t *tracer) inside(s setID, seen map[objID]bool, depth int) markSet {
	out := unmarked
	if depth == 0 || t.fuel <= 0 {
		return out
	}
	t.fuel -= len(t.m.sets[s])
	for _, id := range t.m.sets[s] {
		v := t.m.byID[t.m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg || seen[v.obj] && v.path == root {
			continue
		}
		o := &t.m.objects[v.obj]
		if !t.local(o) {
			continue // a client or a setting, shared by all requests
		}
		if v.path == root {
			seen[v.obj] = true
		}
		out = t.marks.join(out, t.got(v.obj, v.path))
		if len(o.kids) > 64 {
			continue
		}
		for _, kid := range o.kids[v.path] {
			out = t.marks.join(out, t.inside(t.m.cell(v.obj, kid).set, seen, depth-1))
		}
		out = t.marks.join(out, t.inside(t.m.cell(v.obj, v.path).set, seen, depth-1))
	}
	return out
}

// outputs calls f with the objects of this request that an argument lets a
// library write to.
func (a *activation) outputs(r summary.Ref, f func(obj objID, path pathID)) {
	m := a.t.m
	var visit func(s setID, depth int)
	visit = func(s setID, depth int) {
		for _, id := range m.sets[s] {
			v := m.byID[m.bare(id)]
			if v.kind != kAddr {
				continue
			}
			o := &m.objects[v.obj]
			if o.kind != oAlloc && o.kind != oLib || !a.t.local(o) {
				continue
			}
			if strings.HasPrefix(o.typ, "[") && depth < 2 { // the arguments of a variadic call
				for _, kid := range slices.Clone(o.kids[v.path]) {
					visit(m.cell(v.obj, kid).set, depth+1)
				}
			}
			f(v.obj, v.path)
		}
	}
	visit(m.ref(a.inst, r), 0)
}
