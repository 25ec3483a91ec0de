package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A front is an entry whose handler hands requests on to routers or servers: a
// handler around a mux, a route with a sub-router behind a middleware.
type front struct {
	entry *entry
	to    []objID
}

// findFronts finds the entries that hand requests on, by the calls of routers'
// ServeHTTP in what they reach.
func (r *routeReader) findFronts() {
	m := r.m
	tops := map[*instance]*entry{}
	for _, e := range m.entries {
		tops[e.top] = e
	}
	for _, inst := range m.order {
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role != catalog.Callback || !strings.HasSuffix(ev.sym, ").ServeHTTP") && !strings.HasSuffix(ev.sym, ").Handler") {
					continue
				}
				if routers := r.behind(ev.recv, 0); len(routers) > 0 {
					r.climb(inst, routers, tops, map[*instance]bool{})
				}
			}
		}
	}
	for _, e := range m.entries {
		if e.kind != "http" && e.kind != "front" {
			continue
		}
		if to := r.behind(e.handlers, 0); len(to) > 0 {
			r.addFront(e, to)
		}
	}
	for _, w := range r.fronts {
		op := w.entry.ev.entry.Op
		if w.entry.kind == "http" && (op == "handle" || op == "handler" || op == "mount") {
			for _, obj := range w.to {
				r.mounts[obj] = appendMount(r.mounts[obj], mount{w.entry.ev, op == "mount"})
			}
		}
		for _, id := range m.sets[w.entry.handlers] {
			v := m.byID[m.bare(id)]
			if v.kind == kAddr && r.strip[v.obj] != none {
				for _, obj := range w.to {
					r.strip[obj] = m.join(r.strip[obj], r.strip[v.obj])
				}
			}
		}
	}
}

func appendMount(list []mount, at mount) []mount {
	if slices.Contains(list, at) {
		return list
	}
	return append(list, at)
}

// climb finds the entries from which an instance is reached.
func (r *routeReader) climb(inst *instance, routers []objID, tops map[*instance]*entry, seen map[*instance]bool) {
	if seen[inst] {
		return
	}
	seen[inst] = true
	if e := tops[inst]; e != nil {
		r.addFront(e, routers)
		return
	}
	for _, c := range sortedInstances(inst.callers) {
		r.climb(c, routers, tops, seen)
	}
}

func sortedInstances(set map[*instance]bool) []*instance {
	out := make([]*instance, 0, len(set))
	for i := range set {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b *instance) int { return a.id - b.id })
	return out
}

func (r *routeReader) addFront(e *entry, to []objID) {
	for _, w := range r.fronts {
		if w.entry == e {
			for _, obj := range to {
				if !slices.Contains(w.to, obj) {
					w.to = append(w.to, obj)
				}
			}
			return
		}
	}
	r.fronts = append(r.fronts, &front{e, slices.Clone(to)})
}

// behind returns the routers and servers among the values of a handler, and
// inside of what libraries made of them.
func (r *routeReader) behind(s setID, depth int) []objID {
	m := r.m
	var out []objID
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || depth > 4 {
			continue
		}
		o := &m.objects[v.obj]
		if o.kind == oBound { // router.Handler
			out = append(out, r.behind(m.cell(v.obj, m.child(root, "$recv")).set, depth+1)...)
		}
		if o.kind != oLib {
			continue
		}
		if o.entry != nil && (o.entry.Role == catalog.HTTPRoute && !answersItself(o.entry.Op) || o.entry.Role == catalog.RPCServer && (o.entry.Op == "new" || o.entry.Op == "register")) {
			out = append(out, v.obj)
			continue
		}
		for n := range o.args {
			out = append(out, r.behind(m.cell(v.obj, m.child(root, "$"+itoa(n))).set, depth+1)...)
		}
	}
	return out
}

