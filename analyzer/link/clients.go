package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// An Alias says what an address means that nothing in the tree explains. It
// comes from the configuration file.
type Alias struct {
	Address  string // host, host:port, or the name of the variable or setting that holds it
	Service  string // id of the service that answers
	Resource string // or the host of the resource that it is
}

// alias returns the alias of an address, or nil.
func (l *linker) alias(p *place) *Alias {
	for i := range l.in.Aliases {
		a := &l.in.Aliases[i]
		if p.host != "" && (a.Address == p.host || a.Address == p.host+":"+p.port) || slices.Contains(p.symbols, a.Address) {
			return a
		}
	}
	return nil
}

// aliased fills a place by the alias of its address, and reports whether there
// is one that says all.
func (l *linker) aliased(d *deployment, p *place) bool {
	p.alias = l.alias(p)
	switch a := p.alias; {
	case a == nil:
		return false
	case a.Service != "":
		p.service = l.byID[a.Service]
		return p.service != nil
	default:
		p.host, _, _ = strings.Cut(a.Resource, "/")
		p.known, p.external = true, true
		if t, ok := l.host(p.host, p.port, ""); ok {
			l.behind(d, p, t.Workloads, t.Port)
		}
		return true
	}
}

// clients counts the call sites of clients that live code holds, and those
// whose target was found. Each of the others is a gap.
func (l *linker) clients() {
	type site struct {
		graph.Site
		owner string
	}
	met := map[graph.Site]bool{} // whether it is resolved
	var order []site
	text := map[graph.Site]string{}
	for _, d := range l.all {
		for ev := range d.events {
			targets, asked := l.targets[ev]
			if !asked || !remote(ev.entry) || len(targets) == 0 && l.aside(d, ev) {
				continue
			}
			why := l.unresolved(targets, ev)
			for _, s := range d.written(ev.inst, ev.instr, 0) {
				if _, ok := met[s]; !ok {
					order = append(order, site{s, d.svc.ID})
				}
				met[s] = met[s] || why == ""
				text[s] = why
			}
		}
	}
	for _, s := range order {
		l.sys.ClientsMet++
		if met[s.Site] {
			l.sys.ClientsResolved++
			continue
		}
		l.sys.Gaps = append(l.sys.Gaps, graph.Gap{Kind: "client", Site: s.Site, Text: text[s.Site], Owner: s.owner})
	}
}

// unresolved says what is not known of the target of an event; "" if it is
// known.
func (l *linker) unresolved(targets []target, ev *event) string {
	name := ev.sym[strings.LastIndexByte(ev.sym, '.')+1:]
	if len(targets) == 0 {
		return name + ": its target is not known"
	}
	for _, t := range targets {
		if r := l.resources[t.to]; r == nil || r.Certain {
			return ""
		}
	}
	return name + ": which " + l.resources[targets[0].to].Technology + " it goes to is not known"
}

// aside reports whether an event without a target is meant to have none:
// health checks, telemetry, calls of the own listener, operations that only
// prepare others.
func (l *linker) aside(d *deployment, ev *event) bool {
	switch ev.entry.Op {
	case "build", "table", "message", "ack", "use", "flush", "new", "lease", "cas", "txn":
		return true
	}
	m := d.m
	switch ev.entry.Role {
	case catalog.Consume:
		return ev.entry.Op == "poll" && m.derived(ev.recv) // of the message that is handled
	case catalog.RPCCall:
		if _, ok := ev.entry.Arg("method"); !ok {
			return true // a message on an open stream
		}
		names := m.renderAll(m.argument(nil, ev.entry, "method", ev.recv, ev.args))
		return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, hole) })
	case catalog.HTTPCall:
		x := &explainer{l: l, d: d, m: m}
		_, ids := x.client(ev)
		return slices.ContainsFunc(ids, func(id valueID) bool {
			p := l.place(d, id)
			return p.service == d || p.workload != nil && p.workload.Platform != ""
		})
	}
	return false
}

// written returns where people wrote the call of an instruction: itself, or
// the calls of the generated function that it stands in.
func (d *deployment) written(inst *instance, i, depth int) []graph.Site {
	if i >= len(inst.fn.Instrs) {
		return nil
	}
	if !d.m.prog.generated[inst.fn.Site.File] || depth > 8 {
		return []graph.Site{gsite(inst.fn.Instrs[i].Site)}
	}
	var out []graph.Site
	for c := range inst.callers {
		if !d.m.alive(c) {
			continue
		}
		for _, k := range callSites(c) {
			if slices.Contains(c.calls[k], inst) {
				out = append(out, d.written(c, k, depth+1)...)
			}
		}
	}
	slices.SortFunc(out, graph.Site.Compare)
	return slices.Compact(out)
}

// unplaced makes a gap of each program that serves or calls and that nothing
// deploys, although the tree deploys others, and then of each workload that may
// be it: one for which no program was found.
func (l *linker) unplaced() {
	deploys := slices.ContainsFunc(l.all, func(d *deployment) bool { return d.m != nil && d.workload != nil })
	if !deploys {
		return
	}
	lost := false
	for _, d := range l.all {
		if d.m != nil && d.workload == nil {
			lost = true
			l.sys.Gaps = append(l.sys.Gaps, graph.Gap{Kind: "main", Site: d.svc.Site, Owner: d.svc.ID,
				Text: "no workload that was read runs " + d.svc.ID})
		}
	}
	for _, d := range l.all {
		if lost && d.m == nil && d.workload != nil {
			l.sys.Gaps = append(l.sys.Gaps, graph.Gap{Kind: "workload", Site: d.svc.Site, Owner: d.svc.ID,
				Text: "no program of the tree was found for " + d.workload.ID() + ": it is taken for a service in another language"})
		}
	}
}
