package link

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// ofClient is the deadline that the client of a call sets, or its library; nil
// if neither does.
func (b *builder) ofClient(ev *event, t target) *graph.Deadline {
	sets := []setID{ev.recv}
	for _, name := range []string{"client", "conn", "db", "session", "of", "opts", "timeout"} {
		sets = append(sets, b.m.argument(nil, ev.entry, name, ev.recv, ev.args))
	}
	if ev.recv == none && strings.HasPrefix(ev.sym, "net/http.") {
		sets = append(sets, b.m.addr(b.m.global("net/http.DefaultClient"), root))
	}
	if d := b.m.argument(nil, ev.entry, "timeout", ev.recv, ev.args); d != none {
		return b.bound("client", d, gsite(ev.at()), "")
	}
	sets = append(sets, callOptions(ev))
	for _, o := range b.m.origins(ev.recv) {
		sets = append(sets, b.m.addr(o.obj, root), b.m.connections(b.m.addr(o.obj, root)))
	}
	var out *graph.Deadline
	take := func(d *graph.Deadline) {
		if d != nil && (out == nil || shorter(d, out)) {
			out = d
		}
	}
	parts := b.parts(sets...)
	off := false
	for _, p := range parts {
		d, none := b.ofPart(p, t)
		take(d)
		off = off || none
	}
	if out != nil {
		return out
	}
	if d := b.ofAddress(ev); d != nil {
		return d
	}
	if off {
		return nil
	}
	return b.ofLibrary(ev, t, parts)
}

// callOptions returns the options that a remote call is given, behind its
// context and what it sends.
func callOptions(ev *event) setID {
	if ev.entry.Role != catalog.RPCCall || len(ev.args) < 4 {
		return none
	}
	return ev.args[len(ev.args)-1]
}

// ofPart is the deadline that one part of a client sets. Off says that it is
// set to none.
func (b *builder) ofPart(p part, t target) (d *graph.Deadline, off bool) {
	if p.obj < 0 {
		if fn := b.m.prog.body(p.fn); fn != nil {
			return b.interceptor(fn), false
		}
		return nil, false
	}
	o := &b.m.objects[p.obj]
	site := gsite(o.site)
	switch {
	case o.kind == oClosure || o.kind == oBound:
		if fn := b.m.prog.body(o.symbol); fn != nil {
			return b.interceptor(fn), false
		}
		return nil, false
	case o.entry != nil && o.entry.Role == catalog.Timeout && (o.entry.Op == "client" || o.entry.Op == "middleware"):
		if unbounds(o.entry.Symbol) {
			return nil, false
		}
		s := b.given(p.obj, "timeout", "ttl")
		d := b.bound("client", s, site, o.entry.Symbol)
		return d, d == nil
	case o.entry != nil && o.entry.Role == catalog.Retry && o.entry.Op == "setting":
		return b.serviceDeadline(p.obj, t), false
	case o.kind == oLib && p.path == root && o.entry != nil && opens(o.entry):
		if d, off := b.ofConfig(p.obj); d != nil || off {
			return d, off
		}
	}
	return b.ofFields(p)
}

// ofConfig is the deadline in the configuration that a client is opened with.
func (b *builder) ofConfig(obj objID) (*graph.Deadline, bool) {
	o := &b.m.objects[obj]
	cfg := b.given(obj, "config", "opts")
	if cfg == none {
		return nil, false
	}
	for _, field := range []string{"Timeout", "ReadTimeout"} {
		s := b.m.field(nil, cfg, field, false)
		if s == none {
			continue
		}
		d := b.bound("client", s, gsite(o.site), o.entry.Symbol)
		if n, ok := b.amount(s); ok && n <= 0 && !(n == 0 && o.entry.Technology == "redis") {
			return nil, true
		}
		return d, false
	}
	return nil, false
}

