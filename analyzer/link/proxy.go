package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// reverseProxy is the type of net/http/httputil's proxies.
const reverseProxy = "net/http/httputil.ReverseProxy"

// proxyURLs returns where the proxies among the values of a set send requests:
// what the constructor was given, or what the director makes of a request's URL.
func (m *machine) proxyURLs(c site, s setID) setID {
	out := none
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || v.path != root {
			continue
		}
		o := m.objects[v.obj]
		switch {
		case o.kind == oLib && o.entry != nil && o.entry.Role == catalog.HTTPClient && o.entry.Op == "proxy":
			for n := range o.args {
				out = m.join(out, m.urlText(c.inst, m.read(v.obj, m.child(root, "$"+itoa(n)), c.inst)))
			}
			out = m.join(out, m.directed(c, v.obj))
		case o.kind == oAlloc && o.typ == reverseProxy:
			out = m.join(out, m.directed(c, v.obj))
		}
	}
	return out
}

// directed runs the director of a proxy on a request of its own and returns
// the URL that it leaves there.
func (m *machine) directed(c site, proxy objID) setID {
	out := none
	for _, field := range []string{".Director", ".Rewrite"} {
		fns := m.read(proxy, m.child(root, field), c.inst)
		if !m.anyCallable(fns) {
			continue
		}
		req := m.object(c.inst, c.i, "proxied"+field, func() object {
			return object{kind: oGiven, typ: "net/http.Request", site: c.in.Site}
		})
		at := m.object(c.inst, c.i, "proxied url"+field, func() object {
			return object{kind: oGiven, typ: "net/url.URL", site: c.in.Site}
		})
		m.write(req, m.child(root, ".URL"), m.addr(at, root))
		m.write(req, m.child(root, ".Out"), m.addr(req, root))
		m.callValue(site{c.inst, c.i, &summary.Instr{Op: summary.OpCall, Mode: summary.Value, Site: c.in.Site}}, fns, []setID{m.addr(req, root)})
		if set := m.read(at, m.child(root, "$url"), c.inst); set != none {
			out = m.join(out, m.urlText(c.inst, set)) // ProxyRequest.SetURL
		}
		out = m.join(out, m.urlLiteral(c.inst, value{kind: kAddr, obj: at}))
	}
	return out
}

// urlText returns the texts of URLs: of parsed ones what they were parsed from.
func (m *machine) urlText(inst *instance, s setID) setID {
	return m.each(m.bareSet(s), func(id valueID, v value) setID {
		switch v.kind {
		case kAddr, kAgg:
			if text := m.read(v.obj, m.child(v.path, "$url"), inst); text != none {
				return m.placedURL(inst, text, v)
			}
			return m.urlLiteral(inst, v)
		}
		return m.set([]valueID{id})
	})
}

// settingsBehind returns the settings object whose contents a value is part of.
func (m *machine) settingsBehind(s setID, depth int) setID {
	out := none
	if depth > 4 {
		return out
	}
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib {
			continue
		}
		recv := m.cell(v.obj, m.child(root, "$recv")).set
		if slices.ContainsFunc(m.sets[recv], func(r valueID) bool { return m.holdsSettings(m.bare(r)) }) {
			out = m.join(out, recv)
			continue
		}
		out = m.join(out, m.settingsBehind(recv, depth+1))
	}
	return out
}

func (m *machine) holdsSettings(id valueID) bool {
	v := m.byID[id]
	if v.kind != kAddr {
		return false
	}
	for _, kid := range m.objects[v.obj].kids[v.path] {
		switch m.paths[kid].comp {
		case "$name", "$file", "$path", "$type":
			return true
		}
	}
	return false
}
