package link

import (
	"net"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// textCall computes a text from the arguments of a library call. Constants are
// computed as the library would; symbols stay as parts.
func (m *machine) textCall(c site, entry *catalog.Entry, recv setID, args []setID) []setID {
	op := catalog.TextOp(entry.Op)
	operands := args
	if recv != none {
		operands = prepend(recv, args)
	}
	at := func(n int) setID {
		if n < len(operands) {
			return operands[n]
		}
		return none
	}
	switch op {
	case catalog.Sprintf:
		format := m.argument(c.inst, entry, "format", recv, args)
		if format == none {
			format = at(0)
		}
		return m.first(c, m.sprintf(c.inst, format, m.variadic(c, args)))
	case catalog.Sprint, catalog.Concat:
		return m.first(c, m.concat(m.variadic(c, operands)))
	case catalog.Sprintln:
		return m.first(c, m.concat(m.variadic(c, operands)))
	case catalog.JoinText:
		return m.first(c, m.joinList(c.inst, at(0), at(1)))
	case catalog.JoinHost:
		return m.first(c, m.cross(m.bareSet(at(0)), m.text(":"), m.bareSet(at(1))))
	case catalog.JoinPath, catalog.JoinURL:
		return m.first(c, m.joinPath(m.variadic(c, operands)))
	case catalog.Append, catalog.Appendf:
		m.appendText(c, entry, op, recv, args)
		return m.plainResults(c)
	case catalog.Built:
		return m.first(c, m.each(m.indexAddr(recv, "$text"), func(_ valueID, v value) setID {
			if v.kind != kAddr {
				return m.unknown("text")
			}
			return m.read(v.obj, v.path, c.inst)
		}))
	case catalog.TypeOf:
		return m.first(c, m.typeOf(c, at(0)))
	case catalog.Buffered:
		obj := m.libObject(c, c.in.Sym, entry, recv, args)
		m.write(obj, m.child(root, "$text"), m.bareSet(at(0)))
		return m.first(c, m.addr(obj, root))
	case catalog.ErrorText, catalog.Template, catalog.Index, catalog.Repeat:
		return m.plainResults(c)
	case catalog.URLResolve:
		return m.resolveURL(c, recv, args)
	case catalog.ParseURL, catalog.URLString, catalog.Encode:
		return m.parseURL(c, op, at(0))
	case catalog.HasPrefix, catalog.HasSuffix, catalog.Contains, catalog.EqualFold:
		return m.first(c, m.predicate(op, at(0), at(1)))
	case catalog.SplitText, catalog.SplitN, catalog.Fields:
		return m.first(c, m.split(c, op, at(0), at(1)))
	case catalog.SplitHost, catalog.Cut, catalog.CutPrefix, catalog.CutSuffix:
		return m.cut(c, op, at(0), at(1))
	case catalog.ExpandEnv:
		return m.first(c, m.bareSet(at(0)))
	}
	of := m.argument(c.inst, entry, "of", recv, args)
	if of == none {
		of = at(0)
	}
	if op == catalog.CleanPath && len(operands) == 0 {
		return m.first(c, m.text(".")) // of the process itself: files are looked for below its directory
	}
	rest := operands[min(1, len(operands)):]
	return m.first(c, m.each(m.bareSet(of), func(id valueID, v value) setID {
		if v.kind != kConst {
			return m.set([]valueID{id}) // the same meaning, as far as addresses go
		}
		if op == catalog.Replace || op == catalog.ReplaceAll {
			return m.replace(id, rest)
		}
		return m.one(value{kind: kConst, s: m.transform(op, v.s, rest), t: resultType(c, v.t), in: v.in})
	}))
}

func resultType(c site, otherwise string) string {
	if t := firstOf(c.in.Type); t != "" {
		return t
	}
	return otherwise
}

func (m *machine) predicate(op catalog.TextOp, x, y setID) setID {
	a, okA := m.constant(x)
	b, okB := m.constant(y)
	if !okA || !okB {
		return m.unknown("bool")
	}
	switch op {
	case catalog.HasPrefix:
		return m.boolean(strings.HasPrefix(a, b))
	case catalog.HasSuffix:
		return m.boolean(strings.HasSuffix(a, b))
	case catalog.EqualFold:
		return m.boolean(strings.EqualFold(a, b))
	}
	return m.boolean(strings.Contains(a, b))
}

// split makes a list of the parts of a text.
func (m *machine) split(c site, op catalog.TextOp, of, sep setID) setID {
	obj := m.object(c.inst, c.i, "split", func() object {
		return object{kind: oAlloc, typ: "[]string", site: c.in.Site}
	})
	by, known := m.constant(sep)
	for _, id := range m.sets[m.bareSet(of)] {
		v := m.byID[id]
		if v.kind != kConst || (!known && op != catalog.Fields) {
			m.write(obj, m.child(root, "[unknown]"), m.set([]valueID{id}))
			continue
		}
		parts := strings.Fields(v.s)
		if op != catalog.Fields {
			parts = strings.Split(v.s, by)
		}
		for n, p := range parts {
			m.write(obj, m.child(root, "["+itoa(n)+"]"), m.one(value{kind: kConst, s: p, t: "string", in: v.in}))
		}
	}
	return m.addr(obj, root)
}

// cut splits a text in two.
func (m *machine) cut(c site, op catalog.TextOp, of, sep setID) []setID {
	rets := m.plainResults(c)
	by, known := m.constant(sep)
	before, after := none, none
	for _, id := range m.sets[m.bareSet(of)] {
		v := m.byID[id]
		a, b := m.set([]valueID{id}), m.set([]valueID{id})
		if v.kind == kConst {
			switch op {
			case catalog.SplitHost:
				if host, port, err := net.SplitHostPort(v.s); err == nil {
					a, b = m.text(host), m.text(port)
				}
			case catalog.Cut:
				if x, y, ok := strings.Cut(v.s, by); known && ok {
					a, b = m.text(x), m.text(y)
				}
			case catalog.CutPrefix:
				a = m.text(strings.TrimPrefix(v.s, by))
			case catalog.CutSuffix:
				a = m.text(strings.TrimSuffix(v.s, by))
			}
		}
		before, after = m.join(before, a), m.join(after, b)
	}
	rets[0] = before
	if (op == catalog.Cut || op == catalog.SplitHost) && len(rets) > 1 {
		rets[1] = after
	}
	return rets
}

// replace puts another text in the place of every occurrence of a known one. An
// unknown or empty one leaves the text as it is.
func (m *machine) replace(of valueID, rest []setID) setID {
	same := m.set([]valueID{of})
	if len(rest) < 2 {
		return same
	}
	old, known := m.constant(rest[0])
	if !known || old == "" {
		return same
	}
	var parts []setID
	for i, part := range strings.Split(m.byID[of].s, old) {
		if i > 0 {
			parts = append(parts, m.bareSet(rest[1]))
		}
		parts = append(parts, m.text(part))
	}
	return m.cross(parts...)
}

// transform applies an operation to one constant.
func (m *machine) transform(op catalog.TextOp, s string, rest []setID) string {
	arg := func(n int) string {
		if n < len(rest) {
			t, _ := m.constant(rest[n])
			return t
		}
		return ""
	}
	switch op {
	case catalog.Trim:
		return strings.Trim(s, arg(0))
	case catalog.TrimLeft:
		return strings.TrimLeft(s, arg(0))
	case catalog.TrimRight:
		return strings.TrimRight(s, arg(0))
	case catalog.TrimSpace:
		return strings.TrimSpace(s)
	case catalog.TrimPrefix:
		return strings.TrimPrefix(s, arg(0))
	case catalog.TrimSuffix:
		return strings.TrimSuffix(s, arg(0))
	case catalog.Lower:
		return strings.ToLower(s)
	case catalog.Upper:
		return strings.ToUpper(s)
	case catalog.URLHost:
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			return u.Hostname()
		}
	case catalog.URLPort:
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			return u.Port()
		}
	case catalog.BasePath:
		return path.Base(s)
	case catalog.DirPath:
		return path.Dir(s)
	case catalog.ExtPath:
		return path.Ext(s)
	case catalog.CleanPath:
		return path.Clean(s)
	case catalog.Quote:
		return strconv.Quote(s)
	case catalog.TypeElem, catalog.TypeName, catalog.TypeText:
		return typeText(op, s)
	case catalog.Snake, catalog.Kebab, catalog.Camel, catalog.LowerCamel:
		return cased(op, s)
	}
	return s
}
