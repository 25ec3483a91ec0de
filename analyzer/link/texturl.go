package link

import (
	"net/url"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// parseURL keeps the text of a URL as the value of the parsed one: its fields
// are found in the text when they are asked for.
func (m *machine) parseURL(c site, op catalog.TextOp, of setID) []setID {
	if op != catalog.ParseURL {
		return m.first(c, m.each(m.bareSet(of), func(id valueID, v value) setID {
			if v.kind == kAddr {
				if text := m.read(v.obj, m.child(v.path, "$url"), c.inst); text != none {
					return text
				}
				return m.urlLiteral(c.inst, v)
			}
			return m.set([]valueID{id})
		}))
	}
	obj := m.libObject(c, c.in.Sym, nil, none, []setID{of})
	of = m.bareSet(of)
	m.write(obj, m.child(root, "$url"), of)
	for _, field := range []string{"Scheme", "Host", "Path", "RawQuery"} {
		m.write(obj, m.child(root, "."+field), m.each(of, func(id valueID, v value) setID {
			if v.kind == kConst {
				if u, err := url.Parse(v.s); err == nil {
					return m.text(urlPart(u, field))
				}
			}
			return m.urlCat(id, field)
		}))
	}
	return m.first(c, m.addr(obj, root))
}

// urlCat returns a field of a URL some parts of which are not known.
func (m *machine) urlCat(id valueID, field string) setID {
	parts := m.parts(id)
	head := m.byID[parts[0]]
	scheme, rest, ok := strings.Cut(head.s, "://")
	if head.kind != kConst || !ok {
		return m.set([]valueID{id})
	}
	parts = append([]valueID{m.id(value{kind: kConst, s: rest, t: "string"})}, parts[1:]...)
	if field == "Scheme" {
		return m.text(scheme)
	}
	for n, p := range parts {
		v := m.byID[p]
		i := strings.IndexByte(v.s, '/')
		if v.kind != kConst || i < 0 {
			continue
		}
		host := append(append([]valueID{}, parts[:n]...), m.id(value{kind: kConst, s: v.s[:i], t: "string"}))
		path := append([]valueID{m.id(value{kind: kConst, s: v.s[i:], t: "string"})}, parts[n+1:]...)
		if field == "Host" {
			return m.set([]valueID{m.glue(host...)})
		}
		return m.set([]valueID{m.glue(path...)})
	}
	if field == "Host" {
		return m.set([]valueID{m.glue(parts...)})
	}
	return m.text("")
}

func urlPart(u *url.URL, field string) string {
	switch field {
	case "Scheme":
		return u.Scheme
	case "Host":
		return u.Host
	case "Path":
		return u.Path
	}
	return u.RawQuery
}

// urlLiteral renders a url.URL that was built field by field.
func (m *machine) urlLiteral(inst *instance, v value) setID {
	field := func(name string) setID { return m.bareSet(m.read(v.obj, m.child(v.path, "."+name), inst)) }
	host := field("Host")
	if host == none {
		return m.set([]valueID{m.id(v)})
	}
	parts := []setID{host}
	if scheme := field("Scheme"); scheme != none {
		parts = []setID{scheme, m.text("://"), host}
	}
	if p := field("Path"); p != none {
		parts = append(parts, m.each(p, func(id valueID, v value) setID {
			path := m.set([]valueID{id})
			if first := m.byID[m.parts(id)[0]]; first.kind == kConst && (first.s == "" || first.s[0] == '/') {
				return path
			}
			return m.cross(m.text("/"), path) // as String does behind a host
		}))
	}
	return m.cross(parts...)
}
