package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// An access is one instruction that writes or reads memory that lasts.
type access struct {
	cell    cellName
	inst    *instance
	instr   int
	site    graph.Site
	write   bool
	remove  bool
	counter string // the operator, where a number is changed by a constant
	keys    setID
	vals    setID
	library string // technology or package of a library's cache
	ttl     bool
}

// accesses returns what an instance does to memory that lasts.
func (mem *memory) accesses(inst *instance) []access {
	var out []access
	m, fn := mem.m, inst.fn
	first := 0 // of the accesses of one instruction
	add := func(a access, addrs setID, suffix string) {
		for _, id := range m.sets[addrs] {
			v := m.byID[m.bare(id)]
			if v.kind != kAddr && v.kind != kAgg || !mem.lasts[v.obj] || a.write && mem.fresh(inst, v.obj) {
				continue
			}
			path := v.path
			if suffix != "" {
				path = m.child(path, suffix)
			}
			if c, ok := mem.cellAt(v.obj, path); ok {
				if c.fed && (mem.inline[inst] || !collection(m.objects[v.obj].typ)) {
					continue // a message, and not what keeps it
				}
				a.cell, a.inst = c, inst
				if !slices.ContainsFunc(out[first:], func(b access) bool { return b.cell.name == c.name && b.write == a.write }) {
					out = append(out, a)
				}
			}
		}
	}
	for i := range fn.Instrs {
		in := &fn.Instrs[i]
		if !inst.reach[in.Block] {
			continue
		}
		a := access{instr: i, site: gsite(in.Site)}
		first = len(out)
		switch in.Op {
		case summary.OpStore:
			a.write, a.vals = true, m.ref(inst, in.Args[1])
			a.keys = mem.indices(inst, in.Args[0])
			a.counter = counterOp(fn, in)
			if !mem.perhaps(inst, in.Args[0]) && !initial(fn, i) {
				add(a, m.ref(inst, in.Args[0]), "")
			}
		case summary.OpMapUpdate:
			a.write, a.keys, a.vals = true, m.ref(inst, in.Args[1]), m.ref(inst, in.Args[2])
			a.counter = counterOp(fn, in)
			add(a, m.ref(inst, in.Args[0]), "[unknown]")
		case summary.OpLoad:
			if mem.matters(inst, i) {
				add(a, m.ref(inst, in.Args[0]), "")
			}
		case summary.OpLookup:
			if mem.used(inst, i) {
				add(a, m.ref(inst, in.Args[0]), "[unknown]")
			}
		case summary.OpRange:
			add(a, m.ref(inst, in.Args[0]), "[unknown]")
		case summary.OpCall, summary.OpDefer, summary.OpGo:
			if in.Mode == summary.Builtin {
				if in.Sym == "delete" || in.Sym == "clear" || in.Sym == "copy" {
					a.write, a.remove = true, in.Sym != "copy"
					if len(in.Args) > 1 {
						a.keys = m.ref(inst, in.Args[1])
					}
					if !a.remove {
						a.vals, a.keys = a.keys, none
					}
					add(a, m.ref(inst, in.Args[0]), "[unknown]")
				}
				continue
			}
			events := inst.lib[i]
			if len(events) == 0 && strings.Contains(in.Sym, "sync/atomic.") {
				events = []*event{atomicCall(m, inst, in)}
			}
			for _, ev := range events {
				mem.libraryAccess(inst, ev, a, add)
			}
		}
	}
	return out
}

// atomicCall is a call of sync/atomic as an event, whether the catalog has it
// or not.
func atomicCall(m *machine, inst *instance, in *summary.Instr) *event {
	ev := &event{entry: &catalog.Entry{Symbol: in.Sym}, sym: in.Sym, inst: inst}
	for _, a := range in.Args {
		ev.args = append(ev.args, m.ref(inst, a))
	}
	if strings.HasPrefix(in.Sym, "(") && len(ev.args) > 0 {
		ev.recv, ev.args = ev.args[0], ev.args[1:]
	}
	return ev
}

