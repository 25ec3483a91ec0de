package link

import "github.com/coordlint/coordlint/analyzer/summary"

// fresh reports whether an object is made by the instance that writes it, for
// one request: it is filled there. What makes it last is where it is put, and
// that is a write of its own.
func (mem *memory) fresh(inst *instance, obj objID) bool {
	o := &mem.m.objects[obj]
	if _, fed := mem.actors[inst]; fed {
		return false
	}
	return o.kind == oAlloc && o.inst == inst && mem.inline[inst] && !mem.startup[inst]
}

// perhaps reports whether a store is to an element of one of several arrays,
// some of which a request has for itself: a list that is handed on is mostly
// grown before it is written, and its elements are then no longer those of the
// variable that it was taken from.
func (mem *memory) perhaps(inst *instance, addr summary.Ref) bool {
	m, fn := mem.m, inst.fn
	i := int(addr) - fn.Values()
	if i < 0 || i >= len(fn.Instrs) || fn.Instrs[i].Op != summary.OpIndexAddr {
		return false
	}
	for _, id := range m.sets[m.ref(inst, addr)] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr && !mem.lasts[v.obj] {
			return true
		}
	}
	return false
}
