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

// initial reports whether a store fills a variable that the function has made
// in the same round: a literal, which nobody had before. It is one even where
// all calls of the function share an object, some of which lasts.
func initial(fn *summary.Func, store int) bool {
	at := fn.Instrs[store].Args[0]
	for {
		i := int(at) - fn.Values()
		if i < 0 || i >= len(fn.Instrs) {
			return false
		}
		switch in := &fn.Instrs[i]; in.Op {
		case summary.OpFieldAddr, summary.OpIndexAddr:
			at = in.Args[0]
		case summary.OpAlloc:
			return fn.Blocks[in.Block].Loop == fn.Blocks[fn.Instrs[store].Block].Loop
		default:
			return false
		}
	}
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