// libraryAccess is an access through a library: sync.Map, sync/atomic,
// container/list, caches.
func (mem *memory) libraryAccess(inst *instance, ev *event, a access, add func(access, setID, string)) {
	name := ev.sym[strings.LastIndexByte(ev.sym, '.')+1:]
	switch {
	case ev.entry.Role == catalog.LocalCache && strings.HasPrefix(ev.sym, "(*sync.Map)."):
		if len(ev.args) > 0 {
			a.keys = ev.args[0]
		}
		if ev.entry.Op == "write" {
			w := a
			w.write, w.remove = true, strings.HasSuffix(name, "Delete")
			if len(ev.args) > 1 {
				w.vals = ev.args[len(ev.args)-1]
			}
			add(w, ev.recv, "[unknown]")
		}
		if strings.HasPrefix(name, "Load") || name == "Swap" {
			add(a, ev.recv, "[unknown]")
		}
	case strings.HasPrefix(ev.sym, "(*sync.Map).Range"):
		add(a, ev.recv, "[unknown]")
	case strings.HasPrefix(ev.sym, "sync/atomic."), strings.HasPrefix(ev.sym, "(*sync/atomic."):
		addr, vals := ev.recv, ev.args
		if !strings.HasPrefix(ev.sym, "(") && len(ev.args) > 0 {
			addr, vals = ev.args[0], ev.args[1:]
		}
		if !strings.HasPrefix(name, "Load") {
			w := a
			w.write = true
			if len(vals) > 0 {
				w.vals = vals[len(vals)-1]
			}
			if strings.HasPrefix(name, "Add") && len(vals) > 0 {
				w.counter, w.vals = "+", none
				if c, ok := mem.m.constant(vals[0]); ok && (strings.HasPrefix(c, "-") || len(c) > 18) {
					w.counter = "-"
				}
			}
			add(w, addr, "")
		}
		if !strings.HasPrefix(name, "Store") && mem.used(inst, a.instr) {
			add(a, addr, "")
		}
	}
}

// indices returns the values that choose the element that an address means.
func (mem *memory) indices(inst *instance, addr summary.Ref) setID {
	out := none
	fn := inst.fn
	for range 6 {
		i := int(addr) - fn.Values()
		if i < 0 || i >= len(fn.Instrs) {
			break
		}
		in := &fn.Instrs[i]
		switch in.Op {
		case summary.OpIndexAddr:
			out = mem.m.join(out, mem.m.ref(inst, in.Args[1]))
		case summary.OpFieldAddr:
		default:
			return out
		}
		addr = in.Args[0]
	}
	return out
}

// counterOp returns the operator where a store changes what was there by a
// constant or a number: n++, n -= 2.
func counterOp(fn *summary.Func, in *summary.Instr) string {
	val := in.Args[len(in.Args)-1]
	i := int(val) - fn.Values()
	if i < 0 || i >= len(fn.Instrs) {
		return ""
	}
	bin := &fn.Instrs[i]
	if bin.Op != summary.OpBin || bin.Sym != "+" && bin.Sym != "-" {
		return ""
	}
	for _, a := range bin.Args {
		j := int(a) - fn.Values()
		if j < 0 || j >= len(fn.Instrs) {
			continue
		}
		switch old := &fn.Instrs[j]; {
		case old.Op == summary.OpLoad && sameAddr(fn, old.Args[0], in.Args[0]), old.Op == summary.OpLookup && sameAddr(fn, old.Args[0], in.Args[0]):
			return bin.Sym
		}
	}
	return ""
}

// sameAddr reports whether two operands are the same address by their form.
func sameAddr(fn *summary.Func, a, b summary.Ref) bool {
	if a == b {
		return true
	}
	i, j := int(a)-fn.Values(), int(b)-fn.Values()
	if i < 0 || j < 0 || i >= len(fn.Instrs) || j >= len(fn.Instrs) {
		return false
	}
	x, y := &fn.Instrs[i], &fn.Instrs[j]
	if x.Op != y.Op || x.Sym != y.Sym || len(x.Args) == 0 || len(x.Args) != len(y.Args) {
		return false
	}
	switch x.Op {
	case summary.OpFieldAddr, summary.OpLoad, summary.OpField:
		return sameAddr(fn, x.Args[0], y.Args[0])
	}
	return false
}
