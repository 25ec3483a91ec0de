package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// mediator evaluates a call of a mediator: a library that keeps handlers by
// the types of what they handle. A registration notes its handlers, a request
// calls those that were registered with the same first type argument.
func (m *machine) mediator(c site, ev *event) []setID {
	rets := m.plainResults(c)
	if len(c.in.TypeArgs) == 0 && ev.entry.Op != "behavior" {
		return rets
	}
	table := m.object(m.top, 0, "mediator", func() object {
		return object{kind: oAlloc, typ: "mediator", site: c.in.Site}
	})
	key := "$behavior"
	if ev.entry.Op != "behavior" {
		key = "$on:" + ev.entry.Method + ":" + c.in.TypeArgs[0]
	}
	cell := m.child(root, key)
	if ev.entry.Op != "mediate" {
		for _, a := range ev.args {
			m.write(table, cell, a)
			for _, e := range m.elements(c.inst, a) { // of a variadic call
				m.write(table, cell, e)
			}
		}
		return rets
	}
	ctx, request := ev.args[0], ev.args[1]
	for _, id := range m.sets[m.read(table, m.child(root, "$behavior"), c.inst)] {
		if m.byID[id].kind == kIface {
			m.invoke(c, ev.sym, "Handle", []setID{m.set([]valueID{id}), ctx, request, m.unknown("next")})
		}
	}
	for _, id := range m.sets[m.read(table, cell, c.inst)] {
		one := m.set([]valueID{id})
		if m.callable(id) { // a factory
			one = rets0(m.callValue(c, one, nil))
		}
		for _, h := range m.sets[one] {
			if m.byID[h].kind == kIface {
				rets = m.joinAll(rets, m.invoke(c, ev.sym, "Handle", []setID{m.set([]valueID{h}), ctx, request}))
			}
		}
	}
	return rets
}

// typeOf returns the names of the dynamic types of a value: that which the
// code converts to an interface where it calls, or what the value was before.
func (m *machine) typeOf(c site, of setID) setID {
	if len(c.in.Args) > 0 {
		if t := m.converted(c.inst, c.in.Args[len(c.in.Args)-1]); t != "" {
			return m.text(t)
		}
	}
	return m.dynamicTypes(of, func(t string) string { return t })
}

// typeNames returns the dynamic types of a value as %T prints them.
func (m *machine) typeNames(of setID) setID {
	return m.dynamicTypes(of, func(t string) string { return typeText(catalog.TypeText, t) })
}

func (m *machine) dynamicTypes(of setID, text func(string) string) setID {
	out := none
	for _, id := range m.sets[of] {
		if v := m.byID[id]; v.kind == kIface {
			out = m.join(out, m.text(text(v.t)))
		}
	}
	if out == none {
		return m.unknown("type")
	}
	return out
}

// converted returns the type that is converted to an interface to be the
// operand of an instruction; "" if it was one before.
func (m *machine) converted(inst *instance, ref summary.Ref) string {
	i := int(ref) - inst.fn.Values()
	if i < 0 || i >= len(inst.fn.Instrs) || inst.fn.Instrs[i].Op != summary.OpMakeInterface {
		return ""
	}
	return inst.fn.Instrs[i].Elem
}

// typeText computes with the name of a type as package reflect does: Elem,
// Name and String of a reflect.Type. It returns "" where reflect has none.
func typeText(op catalog.TextOp, typ string) string {
	typ, _, _ = strings.Cut(typ, "@") // of a type that a function declares
	stars := typ[:len(typ)-len(strings.TrimLeft(typ, "*[]"))]
	name := typ[len(stars):]
	args := ""
	if i := strings.IndexByte(name, '['); i >= 0 {
		name, args = name[:i], name[i:]
	}
	switch op {
	case catalog.TypeElem:
		if rest, ok := strings.CutPrefix(typ, "*"); ok {
			return rest
		}
		return strings.TrimPrefix(typ, "[]")
	case catalog.TypeName:
		if stars != "" {
			return ""
		}
		return name[strings.LastIndexByte(name, '.')+1:] + args
	}
	return stars + name[strings.LastIndexByte(name, '/')+1:] + args
}

// words splits a name where it changes from lower to upper case, and at what
// is neither a letter nor a digit, as the libraries for such names do.
func words(s string) []string {
	var out []string
	start := 0
	flush := func(end int) {
		if end > start {
			out = append(out, s[start:end])
		}
		start = end
	}
	upper := func(i int) bool { return i < len(s) && s[i] >= 'A' && s[i] <= 'Z' }
	lower := func(i int) bool { return i < len(s) && s[i] >= 'a' && s[i] <= 'z' }
	for i := range len(s) {
		switch c := s[i]; {
		case c == '_' || c == '-' || c == ' ' || c == '.':
			flush(i)
			start = i + 1
		case i > start && upper(i) && (!upper(i-1) || lower(i+1)):
			flush(i)
		}
	}
	flush(len(s))
	return out
}

// cased writes the words of a name in one of the usual ways.
func cased(op catalog.TextOp, s string) string {
	parts := words(s)
	sep := ""
	switch op {
	case catalog.Snake:
		sep = "_"
	case catalog.Kebab:
		sep = "-"
	}
	for i, w := range parts {
		w = strings.ToLower(w)
		if op == catalog.Camel || op == catalog.LowerCamel && i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		parts[i] = w
	}
	return strings.Join(parts, sep)
}
