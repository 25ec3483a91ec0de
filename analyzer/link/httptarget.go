package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// httpTargets resolves an HTTP request by its URL: the host says who answers,
// verb and path say which of its routes.
func (l *linker) httpTargets(d *deployment, ev *event) []target {
	m := d.m
	arg := func(name string) setID { return m.argument(nil, ev.entry, name, ev.recv, ev.args) }
	urls, methods := arg("url"), arg("method")
	if ev.entry.Method != "" {
		methods = m.text(ev.entry.Method)
	}
	for _, id := range m.sets[arg("req")] {
		u, verb := m.requestOf(m.bare(id), 0)
		urls, methods = m.join(urls, u), m.join(methods, verb)
	}
	if ev.obj >= 0 {
		urls = m.join(urls, m.cell(ev.obj, m.child(root, "$proxied")).set)
	}
	bases := none
	for _, o := range m.origins(ev.recv) {
		if u, verb := m.fixedRequest(o.obj); u != none {
			urls, methods = m.join(urls, u), m.join(methods, verb)
			continue
		}
		bases = m.join(bases, m.cell(o.obj, m.child(root, "$base")).set)
		if e := m.objects[o.obj].entry; e != nil && e.Role == catalog.HTTPClient {
			for _, id := range meant(m.config(o.obj), "addr", "url", "host") {
				bases = m.join(bases, m.set([]valueID{id}))
			}
		}
	}
	return l.urlTargets(d, ev, urls, bases, methods)
}

// requestOf returns the URL and verb of a request that was built earlier.
func (m *machine) requestOf(id valueID, depth int) (url, verb setID) {
	v := m.byID[id]
	if v.kind != kAddr || depth > 4 {
		return none, none
	}
	url = m.cell(v.obj, m.child(root, "$seturl")).set
	verb = m.cell(v.obj, m.child(root, "$setverb")).set
	if url != none || verb != none {
		return url, verb
	}
	o := m.objects[v.obj]
	if o.kind == oAlloc { // http.Request{Method: ..., URL: ...}
		return m.parseURLField(v), m.read(v.obj, m.child(v.path, ".Method"), nil)
	}
	if o.entry != nil && o.entry.Role == catalog.HTTPClient {
		if i, ok := o.entry.Arg("url"); ok && i >= 0 {
			url = m.cell(v.obj, m.child(root, "$"+itoa(i))).set
		}
		if i, ok := o.entry.Arg("method"); ok && i >= 0 {
			verb = m.cell(v.obj, m.child(root, "$"+itoa(i))).set
		} else if o.entry.Method != "" {
			verb = m.text(o.entry.Method)
		}
		return url, verb
	}
	for n := range o.args {
		for _, a := range m.sets[m.cell(v.obj, m.child(root, "$"+itoa(n))).set] {
			u, w := m.requestOf(m.bare(a), depth+1)
			url, verb = m.join(url, u), m.join(verb, w)
		}
	}
	return url, verb
}

func (m *machine) parseURLField(v value) setID {
	return m.each(m.read(v.obj, m.child(v.path, ".URL"), nil), func(id valueID, u value) setID {
		if u.kind != kAddr {
			return m.set([]valueID{id})
		}
		if text := m.read(u.obj, m.child(u.path, "$url"), nil); text != none {
			return text
		}
		return m.urlLiteral(nil, u)
	})
}

// urlTargets resolves URLs, put behind base addresses where they are paths.
func (l *linker) urlTargets(d *deployment, ev *event, urls, bases, methods setID) []target {
	m := d.m
	ids := slices.Clone(m.sets[m.bareSet(urls)])
	if len(ids) == 0 && bases != none {
		ids = slices.Clone(m.sets[m.bareSet(bases)])
	} else if bases != none {
		var joined []valueID
		for _, id := range ids {
			if _, host, _, _ := splitAddress(m.renderOne(id)); strings.Contains(m.renderOne(id), "://") && host != "" {
				joined = append(joined, id)
				continue
			}
			for _, b := range m.sets[m.bareSet(bases)] {
				joined = append(joined, m.glue(b, id))
			}
		}
		ids = joined
	}
	verbs := m.renderAll(methods)
	if len(verbs) == 0 {
		verbs = []string{"GET"}
	}
	if ev.entry != nil && ev.entry.Technology != "http" && strings.Contains(ev.entry.Technology, ":") {
		r := l.external(strings.ReplaceAll(ev.entry.Technology, ":", "-"), ev.entry.Technology, ev.entry.Technology, "")
		return []target{{to: r.ID, kind: graph.EdgeHTTP, certain: true}}
	}
	var resolved, open []target
	for _, id := range ids {
		p := l.place(d, id)
		if relative(m.renderOne(id), p) {
			continue
		}
		for _, verb := range verbs {
			if name := procedure(p.path); name != "" && len(l.serves[name]) > 0 { // an RPC over HTTP
				if to, certain := l.rpcCallee(d, name, []place{p}); to != d.svc.ID {
					resolved = append(resolved, target{to: to, kind: graph.EdgeGRPC, operation: name, certain: certain})
				}
				continue
			}
			t := target{kind: graph.EdgeHTTP, operation: l.httpOperation(verb, p.path), certain: true}
			switch {
			case p.service != nil:
				t.to = p.service.svc.ID
				if p.service == d && p.loopback() {
					continue
				}
				resolved = append(resolved, t)
			case p.workload != nil && p.workload.Platform != "":
				continue
			case p.workload != nil:
				t.to = l.infraResource(p.workload, "", "").ID
				resolved = append(resolved, t)
			case p.short():
				t.to = l.remoteService(p.host).svc.ID
				resolved = append(resolved, t)
			case p.known && p.external:
				t.to = l.external(p.host, "http", p.host, p.host).ID
				resolved = append(resolved, t)
			case len(p.symbols) > 0 && l.bySymbol(d, p.symbols) != nil:
				t.to, t.certain = l.bySymbol(d, p.symbols).svc.ID, false
				open = append(open, t)
			case p.unset:
				d.m.gap("address", ev.at(), "the address is the setting "+strings.Join(p.symbols, ", ")+", which the configuration does not have")
			case len(p.symbols) > 0:
				t.to = l.external(label(p.symbols), "http", strings.Join(p.symbols, " "), "").ID
				open = append(open, t)
			}
		}
	}
	if len(resolved) > 0 {
		return resolved
	}
	return open
}

// relative reports whether a text is a path below a base that is not known, or
// no URL at all, such as the key of a file: its first part is no host.
func relative(text string, p place) bool {
	return p.path != "" && p.port == "" && !strings.Contains(text, "://") && !strings.Contains(p.host, ".") && p.known
}

// httpOperation renders a verb and a path, parameters without names.
func (l *linker) httpOperation(verb, path string) string {
	path, _, _ = strings.Cut(path, "?")
	for strings.Contains(path, "//") { // of a base that ends where the path begins: servers clean it
		path = strings.ReplaceAll(path, "//", "/")
	}
	if path == "" {
		path = "/"
	}
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.Contains(p, hole) {
			parts[i] = "{}"
		}
	}
	if strings.Contains(verb, hole) {
		verb = "ANY"
	}
	return strings.ToUpper(verb) + " " + strings.Join(parts, "/")
}
