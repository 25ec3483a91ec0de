package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// limitOf returns how many functions a library runs at once: the limit that
// was set on the group or pool, or the library's own; nil: no bound.
func (b *builder) limitOf(ev *event) *graph.Quantity {
	m := b.m
	site := gsite(ev.at())
	for _, a := range ev.args { // an option: mr.WithWorkers(4)
		for _, v := range append(m.elements(ev.inst, a), a) {
			if q := b.limitMade(v); q != nil {
				return q
			}
		}
	}
	if q := b.limitMade(ev.recv); q != nil {
		return q
	}
	for _, id := range m.sets[ev.recv] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		for _, set := range b.limitSetters()[v.obj] {
			if q := b.limitArg(set); q != nil {
				return q
			}
		}
	}
	for _, id := range m.sets[ev.recv] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr && len(b.limitSetters()[v.obj]) > 0 {
			return &graph.Quantity{Low: 1, High: 1000, Source: graph.Assumed, Site: site, Note: "a limit is set, its value is not known"}
		}
	}
	switch {
	case strings.HasPrefix(ev.sym, "github.com/zeromicro/go-zero/core/mr.") && !strings.HasPrefix(ev.sym, "github.com/zeromicro/go-zero/core/mr.Finish"):
		return graph.Exact(16, graph.Derived, site, "go-zero core/mr: defaultWorkers") // go-zero v1.6.6 core/mr/mapreduce.go
	case strings.HasPrefix(ev.sym, "github.com/sourcegraph/conc/iter."):
		return &graph.Quantity{Low: 1, High: 64, Source: graph.Assumed, Site: site, Note: "conc/iter: GOMAXPROCS workers"}
	}
	return nil
}

// limitMade returns the limit of a pool, or of an option, by the call that
// made it.
func (b *builder) limitMade(s setID) *graph.Quantity {
	for _, id := range b.m.sets[s] {
		v := b.m.byID[b.m.bare(id)]
		if v.kind != kAddr || v.path != root {
			continue
		}
		o := &b.m.objects[v.obj]
		if o.kind != oLib || o.entry == nil || o.entry.Role != catalog.Limit || o.entry.Op != "new" {
			continue
		}
		if q := b.count(b.given(v.obj, "limit"), gsite(o.site), o.symbol[strings.LastIndexByte(o.symbol, '/')+1:]); q != nil {
			return q
		}
		return &graph.Quantity{Low: 1, High: 1000, Source: graph.Assumed, Site: gsite(o.site), Note: "a limit is set, its value is not known"}
	}
	return nil
}

func (b *builder) limitArg(ev *event) *graph.Quantity {
	site := gsite(ev.at())
	return b.count(b.m.argument(nil, ev.entry, "limit", ev.recv, ev.args), site, ev.sym[strings.LastIndexByte(ev.sym, '/')+1:])
}

// limitSetters returns the calls that set the limit of an object, by object:
// errgroup's SetLimit.
func (b *builder) limitSetters() map[objID][]*event {
	if b.limits != nil {
		return b.limits
	}
	b.limits = map[objID][]*event{}
	for _, inst := range b.m.order {
		if !b.m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role != catalog.Limit || ev.entry.Op != "new" || !strings.HasPrefix(ev.sym, "(") {
					continue
				}
				for _, id := range b.m.sets[ev.recv] {
					if v := b.m.byID[b.m.bare(id)]; v.kind == kAddr {
						b.limits[v.obj] = append(b.limits[v.obj], ev)
					}
				}
			}
		}
	}
	return b.limits
}

// handedLimit returns how many goroutines may be started at instruction i, where
// each takes a token over from the function; nil: it takes none.
func (b *builder) handedLimit(inst *instance, i int) *graph.Quantity {
	for _, a := range b.flow(inst).handed[i] {
		info := b.flow(inst).acqs[a].info
		switch {
		case info == nil:
		case info.Servers != nil:
			return info.Servers
		case info.Kind == "mutex" || info.Kind == "channel":
			return graph.Exact(1, graph.Derived, info.Declared, "a lock that the goroutine gives back")
		default:
			return &graph.Quantity{Low: 1, High: 1000, Source: graph.Assumed, Site: info.Declared, Note: "size of the semaphore is not known"}
		}
	}
	return nil
}