// dispatches reports whether an event hands a request on to a router.
func (r *routeReader) dispatches(ev *event) bool {
	return ev.entry.Role == catalog.Callback && strings.HasSuffix(ev.sym, ").ServeHTTP") && len(r.behind(ev.recv, 0)) > 0
}

// hands reports whether an entry only hands requests on.
func (r *routeReader) hands(e *entry) bool {
	return slices.ContainsFunc(r.fronts, func(w *front) bool { return w.entry == e })
}

// before returns the middleware in front of an endpoint, outermost first.
func (r *routeReader) before(e *entry) []*entry {
	f := &frontWalk{r: r, seen: map[objID]bool{}}
	var out []*entry
	if e.kind == "grpc" {
		out = f.options(e)
	} else {
		out = f.above(e.ev, e.ev.recv)
	}
	for _, mw := range f.at(e.ev.inst, e.ev.instr) {
		if mw != e {
			out = append(out, mw)
		}
	}
	out = append(out, f.listed(e)...)
	var once []*entry
	for _, mw := range out {
		if !slices.Contains(once, mw) {
			once = append(once, mw)
		}
	}
	return once
}

// A frontWalk goes from a route to the server, over routers.
type frontWalk struct {
	r    *routeReader
	seen map[objID]bool
}

// at returns the middleware that a registration itself names.
func (f *frontWalk) at(inst *instance, instr int) []*entry {
	var out []*entry
	for _, e := range f.r.m.entries {
		if e.kind == "middleware" && e.ev.inst == inst && e.ev.instr == instr {
			out = append(out, e)
		}
	}
	return out
}

// above returns what runs before the routes of routers; of is the registration
// that asks.
func (f *frontWalk) above(of *event, routers setID) []*entry {
	m := f.r.m
	var out []*entry
	if routers == none && of.entry.Role == catalog.HTTPRoute && strings.HasPrefix(of.sym, "net/http.Handle") {
		routers = m.makeDefaultRouter()
	}
	for _, id := range m.sets[routers] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || f.seen[v.obj] {
			continue
		}
		o := &m.objects[v.obj]
		if o.kind != oLib || o.entry == nil {
			continue
		}
		f.seen[v.obj] = true
		var made []*entry
		if o.inst != nil {
			made = f.at(o.inst, o.instr)
		}
		out = append(out, f.parents(of, v.obj)...)
		if o.entry.Role == catalog.HTTPRoute && o.entry.Op == "new" {
			out = append(out, f.interceptors([]setID{m.addr(v.obj, root)}, false)...)
		}
		out = append(out, made...)
		out = append(out, f.uses(of, v.obj)...)
	}
	return out
}

// parents returns what runs before anything reaches a router.
func (f *frontWalk) parents(of *event, obj objID) []*entry {
	m := f.r.m
	o := &m.objects[obj]
	var out []*entry
	if recv := m.cell(obj, m.child(root, "$recv")).set; recv != none {
		from := of
		if o.inst != nil {
			from = &event{entry: o.entry, sym: o.symbol, inst: o.inst, instr: o.instr}
		}
		out = append(out, f.above(from, recv)...)
	}
	for _, w := range f.r.fronts {
		if !slices.Contains(w.to, obj) {
			continue
		}
		if w.entry.kind == "http" {
			out = append(out, f.above(w.entry.ev, w.entry.ev.recv)...)
			out = append(out, f.at(w.entry.ev.inst, w.entry.ev.instr)...)
		}
		if !slices.Contains(out, w.entry) {
			out = append(out, w.entry)
		}
	}
	for _, at := range f.r.mounts[obj] {
		out = append(out, f.above(at.ev, at.ev.recv)...)
	}
	return out
}

// inOrder are the routers whose middleware runs only before routes that are
// declared after it.
var inOrder = []string{"gin", "fiber", "hertz"}

