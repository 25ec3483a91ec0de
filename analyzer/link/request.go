package link

import (
	"net/url"
	"slices"
	"strings"
)

// resolveURL is URL.ResolveReference and URL.Parse: a reference behind a base.
func (m *machine) resolveURL(c site, recv setID, args []setID) []setID {
	if len(args) == 0 {
		return m.plainResults(c)
	}
	base := m.urlText(c.inst, recv)
	ref := m.each(m.bareSet(args[0]), func(id valueID, v value) setID {
		if v.kind != kAddr && v.kind != kAgg {
			return m.set([]valueID{id})
		}
		if text := m.read(v.obj, m.child(v.path, "$url"), c.inst); text != none {
			return text
		}
		if m.read(v.obj, m.child(v.path, ".Host"), c.inst) != none {
			return m.urlLiteral(c.inst, v)
		}
		return m.bareSet(m.read(v.obj, m.child(v.path, ".Path"), c.inst))
	})
	joined := m.each(base, func(b valueID, _ value) setID {
		return m.each(ref, func(r valueID, _ value) setID { return m.set([]valueID{m.behind(b, r)}) })
	})
	if joined == none {
		joined = base
	}
	obj := m.libObject(c, c.in.Sym, nil, recv, args)
	m.write(obj, m.child(root, "$url"), joined)
	return m.first(c, m.addr(obj, root))
}

// behind returns a reference behind a base URL.
func (m *machine) behind(base, ref valueID) valueID {
	b, r := m.byID[base], m.byID[ref]
	if b.kind == kConst && r.kind == kConst {
		if u, err := url.Parse(b.s); err == nil {
			if u, err = u.Parse(r.s); err == nil {
				return m.id(value{kind: kConst, s: u.String(), t: "string"})
			}
		}
	}
	parts := slices.Clone(m.parts(ref))
	first := m.byID[parts[0]]
	if rest, ok := strings.CutPrefix(first.s, "./"); ok && first.kind == kConst { // in the base's own directory
		first.s = rest
		parts[0] = m.id(value{kind: kConst, s: rest, t: "string"})
		ref = m.glue(parts...)
	}
	if first.kind == kConst && strings.Contains(first.s, "://") {
		return ref
	}
	if b.kind == kConst {
		base = m.id(value{kind: kConst, s: strings.TrimSuffix(b.s, "/"), t: "string"})
	}
	if first.kind == kConst && !strings.HasPrefix(first.s, "/") {
		return m.glue(base, m.id(value{kind: kConst, s: "/", t: "string"}), ref)
	}
	return m.glue(base, ref)
}

// setRequest notes the URL or verb that a method sets on a request, or on its
// header.
func (m *machine) setRequest(recv, url, verb setID) {
	for _, id := range m.sets[recv] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr {
			m.write(v.obj, m.child(root, "$seturl"), url)
			m.write(v.obj, m.child(root, "$setverb"), verb)
		}
	}
}
