package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// dial evaluates the functions that a pool dials with, where a connection is
// taken of it: they hold the address. What they do is no part of the caller's
// work, since connections are kept.
func (m *machine) dial(c site, pool setID) {
	for _, fn := range m.dialers(pool) {
		if m.dials == nil {
			m.dials = m.pseudo("dial")
		}
		in := &summary.Instr{Op: summary.OpCall, Mode: summary.Value, Site: c.in.Site, Type: "(any, error)"}
		at := site{m.dials, 0, in}
		m.callValue(at, fn, m.unknownArgs(at, fn, nil))
	}
}

// dialers returns the functions that the pools of a set dial with: fields
// named so, or the argument of their constructor.
func (m *machine) dialers(pool setID) []setID {
	var out []setID
	for _, id := range m.sets[pool] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		o := &m.objects[v.obj]
		if o.entry != nil {
			if i, ok := o.entry.Arg("fn"); ok && i >= 0 {
				out = append(out, m.cell(v.obj, m.child(root, "$"+itoa(i))).set)
			}
		}
		for _, kid := range slices.Clone(o.kids[v.path]) {
			if strings.HasPrefix(m.paths[kid].comp, ".Dial") {
				out = append(out, m.cell(v.obj, kid).set)
			}
		}
	}
	return slices.DeleteFunc(out, func(s setID) bool { return !m.anyCallable(s) })
}

// connections returns what the functions that pools dial with return.
func (m *machine) connections(pools setID) setID {
	conns := none
	for _, fns := range m.dialers(pools) {
		for _, id := range m.sets[fns] {
			v := m.byID[m.bare(id)]
			symbol, free := v.s, objID(-1)
			if v.kind == kAddr {
				symbol, free = m.objects[v.obj].symbol, v.obj
			}
			for _, inst := range m.byFunc[symbol] {
				if len(inst.rets) > 0 && (inst.free == free || inst.free < 0) {
					conns = m.join(conns, inst.rets[0])
				}
			}
		}
	}
	return conns
}

// dialed returns the stores that the functions of a pool connect to. Those
// whose host is known say more than those that are found at run time.
func (l *linker) dialed(d *deployment, ev *event, o origin, cache bool, depth int) []*graph.Resource {
	m := d.m
	conns := m.connections(m.addr(o.obj, root))
	var known, open []*graph.Resource
	for _, in := range m.origins(conns) {
		if in.obj == o.obj {
			continue
		}
		in.names = append(in.names, o.names...)
		for _, r := range l.opened(d, ev, in, cache, depth+1) {
			if r != nil && r.Host != "" {
				known = append(known, r)
			} else if r != nil {
				open = append(open, r)
			}
		}
	}
	if len(known) > 0 {
		return known
	}
	if slices.ContainsFunc(open, func(r *graph.Resource) bool { return r.Certain }) {
		open = slices.DeleteFunc(open, func(r *graph.Resource) bool { return !r.Certain })
	}
	return open
}
