package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// vendorPrefix begins the technology of calls of a vendor's client library.
const vendorPrefix = "vendor:"

// vendorEntry returns what a call of a vendor's client library means that the
// catalog does not list; nil if it sends no request.
func (m *machine) vendorEntry(c site, sym string, args []setID) *catalog.Entry {
	if e, ok := m.vendors[sym]; ok {
		return e
	}
	m.vendors[sym] = nil
	v, ok := m.cat.Vendor(sym)
	if !ok {
		return nil
	}
	types := c.results()
	fails := len(types) > 0 && types[len(types)-1] == "error"
	ctx := -1
	for n := range args {
		if m.argType(c, n) == "context.Context" {
			ctx = n
			break
		}
	}
	if !v.Request(sym, ctx >= 0, fails) {
		return nil
	}
	e := &catalog.Entry{Symbol: sym, Role: catalog.HTTPCall, Technology: vendorPrefix + v.Name, Sync: true}
	if ctx >= 0 {
		e.Args = catalog.Args{{Name: "ctx", Index: ctx}}
	}
	m.vendors[sym] = e
	return e
}

// A beside is an operation that a library sends others beside: a token that it
// fetches where it has none yet. The code waits once, so they are of its edge
// and no steps.
type beside struct{ to, operation string }

// vendorTargets resolves a call of a vendor's client library: to what the
// client was pointed at, where that is part of the system, else to the vendor.
func (l *linker) vendorTargets(d *deployment, ev *event) []target {
	m := d.m
	v, _ := l.cat.Vendor(ev.sym)
	for _, id := range m.pointedAt(ev.recv) {
		switch p := l.place(d, id); {
		case p.service != nil && p.service != d:
			return []target{{to: p.service.svc.ID, kind: graph.EdgeHTTP, certain: true}}
		case p.workload != nil && p.workload.Platform == "":
			return []target{{to: l.infraResource(p.workload, "", "").ID, kind: graph.EdgeHTTP, certain: true}}
		}
	}
	identity := v.Name
	if v.Host != "" {
		identity += " " + v.Host
	}
	r := l.external(v.Name, "https", identity, v.Host)
	t := target{to: r.ID, kind: graph.EdgeHTTP, certain: true}
	if len(v.Operations) > 0 {
		t.operation = v.Operations[0]
		l.beside[beside{r.ID, t.operation}] = v.Operations[1:]
	}
	return []target{t}
}

// pointedAt returns the URLs among the texts that the client behind a receiver
// was made with.
func (m *machine) pointedAt(recv setID) []valueID {
	var out []valueID
	c := &confWalk{m: m, seen: map[objID]bool{}}
	c.set(recv, "", 0)
	for _, t := range c.found {
		if text := m.renderOne(t.id); strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") {
			out = append(out, t.id)
		}
	}
	return out
}
