package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// lockInfo describes the lock that an event acquires; nil if it acquires none.
func (b *builder) lockInfo(inst *instance, i int, in *summary.Instr, ev *event) *graph.LockInfo {
	if ev.entry.Role == catalog.DLock {
		return b.sharedLock(in, ev)
	}
	if ev.entry.Op == "clause" || ev.entry.Op == "cond" || ev.recv == none {
		return nil
	}
	info := &graph.LockInfo{Kind: "mutex", Exclusive: ev.entry.Op != "read", Scope: "request"}
	info.Try = ev.entry.Op == "try" && !b.flow(inst).inLoop(i) // in a loop it waits after all
	if strings.Contains(ev.sym, "RWMutex") {
		info.Kind = "rwmutex"
		if !info.Exclusive {
			info.Kind = "rwmutex-read"
		}
	}
	m := b.m
	for _, id := range m.sets[ev.recv] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		o := m.objects[v.obj]
		info.Name = b.lockName(v)
		if mem := b.d.memory(); mem.lasts[v.obj] {
			if c, ok := mem.cellAt(v.obj, v.path); ok {
				info.Name = c.name
			}
		}
		info.ID = info.Name
		info.Declared = gsite(o.site)
		info.Scope = b.scope(v.obj, v.path)
	}
	if info.Name == "" {
		return nil
	}
	return info
}

// lockName is what the source calls a lock: PKG.var or PKG.Type.field.
func (b *builder) lockName(v value) string {
	o := b.m.objects[v.obj]
	name := o.symbol
	if o.kind != oGlobal {
		name = strings.TrimLeft(o.typ, "*")
	}
	var fields []string
	for _, c := range b.m.comps(v.path) {
		if c[0] == '.' {
			fields = append(fields, c[1:])
		}
	}
	if len(fields) == 0 && o.kind == oAlloc && o.name != "" {
		return o.name
	}
	return strings.Join(append([]string{name}, fields...), ".")
}

// sharedLock describes a lock that all replicas share.
func (b *builder) sharedLock(in *summary.Instr, ev *event) *graph.LockInfo {
	targets := b.l.resolve(b.d, ev)
	if len(targets) == 0 {
		return nil
	}
	t := targets[0]
	info := &graph.LockInfo{
		ID: t.to, Name: t.operation, Kind: ev.entry.Technology, Scope: "service", Exclusive: true, Resource: t.to, Declared: gsite(in.Site),
	}
	if t.operation == "" || strings.Contains(t.operation, "*") && !b.m.fixed(b.l.lockKeys(b.d, ev)) {
		info.Scope = "keyed"
	}
	return info
}
