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
		return m.one(value{kind: kConst, s: m.transform(op, v.s, rest), t: resultType(c, v.t), in: v.in})
	}))
}

func resultType(c site, otherwise string) string {
	if t := firstOf(c.in.Type); t != "" {
		return t
	}
	return otherwise
}

// variadic returns the arguments of a call with the packed ones taken apart.
func (m *machine) variadic(c site, args []setID) []setID {
	if len(args) == 0 {
		return nil
	}
	last := args[len(args)-1]
	for _, id := range m.sets[last] {
		v := m.byID[id]
		if v.kind == kAddr && (m.objects[v.obj].name == "varargs" || c.in.Spread) {
			return append(append([]setID{}, args[:len(args)-1]...), m.elements(c.inst, last)...)
		}
	}
	if id, ok := m.single(last); ok && m.byID[id].kind == kNil {
		return args[:len(args)-1]
	}
	return args
}

// concat joins texts, other values standing as parts of their own.
func (m *machine) concat(sets []setID) setID {
	for i := range sets {
		sets[i] = m.bareSet(sets[i])
	}
	return m.cross(sets...)
}

// sprintf renders a constant format; every verb becomes its operand.
func (m *machine) sprintf(inst *instance, format setID, operands []setID) setID {
	if len(operands) > 0 && format == operands[0] {
		operands = operands[1:]
	}
	return m.each(m.bareSet(format), func(id valueID, f value) setID {
		if f.kind != kConst {
			return m.set([]valueID{id})
		}
		var parts []setID
		n := 0
		for text := f.s; text != ""; {
			i := strings.IndexByte(text, '%')
			if i < 0 || i+1 >= len(text) {
				parts = append(parts, m.text(text))
				break
			}
			if i > 0 {
				parts = append(parts, m.text(text[:i]))
			}
			text = text[i+1:]
			j := strings.IndexFunc(text, func(r rune) bool { return strings.ContainsRune("vTtbcdoOqxXUeEfFgGsp%w", r) })
			if j < 0 {
				break
			}
			verb := text[j]
			text = text[j+1:]
			if verb == '%' {
				parts = append(parts, m.text("%"))
				continue
			}
			operand := m.unknown("missing operand")
			if n < len(operands) {
				operand = m.bareSet(operands[n])
			}
			n++
			parts = append(parts, operand)
		}
		if len(parts) == 0 {
			return m.text("")
		}
		return m.cross(parts...)
	})
}

func (m *machine) joinList(inst *instance, list, sep setID) setID {
	elems := m.elements(inst, list)
	if len(elems) == 0 {
		return m.bareSet(list)
	}
	var parts []setID
	for n, e := range elems {
		if n > 0 {
			parts = append(parts, m.bareSet(sep))
		}
		parts = append(parts, m.bareSet(e))
	}
	return m.cross(parts...)
}

// joinPath joins path elements with single slashes.
func (m *machine) joinPath(sets []setID) setID {
	var parts []setID
	for i, s := range sets {
		s = m.bareSet(s)
		if i > 0 {
			parts = append(parts, m.text("/"))
			if text, ok := m.constant(s); ok {
				s = m.text(strings.Trim(text, "/"))
			}
		} else if text, ok := m.constant(s); ok && len(sets) > 1 {
			s = m.text(strings.TrimSuffix(text, "/"))
		}
		parts = append(parts, s)
	}
	if len(parts) == 0 {
		return none
	}
	return m.cross(parts...)
}

func (m *machine) appendText(c site, entry *catalog.Entry, op catalog.TextOp, recv setID, args []setID) {
	target := recv
	var added setID
	if op == catalog.Appendf {
		if t := m.argument(c.inst, entry, "target", recv, args); t != none {
			target = t
		}
		added = m.sprintf(c.inst, m.argument(c.inst, entry, "format", recv, args), m.variadic(c, args[min(2, len(args)):]))
	} else if len(args) > 0 {
		added = m.bareSet(args[0])
	}
	for _, id := range m.sets[m.indexAddr(target, "$text")] {
		if v := m.byID[id]; v.kind == kAddr {
			old := m.cell(v.obj, v.path).set
			if old != none && c.inst.passes > 1 {
				continue // a second pass must not write the same text again
			}
			if old != none {
				added = m.cross(old, added)
				m.cell(v.obj, v.path).set = none
			}
			m.write(v.obj, v.path, added)
		}
	}
}

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
		parts = append(parts, p)
	}
	return m.cross(parts...)
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
	case catalog.Replace, catalog.ReplaceAll:
		return strings.ReplaceAll(s, arg(0), arg(1))
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
	}
	return s
}
