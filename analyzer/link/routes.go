package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// A routeReader knows how the routers of a root hang together.
type routeReader struct {
	m       *machine
	methods map[objID]setID   // verbs that were set on a route after it was made
	mounts  map[objID][]mount // where a router hangs
	strip   map[objID]setID   // prefixes that are cut off before a handler
	fronts  []*front          // entries that hand requests on
}

type mount struct {
	ev     *event
	prefix bool // its pattern is cut off before the mounted router sees the path
}

func newRouteReader(m *machine) *routeReader {
	r := &routeReader{m: m, methods: map[objID]setID{}, mounts: map[objID][]mount{}, strip: map[objID]setID{}}
	for n, o := range m.objects {
		if o.symbol == "net/http.StripPrefix" && o.kind == oLib {
			obj := objID(n)
			for _, id := range m.sets[m.cell(obj, m.child(root, "$1")).set] {
				if v := m.byID[m.bare(id)]; v.kind == kAddr {
					r.strip[v.obj] = m.join(r.strip[v.obj], m.cell(obj, m.child(root, "$0")).set)
				}
			}
		}
	}
	for _, inst := range m.order {
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role == catalog.HTTPRoute {
					r.event(ev)
				}
			}
		}
	}
	return r
}

func (r *routeReader) event(ev *event) {
	m := r.m
	switch ev.entry.Op {
	case "methods":
		verbs := none
		for _, a := range ev.args {
			verbs = m.join(verbs, a)
			for _, e := range m.elements(nil, a) {
				verbs = m.join(verbs, e)
			}
		}
		for _, id := range m.sets[ev.recv] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr && !r.router(v.obj) {
				r.methods[v.obj] = m.join(r.methods[v.obj], verbs)
			}
		}
	case "mount":
		for _, obj := range r.behind(m.argument(nil, ev.entry, "handler", ev.recv, ev.args), 0) {
			r.mounts[obj] = appendMount(r.mounts[obj], mount{ev, true})
		}
	}
}

// router reports whether an object is a router, not a route.
func (r *routeReader) router(obj objID) bool {
	e := r.m.objects[obj].entry
	return e != nil && (e.Op == "new" || e.Op == "group" || e.Op == "with")
}

