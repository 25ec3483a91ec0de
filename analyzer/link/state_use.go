package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// matters reports whether what a load reads goes into an answer or a branch:
// whole collections only where they are handed on, since what reads their
// elements is an access of its own.
func (mem *memory) matters(inst *instance, i int) bool {
	typ := inst.fn.Instrs[i].Type
	switch {
	case strings.HasPrefix(typ, "func("), strings.HasPrefix(typ, "chan "), strings.HasPrefix(typ, "*sync."), strings.HasPrefix(typ, "sync."):
		return false
	}
	return mem.used(inst, i)
}

// used reports whether the value of an instruction is used for more than
// logging, counting, and being stored where it came from.
func (mem *memory) used(inst *instance, i int) bool {
	u := &useWalk{mem: mem, inst: inst, from: &inst.fn.Instrs[i], seen: map[int]bool{}}
	u.whole = strings.HasPrefix(u.from.Type, "map[") || strings.HasPrefix(u.from.Type, "[]")
	return u.any(i)
}

type useWalk struct {
	mem   *memory
	inst  *instance
	from  *summary.Instr
	whole bool // a collection: only what hands it on counts
	noIf  bool // branches do not count
	seen  map[int]bool
}

func (u *useWalk) any(i int) bool {
	if u.seen[i] {
		return false
	}
	u.seen[i] = true
	fn := u.inst.fn
	ref := summary.Ref(fn.Values() + i)
	for j := range fn.Instrs {
		in := &fn.Instrs[j]
		if !u.inst.reach[in.Block] {
			continue
		}
		for n, a := range in.Args {
			if a == ref && u.counts(j, in, n) {
				return true
			}
		}
		if in.Op == summary.OpSelect {
			for _, s := range in.States {
				if s.Value == ref {
					return true
				}
			}
		}
	}
	return false
}

// counts reports whether argument n of an instruction is a use that counts.
func (u *useWalk) counts(j int, in *summary.Instr, n int) bool {
	switch in.Op {
	case summary.OpStore, summary.OpMapUpdate:
		if n == 0 {
			return false // its own element is written
		}
		if len(u.from.Args) > 0 && sameAddr(u.inst.fn, in.Args[0], u.from.Args[0]) {
			return false
		}
		if base, local := u.local(in.Args[0]); local {
			return u.any(base)
		}
		return true
	case summary.OpPhi, summary.OpConvert, summary.OpMakeInterface, summary.OpExtract, summary.OpSlice, summary.OpTypeAssert:
		return u.any(j)
	case summary.OpFieldAddr, summary.OpIndexAddr, summary.OpField, summary.OpIndex, summary.OpLoad, summary.OpLookup, summary.OpRange, summary.OpNext:
		if u.whole && in.Op == summary.OpLoad && u.variable(in.Args[0]) {
			return u.any(j) // a result, where a defer may still change it
		}
		if u.whole {
			return false
		}
		return u.any(j)
	case summary.OpUn, summary.OpBin:
		if u.whole {
			return false
		}
		return u.any(j)
	case summary.OpCall, summary.OpDefer, summary.OpGo:
		return u.call(j, in, n)
	case summary.OpReturn, summary.OpIf, summary.OpSend, summary.OpPanic:
		return in.Op != summary.OpIf || !u.whole && !u.noIf
	}
	return false
}

// local returns the variable of the function that an address is part of:
// the list of the arguments of a variadic call, mostly.
func (u *useWalk) local(addr summary.Ref) (int, bool) {
	fn := u.inst.fn
	for range 6 {
		i := int(addr) - fn.Values()
		if i < 0 || i >= len(fn.Instrs) {
			return 0, false
		}
		switch in := &fn.Instrs[i]; in.Op {
		case summary.OpIndexAddr, summary.OpFieldAddr:
			addr = in.Args[0]
		case summary.OpAlloc:
			return i, true
		default:
			return 0, false
		}
	}
	return 0, false
}

// variable reports whether an address is that of a variable of the function.
func (u *useWalk) variable(addr summary.Ref) bool {
	i := int(addr) - u.inst.fn.Values()
	return i >= 0 && i < len(u.inst.fn.Instrs) && u.inst.fn.Instrs[i].Op == summary.OpAlloc
}

func (u *useWalk) call(j int, in *summary.Instr, n int) bool {
	if in.Mode == summary.Builtin {
		switch in.Sym {
		case "append", "min", "max":
			return u.any(j)
		case "len", "cap":
			if u.noIf { // a length that decides a length: the same walk, which ends
				return u.any(j)
			}
			w := &useWalk{mem: u.mem, inst: u.inst, from: u.from, seen: map[int]bool{}, noIf: true}
			return w.any(j)
		}
		return false
	}
	events, bodies := u.inst.lib[j], u.inst.calls[j]
	if len(bodies) > 0 {
		return !u.whole // the callee's own reads of a collection count
	}
	if e := u.mem.m.cat.Func(in.Sym); e != nil && (e.Role == catalog.Log || e.Role == catalog.Metric) {
		return false
	}
	if u.mem.m.inert[in.Sym] {
		return u.any(j)
	}
	for _, ev := range events {
		switch ev.entry.Role {
		case catalog.Log, catalog.Metric, catalog.Lock, catalog.Unlock:
			return false
		}
	}
	return true
}
