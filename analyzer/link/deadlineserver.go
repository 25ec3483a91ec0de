package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// underServer returns a body in which the calls that wait under the context of
// the request have the deadline that its server gives that context.
func (b *builder) underServer(ep *endpoint, body *graph.Step) *graph.Step {
	if body == nil {
		return nil
	}
	d := b.serverDeadline(ep)
	if d == nil {
		return body
	}
	u := &underlay{deadline: d, done: map[*graph.Step]*graph.Step{}}
	return u.step(body)
}

type underlay struct {
	deadline *graph.Deadline
	done     map[*graph.Step]*graph.Step
}

func (u *underlay) step(s *graph.Step) *graph.Step {
	if t := u.done[s]; t != nil {
		return t
	}
	c := *s
	u.done[s] = &c
	if s.Deadline != nil && s.Deadline.Kind == "request" {
		c.Deadline = u.deadline
	}
	if len(s.Steps) > 0 {
		c.Steps = make([]*graph.Step, len(s.Steps))
		for n, t := range s.Steps {
			c.Steps[n] = u.step(t)
		}
	}
	return &c
}

// serverDeadline is the deadline that the server of an endpoint gives the
// contexts of its requests; nil if it gives none.
func (b *builder) serverDeadline(ep *endpoint) *graph.Deadline {
	if ep.entry == nil || ep.Kind != graph.EndpointGRPC && ep.Kind != graph.EndpointHTTP {
		return nil
	}
	var out *graph.Deadline
	for _, s := range b.serverSettings() {
		if s.kind != ep.Kind || s.handlers != none && !b.shares(s.handlers, ep.entry.handlers) {
			continue
		}
		if out == nil || shorter(s.deadline, out) {
			out = s.deadline
		}
	}
	return out
}

func (b *builder) shares(a, c setID) bool {
	for _, id := range b.m.sets[a] {
		if slices.Contains(b.m.sets[c], id) {
			return true
		}
	}
	return false
}

// A serverSetting is a deadline that a program gives the requests that it
// serves.
type serverSetting struct {
	kind     string // of the endpoints
	handlers setID  // the only handlers that it is for; none: all
	deadline *graph.Deadline
}

func (b *builder) serverSettings() []serverSetting {
	if b.servers != nil {
		return *b.servers
	}
	b.servers = &[]serverSetting{}
	for _, inst := range b.m.order {
		if !b.m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				b.noteServer(ev)
			}
		}
	}
	for _, e := range b.m.entries {
		if e.kind != "middleware" || !b.m.alive(e.ev.inst) {
			continue
		}
		for _, id := range b.m.sets[e.handlers] {
			if fn := b.m.funcOf(b.m.set([]valueID{id})); fn != nil {
				b.noteBound(graph.EndpointHTTP, b.interceptor(fn))
			}
		}
	}
	return *b.servers
}

// libraryMade reports whether a value is what a library made: a router, which
// stands for all that is registered with it.
func (m *machine) libraryMade(id valueID) bool {
	v := m.byID[m.bare(id)]
	return v.kind == kAddr && m.objects[v.obj].kind == oLib
}

func (b *builder) noteBound(kind string, d *graph.Deadline) {
	if d != nil {
		*b.servers = append(*b.servers, serverSetting{kind: kind, deadline: &graph.Deadline{Kind: "server", Time: d.Time, Site: d.Site, Reason: d.Reason}})
	}
}

// noteServer reads one call: a server that is made, an interceptor or a
// middleware that it is given.
func (b *builder) noteServer(ev *event) {
	site := gsite(ev.at())
	e := ev.entry
	switch {
	case (e.Role == catalog.RPCServer || e.Role == catalog.HTTPRoute) && e.Op == "new":
		kind := graph.EndpointHTTP
		if e.Role == catalog.RPCServer {
			kind = graph.EndpointGRPC
		}
		b.noteDefault(kind, ev, site)
		b.noteInterceptors(kind, ev)
	case e.Role == catalog.RPCServer && (e.Op == "option" || e.Op == "interceptor"):
		b.noteInterceptors(graph.EndpointGRPC, ev)
	case e.Role == catalog.Timeout && e.Op == "middleware" && !strings.Contains(e.Symbol, "Client") && e.Technology != "watermill" && e.Technology != "grpc":
		d := b.bound("server", b.m.join(b.m.argument(nil, e, "timeout", ev.recv, ev.args), b.m.field(nil, b.m.argument(nil, e, "config", ev.recv, ev.args), "Timeout", false)), site, e.Symbol)
		if d == nil {
			return
		}
		d.Reason = shortSymbol(ev.sym)
		s := serverSetting{kind: graph.EndpointHTTP, deadline: d}
		for _, id := range b.m.sets[b.m.argument(nil, e, "of", ev.recv, ev.args)] {
			if v := b.m.byID[id]; b.m.callable(id) || v.kind == kIface && b.m.prog.typ(v.t) != nil && !b.m.libraryMade(id) {
				s.handlers = b.m.join(s.handlers, b.m.set([]valueID{id}))
			}
		}
		*b.servers = append(*b.servers, s)
	}
}

