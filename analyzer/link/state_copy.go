package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// asked is what a piece of code asks of others.
type asked struct {
	reads, writes, calls []string // ids of stores that it reads and writes, and of services that it calls
}

// asks returns what an instance and what it calls ask of others.
func (f *stateFinder) asks(inst *instance) asked {
	if out, met := f.asked[inst]; met {
		return out
	}
	var out asked
	for _, x := range append([]*instance{inst}, walk(inst, nil).order...) {
		for _, i := range callSites(x) {
			for _, ev := range x.lib[i] {
				if !remote(ev.entry) {
					continue
				}
				for _, t := range f.l.resolve(f.d, ev) {
					switch {
					case ev.entry.Role == catalog.RPCCall || ev.entry.Role == catalog.HTTPCall:
						out.calls = appendNew(out.calls, t.to)
					case t.effect == graph.Read:
						out.reads = appendNew(out.reads, t.to)
					case t.effect == graph.Write && ev.entry.Role != catalog.Publish:
						out.writes = appendNew(out.writes, t.to)
					}
				}
			}
		}
	}
	f.asked[inst] = out
	return out
}

// scope returns the nearest code around an instance that asks somebody: its
// own, else its callers', three levels up.
func (f *stateFinder) scope(inst *instance) (asked, []*instance) {
	level := []*instance{inst}
	all := level
	for range 4 {
		var sum asked
		for _, x := range level {
			a := f.asks(x)
			for _, id := range a.reads {
				sum.reads = appendNew(sum.reads, id)
			}
			for _, id := range a.writes {
				sum.writes = appendNew(sum.writes, id)
			}
			for _, id := range a.calls {
				sum.calls = appendNew(sum.calls, id)
			}
		}
		if len(sum.reads)+len(sum.writes)+len(sum.calls) > 0 {
			return sum, all
		}
		var up []*instance
		for _, x := range level {
			for c := range x.callers {
				if len(c.fn.Blocks) > 0 && !slices.Contains(all, c) && !slices.Contains(up, c) {
					up = append(up, c)
				}
			}
		}
		slices.SortFunc(up, func(a, b *instance) int { return a.id - b.id })
		if len(up) == 0 || len(up) > 16 {
			break
		}
		level, all = up, append(slices.Clone(all), up...)
	}
	return asked{}, all
}

// backing returns the shared store that a cell is a copy of: one that it is
// loaded from, on a miss or whenever it is filled, or written through to.
func (f *stateFinder) backing(u *cellUse) string {
	backed := ""
	switch u.cell.kind {
	case "map", "slice", "local-cache":
	default:
		if !slices.ContainsFunc(u.writes(), func(a access) bool { return f.answer(a.vals) }) {
			return ""
		}
	}
	for _, a := range u.writes() {
		if a.remove {
			continue
		}
		scope, code := f.scope(a.inst)
		direct := f.carries(a.vals, 0) || a.counter != ""
		looked := slices.ContainsFunc(u.accesses, func(b access) bool { return !b.write && slices.Contains(code, b.inst) })
		id := ""
		switch {
		case len(scope.writes) > 0 && direct:
			id = scope.writes[0]
		case len(scope.reads) > 0 && (!direct || looked && a.counter == ""):
			id = scope.reads[0]
		case len(scope.calls) > 0 && !direct && (looked || !f.carries(a.keys, 0)):
			id = scope.calls[0]
		}
		if id == "" {
			return ""
		}
		backed = id
	}
	return backed
}

// answer reports whether a value is what a remote operation returned.
func (f *stateFinder) answer(s setID) bool {
	for _, id := range f.m.sets[s] {
		v := f.m.byID[f.m.bare(id)]
		if v.kind == kAddr || v.kind == kAgg {
			if o := &f.m.objects[v.obj]; o.kind == oLib && o.entry != nil && remote(o.entry) {
				return true
			}
		}
	}
	return false
}

// invalidation says how a copy learns of changes.
func (f *stateFinder) invalidation(u *cellUse) string {
	for _, a := range u.accesses {
		if a.write && slices.ContainsFunc(f.mem.serving[a.inst], func(ep *endpoint) bool { return ep.Kind == graph.EndpointConsume }) {
			return "broadcast"
		}
	}
	for _, a := range u.accesses {
		if a.write && a.remove && len(f.asks(a.inst).reads) > 0 {
			return "checked" // compared with the store, and what is gone is dropped
		}
	}
	for _, a := range u.accesses {
		if a.ttl || f.looksAtClock(a.inst) {
			return "ttl"
		}
	}
	for _, a := range u.background {
		if a.write && f.periodic(a.inst, 0) {
			return "ttl"
		}
	}
	return ""
}

func (f *stateFinder) looksAtClock(inst *instance) bool {
	for _, i := range callSites(inst) {
		for _, ev := range inst.lib[i] {
			if ev.entry.Role == catalog.Clock && !strings.HasSuffix(ev.sym, ".Since") {
				return true
			}
		}
	}
	return false
}

// periodic reports whether an instance runs again and again by a timer.
func (f *stateFinder) periodic(inst *instance, depth int) bool {
	if depth > 3 {
		return false
	}
	for _, i := range callSites(inst) {
		for _, ev := range inst.lib[i] {
			if ev.entry.Role == catalog.Sleep {
				return true
			}
		}
	}
	for c := range inst.callers {
		if len(c.fn.Blocks) > 0 && c.fn.Instrs[callOf(c, inst)].Op != summary.OpGo && f.periodic(c, depth+1) {
			return true
		}
	}
	return false
}

// callOf returns the first call of target in an instance.
func callOf(c, target *instance) int {
	for _, i := range callSites(c) {
		if slices.Contains(c.calls[i], target) {
			return i
		}
	}
	return 0
}
