package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// deadline says what bounds the wait for a call: its context, its client, the
// library's default, the address, the mesh. What bounds wins over what does
// not; among several the shortest.
func (b *builder) deadline(ev *event, t target) *graph.Deadline {
	if _, takes := ev.entry.Arg("ctx"); !takes && !ev.entry.Sync && ev.entry.Role == catalog.CacheWrite {
		return nil // put into a pipeline: whatever sends it waits
	}
	own := b.ofContext(ev)
	bounds := []*graph.Deadline{own, b.ofClient(ev, t), b.ofMesh(t)}
	var best *graph.Deadline
	for _, d := range bounds {
		if d != nil && bounding(d.Kind) && (best == nil || shorter(d, best)) {
			best = d
		}
	}
	if best != nil || own != nil {
		return orDeadline(best, own)
	}
	return b.withoutContext(ev, t)
}

func orDeadline(a, b *graph.Deadline) *graph.Deadline {
	if a != nil {
		return a
	}
	return b
}

// bounding reports whether a kind of deadline bounds a wait by itself.
func bounding(kind string) bool { return kind != "none" && kind != "request" && kind != "unknown" }

func shorter(a, b *graph.Deadline) bool {
	return a.Time != nil && (b.Time == nil || a.Time.High < b.Time.High)
}

// ofContext is the deadline of the context that a call is given; nil if it is
// given none.
func (b *builder) ofContext(ev *event) *graph.Deadline {
	ctx, made := b.contextOf(ev)
	if ctx == none {
		return made
	}
	var out *graph.Deadline
	var sites []graph.Site
	for _, id := range b.m.sets[ctx] {
		d := b.ofValue(b.m.byID[b.m.bare(id)])
		if d.Kind == "none" {
			sites = append(sites, d.Site)
		}
		if out == nil || weaker(d.Kind) < weaker(out.Kind) {
			out = d
		}
	}
	if b.origins == nil {
		b.origins = map[*graph.Deadline][]graph.Site{}
	}
	b.origins[out] = sites
	return out
}

// ofValue is the deadline of one context.
func (b *builder) ofValue(v value) *graph.Deadline {
	switch {
	case v.kind == kRequest || v.kind == kCtx && v.s == ctxRequest:
		return &graph.Deadline{Kind: "request"}
	case v.kind == kCtx && v.s == ctxNone:
		reason := b.m.byID[v.in].s
		return &graph.Deadline{Kind: "none", Site: graph.ParseSite(v.t), Reason: reason[strings.LastIndexByte(reason, '/')+1:]}
	case v.kind == kCtx && v.s == ctxDeadline:
		site := graph.ParseSite(v.t)
		return &graph.Deadline{Kind: "context", Site: site, Time: b.quantity(v.in, site)}
	}
	if v.kind == kAddr || v.kind == kAgg {
		return b.embeddedContext(v.obj, v.path, 0)
	}
	return &graph.Deadline{Kind: "unknown"}
}

// embeddedContext is the deadline of a context of the program's own type: that
// of the context in one of its fields.
func (b *builder) embeddedContext(obj objID, path pathID, depth int) *graph.Deadline {
	out := &graph.Deadline{Kind: "unknown"}
	if depth > 3 {
		return out
	}
	for _, kid := range b.m.objects[obj].kids[path] {
		if b.m.paths[kid].comp[0] != '.' {
			continue
		}
		for _, id := range b.m.sets[b.m.cell(obj, kid).set] {
			v := b.m.byID[b.m.bare(id)]
			switch {
			case v.kind == kCtx:
				return b.ofValue(v)
			case v.kind == kAddr && v.obj != obj && b.m.objects[v.obj].kind == oAlloc:
				if d := b.embeddedContext(v.obj, v.path, depth+1); d.Kind != "unknown" {
					return d
				}
			}
		}
	}
	return out
}

// weaker orders deadlines from the least to the most that bounds.
func weaker(kind string) int {
	return slices.Index([]string{"none", "request", "unknown", "context"}, kind)
}

// withoutContext is the deadline of a call that takes no context and whose
// client has no limit: none, where the library is known to set none.
func (b *builder) withoutContext(ev *event, t target) *graph.Deadline {
	site := gsite(ev.at())
	if ev.entry.Role == catalog.HTTPCall {
		if strings.Contains(ev.sym, "ReverseProxy") {
			return b.ofProxies(ev.recv, t)
		}
		if d, ok := b.l.cat.Default(ev.entry.Package(), "client-deadline"); ok && d.Value == 0 {
			return &graph.Deadline{Kind: "none", Reason: "client without timeout"}
		}
		return nil
	}
	r := b.l.resources[t.to]
	if r == nil || r.Technology == "sqlite" {
		return nil
	}
	switch ev.entry.Role {
	case catalog.DBQuery, catalog.DBExec, catalog.TxBegin, catalog.CacheRead, catalog.CacheWrite:
	default:
		return nil
	}
	d, known := b.l.cat.Default(ev.entry.Package(), "client-deadline")
	if ev.entry.Technology == "sql" || known && d.Value == 0 {
		return &graph.Deadline{Kind: "none", Site: site, Reason: shortSymbol(ev.sym) + " takes no context"}
	}
	return nil
}

// proxySite returns where the first of some proxies is made; at if that is not
// known.
func (b *builder) proxySite(proxies setID, at graph.Site) graph.Site {
	for _, id := range b.m.sets[proxies] {
		if v := b.m.byID[b.m.bare(id)]; v.kind == kAddr && v.path == root {
			if s := gsite(b.m.objects[v.obj].site); s.File != "" {
				return s
			}
		}
	}
	return at
}

// ofProxies is the deadline of what a library's proxy asks: its transport's or
// the mesh's, else that of the request that it hands on.
func (b *builder) ofProxies(proxies setID, t target) *graph.Deadline {
	if d := b.ofMesh(t); d != nil {
		return d
	}
	for _, id := range b.m.sets[proxies] {
		v := b.m.byID[b.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		for _, p := range b.parts(b.m.read(v.obj, b.m.child(root, ".Transport"), nil)) {
			if d, _ := b.ofPart(p, t); d != nil {
				return d
			}
		}
	}
	return &graph.Deadline{Kind: "request"}
}