// names returns "VERB /path" of every route that an entry serves.
func (r *routeReader) names(e *entry) []string {
	ev := e.ev
	if r.hands(e) {
		return nil // a router that is mounted
	}
	verbs, patterns := r.own(e)
	if len(verbs) == 0 {
		verbs = r.verbs(r.methods[ev.obj])
	}
	if len(verbs) == 0 {
		verbs = r.chainVerbs(ev.recv, 0)
	}
	var out []string
	for _, prefix := range r.prefixes(ev.recv, 0) {
		for _, p := range patterns {
			vs := verbs
			if verb, rest, ok := strings.Cut(p, " "); ok && verb != "" && strings.ToUpper(verb) == verb && strings.Trim(verb, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
				vs, p = []string{verb}, strings.TrimSpace(rest)
			}
			if len(vs) == 0 {
				vs = []string{"ANY"}
			}
			for _, verb := range vs {
				out = append(out, verb+" "+joinRoute(prefix, p))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// own returns the verbs and patterns that the registration itself says.
func (r *routeReader) own(e *entry) (verbs, patterns []string) {
	m, ev := r.m, e.ev
	if e.impl != none && ev.entry.Op == "routes" {
		verbs = r.verbs(m.field(nil, e.impl, "Method", false))
		prefix := ""
		for _, a := range ev.args[min(1, len(ev.args)):] {
			for _, opt := range append(m.elements(nil, a), a) {
				for _, p := range r.optionPrefix(opt) {
					prefix = p
				}
			}
		}
		for _, p := range m.renderRoutes(m.field(nil, e.impl, "Path", false)) {
			patterns = append(patterns, joinRoute(prefix, p))
		}
		return verbs, patterns
	}
	arg := func(name string) setID { return m.argument(nil, ev.entry, name, ev.recv, ev.args) }
	if ev.entry.Method != "" {
		verbs = []string{ev.entry.Method}
	} else {
		verbs = r.verbs(arg("method"))
	}
	p := arg("pattern")
	if p == none {
		return verbs, []string{""}
	}
	for _, id := range m.sets[p] {
		if text, ok := m.gatewayPattern(id, 0); ok {
			patterns = append(patterns, text)
			continue
		}
		patterns = append(patterns, m.renderRoute(id)...)
	}
	return verbs, patterns
}

// optionPrefix returns the prefix that an option of a route list carries.
func (r *routeReader) optionPrefix(s setID) []string {
	var out []string
	for _, id := range r.m.sets[s] {
		v := r.m.byID[r.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		o := r.m.objects[v.obj]
		if o.entry == nil || o.entry.Role != catalog.HTTPRoute {
			continue
		}
		if i, ok := o.entry.Arg("prefix"); ok && i >= 0 {
			out = append(out, r.m.renderRoutes(r.m.cell(v.obj, r.m.child(root, "$"+itoa(i))).set)...)
		}
	}
	return out
}

func (r *routeReader) verbs(s setID) []string {
	var out []string
	for _, t := range r.m.renderAll(s) {
		if t = strings.ToUpper(t); t != "" && !strings.Contains(t, hole) {
			out = append(out, t)
		}
	}
	return out
}

// chainVerbs returns the verbs that were set on the way to a route.
func (r *routeReader) chainVerbs(recv setID, depth int) []string {
	if depth > 12 {
		return nil
	}
	for _, id := range r.m.sets[recv] {
		v := r.m.byID[r.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		if s := r.methods[v.obj]; s != none {
			return r.verbs(s)
		}
		o := r.m.objects[v.obj]
		if o.entry == nil || o.entry.Role != catalog.HTTPRoute {
			continue
		}
		if o.entry.Op == "methods" {
			verbs := none
			for n := range o.args {
				a := r.m.cell(v.obj, r.m.child(root, "$"+itoa(n))).set
				verbs = r.m.join(verbs, a)
				for _, e := range r.m.elements(nil, a) {
					verbs = r.m.join(verbs, e)
				}
			}
			return r.verbs(verbs)
		}
		if vs := r.chainVerbs(r.m.cell(v.obj, r.m.child(root, "$recv")).set, depth+1); len(vs) > 0 {
			return vs
		}
	}
	return nil
}

// prefixes returns the paths under which a router hangs.
func (r *routeReader) prefixes(recv setID, depth int) []string {
	m := r.m
	var out []string
	for _, id := range m.sets[recv] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || depth > 12 {
			continue
		}
		o := m.objects[v.obj]
		if o.entry == nil || o.entry.Role != catalog.HTTPRoute {
			continue
		}
		own := []string{""}
		for _, name := range []string{"prefix", "pattern"} {
			if i, ok := o.entry.Arg(name); ok && i >= 0 && o.entry.Op != "handle" {
				if texts := m.renderRoutes(m.cell(v.obj, m.child(root, "$"+itoa(i))).set); len(texts) > 0 {
					own = texts
				}
			}
		}
		var above []string
		switch o.entry.Op {
		case "new":
			above = r.mounted(v.obj, depth)
		default:
			above = r.prefixes(m.cell(v.obj, m.child(root, "$recv")).set, depth+1)
		}
		for _, a := range above {
			for _, p := range own {
				out = append(out, joinRoute(a, p))
			}
		}
	}
	if len(out) == 0 {
		return []string{""}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *routeReader) mounted(obj objID, depth int) []string {
	var out []string
	if s := r.strip[obj]; s != none {
		out = append(out, r.m.renderRoutes(s)...)
	}
	for _, at := range r.mounts[obj] {
		if !at.prefix {
			continue
		}
		for _, p := range r.m.renderRoutes(r.m.argument(nil, at.ev.entry, "pattern", at.ev.recv, at.ev.args)) {
			for _, a := range r.prefixes(at.ev.recv, depth+1) {
				out = append(out, joinRoute(a, p))
			}
		}
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}

// joinRoute joins a prefix and a pattern as routers do.
func joinRoute(prefix, pattern string) string {
	pattern = strings.ReplaceAll(pattern, hole, "{}")
	prefix = strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(prefix, hole, "{}"), "*"), "/")
	if pattern == "" && prefix != "" {
		return prefix
	}
	if i := strings.IndexByte(pattern, '/'); i > 0 && prefix == "" && strings.Contains(pattern[:i], ".") {
		pattern = pattern[i:] // net/http: host/path
	}
	if !strings.HasPrefix(pattern, "/") {
		pattern = "/" + pattern
	}
	if pattern == "/" && prefix != "" {
		return prefix
	}
	return strings.ReplaceAll(prefix+pattern, "/{$}", "/")
}

// gatewayPattern decodes a pattern of grpc-gateway's generated code: pairs of
// an opcode and an operand over a pool of literals (utilities.OpCode).
func (m *machine) gatewayPattern(id valueID, depth int) (string, bool) {
	v := m.byID[m.bare(id)]
	if v.kind != kAddr && v.kind != kAgg || depth > 4 {
		return "", false
	}
	obj := v.obj
	o := m.objects[obj]
	if !strings.HasSuffix(o.symbol, "/runtime.NewPattern") {
		inner := m.cell(obj, v.path).set // a variable, or the argument of MustPattern
		if o.kind == oLib {
			inner = m.cell(obj, m.child(root, "$0")).set
		}
		for _, in := range m.sets[inner] {
			if text, ok := m.gatewayPattern(in, depth+1); ok {
				return text, true
			}
		}
		return "", false
	}
	arg := func(n int) setID { return m.cell(obj, m.child(root, "$"+itoa(n))).set }
	var pool []string
	for _, e := range m.elements(nil, arg(2)) {
		text, _ := m.constant(e)
		pool = append(pool, text)
	}
	at := func(i int) string {
		if i < len(pool) {
			return pool[i]
		}
		return ""
	}
	var ops []int
	for _, e := range m.elements(nil, arg(1)) {
		text, _ := m.constant(e)
		n := 0
		for _, r := range text {
			n = n*10 + int(r-'0')
		}
		ops = append(ops, n)
	}
	var stack []string
	for i := 0; i+1 < len(ops); i += 2 {
		switch ops[i] {
		case 1: // push
			stack = append(stack, "*")
		case 2: // literal
			stack = append(stack, at(ops[i+1]))
		case 3: // push many
			stack = append(stack, "**")
		case 4: // concatenate n
			n := min(ops[i+1], len(stack))
			joined := strings.Join(stack[len(stack)-n:], "/")
			stack = append(stack[:len(stack)-n], joined)
		case 5: // capture under a name
			if len(stack) > 0 {
				stack[len(stack)-1] = "{" + at(ops[i+1]) + "}"
			}
		}
	}
	path := "/" + strings.Join(stack, "/")
	if verb, ok := m.constant(arg(3)); ok && verb != "" {
		path += ":" + verb
	}
	return path, true
}