// takesOver returns the locks that a goroutine, for which the request waits,
// takes over from the function that starts it.
func (b *builder) takesOver(inst *instance, i int) []int {
	if len(inst.fn.Blocks) == 0 || inst.fn.Instrs[i].Op != summary.OpGo {
		return nil
	}
	if taken := b.flow(inst).handed[i]; len(taken) > 0 && b.waits(inst, i) {
		return taken
	}
	return nil
}

// underToken puts what such a goroutine does under the locks that it took over.
func (b *builder) underToken(inst *instance, i int, s *graph.Step, target *instance) *graph.Step {
	for _, a := range b.takesOver(inst, i) {
		if acq := b.flow(inst).acqs[a]; acq.info != nil {
			s = &graph.Step{Kind: graph.Hold, Steps: []*graph.Step{s}, Site: gsite(acq.site), Func: target.fn.Symbol, Lock: acq.info}
		}
	}
	return s
}

// withoutHanded leaves the holds out that a goroutine takes over.
func (b *builder) withoutHanded(inst *instance, i int, regions []region) []region {
	taken := b.takesOver(inst, i)
	if len(taken) == 0 {
		return regions
	}
	return slices.DeleteFunc(regions, func(r region) bool { return r.hold && slices.Contains(taken, r.id) })
}

// bareHolds adds the locks under which no step stands: short sections, which
// the ceiling knows all the same.
func (b *builder) bareHolds(inst *instance, items []item) []item {
	fl := b.flow(inst)
	for n, a := range fl.acqs {
		if a.info == nil || a.idle || fl.movedAway(n) || fl.effect != nil && slices.Contains(fl.effect.holds, a) || slices.ContainsFunc(items, func(it item) bool { return slices.Contains(it.region, region{hold: true, id: n}) }) {
			continue
		}
		it := item{
			step:  &graph.Step{Kind: graph.Hold, Site: gsite(a.site), Func: inst.fn.Symbol, Lock: a.info},
			instr: a.instr, region: fl.regions(a.instr),
		}
		at := slices.IndexFunc(items, func(x item) bool { return b.line(inst, x.instr) > a.site.Line })
		if at < 0 {
			at = len(items)
		}
		items = slices.Insert(items, at, it)
	}
	return items
}

// movedAway reports whether a goroutine that is waited for takes a lock over.
func (f *flow) movedAway(a int) bool {
	for i, taken := range f.handed {
		if slices.Contains(taken, a) && len(f.b.takesOver(f.inst, i)) > 0 {
			return true
		}
	}
	return false
}

// steady reports whether the bound of a counted loop is set when the program
// starts, not by the data of a request: workers, processors.
func (b *builder) steady(inst *instance, loop *summary.Loop) bool {
	if loop.Kind != summary.LoopCount || loop.Bound == summary.NoRef {
		return false
	}
	set := b.m.ref(inst, loop.Bound)
	if set == none {
		return false
	}
	for _, id := range b.m.sets[set] {
		switch v := b.m.byID[b.m.bare(id)]; v.kind {
		case kConst, kEnv, kFlag, kSetting:
		default:
			return b.processors(inst, loop.Bound)
		}
	}
	return true
}

// processors reports whether a value is the number of processors.
func (b *builder) processors(inst *instance, r summary.Ref) bool {
	i := int(r) - inst.fn.Values()
	if i < 0 || i >= len(inst.fn.Instrs) {
		return false
	}
	in := &inst.fn.Instrs[i]
	return in.Op == summary.OpCall && (in.Sym == "runtime.NumCPU" || in.Sym == "runtime.GOMAXPROCS")
}