// uses returns the middleware that a router was told to use.
func (f *frontWalk) uses(of *event, obj objID) []*entry {
	m := f.r.m
	var out []*entry
	for _, e := range m.entries {
		if e.kind != "middleware" || e.ev.entry.Op != "use" || !m.contains(e.ev.recv, obj) {
			continue
		}
		if of != nil && slices.Contains(inOrder, e.ev.entry.Technology) && e.ev.inst == of.inst && e.ev.instr > of.instr {
			continue
		}
		out = append(out, e)
	}
	return out
}

func (m *machine) contains(s setID, obj objID) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		v := m.byID[m.bare(id)]
		return v.kind == kAddr && v.obj == obj
	})
}

// listed returns the middleware that was put around a list of routes.
func (f *frontWalk) listed(of *entry) []*entry {
	m := f.r.m
	if of.impl == none || of.ev.entry.Op != "routes" {
		return nil
	}
	var out []*entry
	for _, e := range m.entries {
		if e.kind != "middleware" {
			continue
		}
		routes := m.argument(nil, e.ev.entry, "routes", e.ev.recv, e.ev.args)
		if i, ok := e.ev.entry.Arg("routes"); ok && i == catalog.Last && len(e.ev.args) > 0 {
			routes = e.ev.args[len(e.ev.args)-1]
		}
		for _, id := range m.sets[of.impl] {
			if v := m.byID[m.bare(id)]; (v.kind == kAgg || v.kind == kAddr) && m.contains(routes, v.obj) {
				out = append(out, e)
			}
		}
	}
	return out
}

// options returns the interceptors of the server, or among the options, that a
// method is registered with.
func (f *frontWalk) options(of *entry) []*entry {
	out := f.interceptors(append(slices.Clone(of.ev.args), of.ev.recv), of.stream)
	if of.ev.obj >= 0 {
		out = append(f.parents(of.ev, of.ev.obj), out...)
	}
	return append(f.above(of.ev, of.ev.recv), out...)
}

// interceptors returns the interceptors among options, and those of servers
// that were made with them.
func (f *frontWalk) interceptors(sets []setID, stream bool) []*entry {
	m := f.r.m
	reached := map[objID]bool{}
	var order []objID
	var visit func(s setID, depth int)
	visit = func(s setID, depth int) {
		if depth > 8 {
			return
		}
		for _, id := range m.sets[s] {
			v := m.byID[m.bare(id)]
			if v.kind != kAddr && v.kind != kAgg || reached[v.obj] {
				continue
			}
			o := &m.objects[v.obj]
			if o.kind != oLib && o.kind != oAlloc || o.kind == oAlloc && !strings.HasPrefix(o.typ, "[") {
				continue
			}
			reached[v.obj] = true
			order = append(order, v.obj)
			for n := range o.args {
				visit(m.cell(v.obj, m.child(root, "$"+itoa(n))).set, depth+1)
			}
			for _, el := range m.elements(nil, m.addr(v.obj, root)) {
				visit(el, depth+1)
			}
		}
	}
	for _, s := range sets {
		visit(s, 0)
	}
	var out []*entry
	for _, e := range m.entries {
		if e.kind != "middleware" || e.ev.entry.Op != "interceptor" || !fits(e, stream) {
			continue
		}
		if e.ev.obj >= 0 && reached[e.ev.obj] || slices.ContainsFunc(m.sets[e.ev.recv], func(id valueID) bool {
			v := m.byID[m.bare(id)]
			return v.kind == kAddr && reached[v.obj]
		}) {
			out = append(out, e)
		}
	}
	return out
}

// fits reports whether an interceptor is asked for a method of that kind.
func fits(e *entry, stream bool) bool {
	name := e.ev.sym[strings.LastIndexByte(e.ev.sym, '.')+1:]
	switch {
	case strings.Contains(name, "Stream"):
		return stream
	case strings.Contains(name, "Unary"), strings.Contains(name, "Interceptors") && e.top.calls[2] == nil:
		return !stream
	}
	return true
}