// bound makes a deadline of the value that a timeout was set to; nil if that
// is nothing or zero.
func (b *builder) bound(kind string, s setID, site graph.Site, of string) *graph.Deadline {
	d := &graph.Deadline{Kind: kind, Site: site}
	if s == none {
		return nil
	}
	unknown := false
	for _, id := range b.m.sets[s] {
		v := b.m.byID[b.m.bare(id)]
		switch v.kind {
		case kNil:
			return nil
		case kConst:
			q := b.timeout(v.s, of, site)
			if q == nil {
				return nil
			}
			if d.Time == nil || q.High > d.Time.High {
				d.Time = q
			}
		default:
			unknown = true
		}
	}
	if unknown {
		d.Time = nil
	}
	return d
}

// timeout reads a number of a configuration: nanoseconds, as time.Duration
// has, or milliseconds where the library's field is a number of those.
func (b *builder) timeout(text, of string, site graph.Site) *graph.Quantity {
	if n, ok := number(text); ok {
		if n <= 0 {
			return nil
		}
		if strings.Contains(of, "go-zero/") && n < float64(time.Millisecond) {
			return graph.Exact(n, graph.Derived, site, "")
		}
		return graph.Exact(n/float64(time.Millisecond), graph.Derived, site, "")
	}
	if dur, err := time.ParseDuration(text); err == nil && dur > 0 {
		return graph.Exact(float64(dur)/float64(time.Millisecond), graph.Derived, site, "")
	}
	return nil
}

// dsnTimeout finds the parameters of addresses that bound a query: of
// go-sql-driver/mysql, libpq, clickhouse-go and the MongoDB connection string.
// Those that bound the connecting alone are left out.
var dsnTimeout = regexp.MustCompile(`(?i)(?:^|[?&; ])(readTimeout|read_timeout|statement_timeout|query_timeout|max_execution_time|socketTimeoutMS|timeoutMS)=([0-9]+)([a-z]*)`)

// ofAddress is the deadline in the address that a client was opened with.
func (b *builder) ofAddress(ev *event) *graph.Deadline {
	for _, o := range b.m.origins(ev.recv) {
		for _, t := range b.m.config(o.obj) {
			found := dsnTimeout.FindStringSubmatch(b.m.renderOne(t.id))
			if found == nil {
				continue
			}
			site := gsite(b.m.objects[o.obj].site)
			n, err := strconv.ParseFloat(found[2], 64)
			if err != nil || n == 0 {
				continue
			}
			d := &graph.Deadline{Kind: "dsn", Site: site, Time: graph.Exact(n, graph.Derived, site, found[1]), Reason: found[1]}
			if dur, err := time.ParseDuration(found[2] + found[3]); err == nil {
				d.Time = graph.Exact(float64(dur)/float64(time.Millisecond), graph.Derived, site, found[1])
			} else if strings.EqualFold(found[1], "read_timeout") || strings.EqualFold(found[1], "max_execution_time") {
				d.Time = graph.Exact(n*1000, graph.Derived, site, found[1])
			}
			return d
		}
	}
	return nil
}

// ofLibrary is the deadline that a library sets where nothing else does.
func (b *builder) ofLibrary(ev *event, t target, parts []part) *graph.Deadline {
	what := []string{"client-deadline"}
	if ev.entry.Role == catalog.DBExec || ev.entry.Role == catalog.TxBegin {
		what = append(what, "write-deadline")
	}
	libraries := []string{ev.entry.Package()}
	for _, o := range b.m.origins(ev.recv) {
		if e := b.m.objects[o.obj].entry; e != nil {
			libraries = append(libraries, e.Package())
		}
	}
	for _, p := range parts {
		if p.obj < 0 {
			continue
		}
		if e := b.m.objects[p.obj].entry; e != nil && opens(e) {
			libraries = append(libraries, e.Package())
		}
	}
	for _, lib := range libraries {
		if strings.Contains(lib, "go-zero/core/stores") && t.kind != graph.EdgeCache {
			continue // the cache in front has one, the database has not
		}
		for _, w := range what {
			if d, ok := b.l.cat.Default(lib, w); ok && d.Value > 0 {
				return &graph.Deadline{Kind: "library", Time: graph.Exact(d.Value*1000, graph.Declared, graph.Site{}, d.Source), Reason: d.Source}
			}
		}
	}
	return nil
}
