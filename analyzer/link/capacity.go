package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// capacity notes what bounds and guards services and resources: server slots,
// limiters and breakers on the way, connections that servers accept.
func (l *linker) capacity() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		for ev := range d.events {
			l.slots(d, ev)
			l.guards(d, ev)
		}
		l.meshBreakers(d)
	}
	for _, r := range l.resources {
		if def, ok := l.cat.Default(r.Technology, "max-connections"); ok && r.MaxConnections == nil && def.Value > 0 &&
			(r.Kind == graph.Datastore || r.Kind == graph.Cache) {
			r.MaxConnections = graph.Exact(def.Value, graph.Assumed, graph.Site{}, def.Source)
		}
	}
}

// slots notes how many requests a server works on at once. A server of net/http
// or gRPC has no bound of its own (NumStreamWorkers is none: further streams
// get goroutines).
func (l *linker) slots(d *deployment, ev *event) {
	site := gsite(ev.at())
	var q *graph.Quantity
	switch {
	case ev.sym == "golang.org/x/net/netutil.LimitListener", ev.entry.Role == catalog.Limit && ev.entry.Op == "middleware":
		if c, ok := d.m.constant(d.m.argument(nil, ev.entry, "limit", ev.recv, ev.args)); ok {
			if n, ok := number(c); ok && n > 0 {
				q = graph.Exact(n, graph.Derived, site, ev.sym[strings.LastIndexByte(ev.sym, '/')+1:])
			}
		}
	case (ev.entry.Role == catalog.HTTPRoute || ev.entry.Role == catalog.RPCServer) && ev.entry.Op == "new":
		if def, ok := l.cat.Default(ev.entry.Package(), "concurrency"); ok && def.Value > 0 {
			q = graph.Exact(def.Value, graph.Assumed, site, def.Source)
		}
	}
	if q != nil && (d.svc.Slots == nil || q.High < d.svc.Slots.High) {
		d.svc.Slots = q
	}
}

// guards notes limiters and circuit breakers on the way to what is called.
func (l *linker) guards(d *deployment, ev *event) {
	site := gsite(ev.at())
	switch {
	case ev.entry.Role == catalog.Breaker:
		for _, target := range ev.inst.calls[ev.instr] {
			l.under(d, target, func(e *graph.Edge) {
				if e.Breaker.IsZero() {
					e.Breaker = site
				}
			})
		}
	case ev.entry.Role == catalog.RateLimit && ev.entry.Op == "wait":
		q := l.rate(d, ev)
		note := func(e *graph.Edge) {
			if e.Limiter == nil {
				e.Limiter = q
			}
		}
		for _, i := range callSites(ev.inst) {
			if !dominates(ev.inst.fn, ev.instr, i) {
				continue
			}
			for _, later := range ev.inst.lib[i] {
				l.edgesFrom(d, later, note)
			}
			for _, target := range ev.inst.calls[i] {
				l.under(d, target, note)
			}
		}
	}
}

// rate is the rate of a limiter, in events a second.
func (l *linker) rate(d *deployment, ev *event) *graph.Quantity {
	site := gsite(ev.at())
	for _, id := range d.m.sets[ev.recv] {
		v := d.m.byID[d.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		o := &d.m.objects[v.obj]
		if o.entry == nil || o.entry.Role != catalog.RateLimit {
			continue
		}
		if i, ok := o.entry.Arg("rate"); ok && i >= 0 {
			if c, ok := d.m.constant(d.m.cell(v.obj, d.m.child(root, "$"+itoa(i))).set); ok {
				if n, ok := number(c); ok && n > 0 {
					return graph.Exact(n, graph.Derived, gsite(o.site), "rate of the limiter")
				}
			}
		}
	}
	return &graph.Quantity{Low: 0, High: 1e9, Source: graph.Assumed, Site: site, Note: "a limiter whose rate is not known"}
}

// under calls note for the edges of everything that an instance reaches.
func (l *linker) under(d *deployment, inst *instance, note func(*graph.Edge)) {
	for _, x := range append([]*instance{inst}, walk(inst, nil).order...) {
		for _, i := range callSites(x) {
			for _, ev := range x.lib[i] {
				l.edgesFrom(d, ev, note)
			}
		}
	}
}

func (l *linker) edgesFrom(d *deployment, ev *event, note func(*graph.Edge)) {
	if !remote(ev.entry) {
		return
	}
	for _, t := range l.resolve(d, ev) {
		if e := l.edges[edgeKey{d.svc.ID, t.to, t.kind}]; e != nil {
			note(e)
		}
	}
}

// dominates reports whether instruction i runs before j whenever j runs.
func dominates(fn *summary.Func, i, j int) bool {
	if fn.Instrs[i].Block == fn.Instrs[j].Block {
		return i < j
	}
	for n := fn.Blocks[fn.Instrs[j].Block].Idom; n >= 0; n = fn.Blocks[n].Idom {
		if n == fn.Instrs[i].Block {
			return true
		}
	}
	return false
}

// meshBreakers notes the outlier detection of a mesh on the edges to its host.
func (l *linker) meshBreakers(d *deployment) {
	for _, p := range l.in.Manifests.Policies {
		if p.Breaker.IsZero() {
			continue
		}
		to := l.place(d, d.m.id(value{kind: kConst, s: p.Host, t: "string"}))
		for key, e := range l.edges {
			if key.from != d.svc.ID || !e.Breaker.IsZero() {
				continue
			}
			r := l.resources[key.to]
			if to.service != nil && to.service.svc.ID == key.to || r != nil && (r.Host == p.Host || to.workload != nil && r.Workload == to.workload.ID()) {
				e.Breaker = p.Breaker
			}
		}
	}
}