// noteDefault reads the deadline of a framework's server: its setting, else
// its default.
func (b *builder) noteDefault(kind string, ev *event, site graph.Site) {
	def, ok := b.l.cat.Default(ev.entry.Package(), "server-deadline")
	if !ok || def.Value == 0 {
		return
	}
	d := &graph.Deadline{Kind: "server", Site: site, Reason: def.Source, Time: graph.Exact(def.Value*1000, graph.Declared, graph.Site{}, def.Source)}
	cfg := b.m.argument(nil, ev.entry, "config", ev.recv, ev.args)
	if s := b.m.field(nil, cfg, "Timeout", false); s != none {
		if n, known := b.amount(s); known && n <= 0 {
			return
		}
		if set := b.bound("server", s, site, ev.entry.Symbol); set != nil && set.Time != nil {
			d.Time, d.Reason = set.Time, "Timeout"
		}
	}
	for _, p := range b.parts(ev.args...) {
		if p.obj < 0 {
			continue
		}
		if o := &b.m.objects[p.obj]; o.entry != nil && o.entry.Role == catalog.Timeout && o.entry.Op == "server" {
			s := b.given(p.obj, "timeout")
			if n, known := b.amount(s); known && n <= 0 {
				return
			}
			if set := b.bound("server", s, gsite(o.site), o.entry.Symbol); set != nil {
				d = set
			}
		}
	}
	*b.servers = append(*b.servers, serverSetting{kind: kind, deadline: d})
}

func (b *builder) noteInterceptors(kind string, ev *event) {
	sets := ev.args
	if i, ok := ev.entry.Arg("fn"); ok && i >= 0 && i < len(sets) {
		sets = slices.Delete(slices.Clone(sets), i, i+1)
	}
	for _, p := range b.parts(sets...) {
		name := p.fn
		if p.obj >= 0 {
			o := &b.m.objects[p.obj]
			if o.kind != oClosure && o.kind != oBound {
				continue
			}
			name = o.symbol
		}
		if fn := b.m.prog.body(name); fn != nil {
			b.noteBound(kind, b.interceptor(fn))
		}
	}
}

// passesOn are the types of what interceptors and middleware call to go on.
var passesOn = []string{"grpc.UnaryInvoker", "grpc.UnaryHandler", "connect.UnaryFunc", "http.Handler", "http.HandlerFunc", "http.RoundTripper", "middleware.Handler", "endpoint.Endpoint", "echo.HandlerFunc", "*github.com/gin-gonic/gin.Context", "*http.Request", "net/http.Request"}

// interceptor returns the deadline that a function gives the context before it
// goes on: it, or a literal of it, sets one and calls what it was given.
func (b *builder) interceptor(fn *summary.Func) *graph.Deadline {
	var set *graph.Deadline
	on := false
	for n := 0; n < 6; n++ {
		f := fn
		if n > 0 {
			if f = b.m.prog.body(fn.Symbol + "$" + itoa(n)); f == nil {
				break
			}
		}
		for _, p := range append(slices.Clone(f.Params), f.Free...) {
			on = on || slices.ContainsFunc(passesOn, func(t string) bool {
				return strings.HasSuffix(strings.TrimPrefix(p.Type, "*"), strings.TrimPrefix(t, "*"))
			})
		}
		if d := b.deadlineIn(f); d != nil {
			set = d
		}
	}
	if !on {
		return nil
	}
	return set
}

// deadlineIn finds where a function makes a context with a deadline.
func (b *builder) deadlineIn(fn *summary.Func) *graph.Deadline {
	for n := range fn.Instrs {
		in := &fn.Instrs[n]
		e := b.l.cat.Func(in.Sym)
		if in.Op != summary.OpCall || e == nil || e.Role != catalog.Timeout || e.Op != "context" {
			continue
		}
		d := &graph.Deadline{Kind: "client", Site: gsite(in.Site), Reason: "interceptor"}
		for _, ref := range operands(in, e, "timeout") {
			if k := -int(ref) - 1; ref < 0 && k < len(fn.Pool) {
				d.Time = b.timeout(fn.Pool[k].Text, "", d.Site)
			}
		}
		return d
	}
	return nil
}
