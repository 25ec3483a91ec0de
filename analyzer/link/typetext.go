package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// tag gives values the dynamic type typ.
func (m *machine) tag(s setID, typ string) setID {
	return m.each(s, func(id valueID, v value) setID {
		switch v.kind {
		case kIface, kNil, kRequest, kUnknown, kCtx:
			return m.set([]valueID{id})
		}
		return m.one(value{kind: kIface, in: id, t: typ})
	})
}

// assert filters values by their dynamic types.
func (m *machine) assert(inst *instance, i int, in *summary.Instr, s setID) setID {
	typ := in.Type
	if in.CommaOk {
		typ = firstOf(typ)
	}
	iface := m.interfaceMethods(typ)
	passed, failed := 0, 0
	out := m.each(s, func(id valueID, v value) setID {
		if v.kind != kIface {
			passed, failed = passed+1, failed+1
			return m.set([]valueID{id})
		}
		switch {
		case v.t == typ:
			passed++
			return m.set([]valueID{v.in})
		case iface != nil && m.implements(v.t, iface), typ == "any" || typ == "interface{}":
			passed++
			return m.set([]valueID{id})
		case iface == nil && m.prog.typ(typ) == nil && !strings.HasPrefix(typ, "*") && strings.Contains(typ, "."):
			passed, failed = passed+1, failed+1 // an interface of a library, perhaps
			return m.set([]valueID{id})
		}
		failed++
		return none
	})
	if !in.CommaOk {
		return out
	}
	ok := m.unknown("bool")
	switch {
	case failed == 0 && passed > 0:
		ok = m.boolean(true)
	case passed == 0 && failed > 0:
		ok = m.boolean(false)
	}
	return m.tuple(inst, i, out, ok)
}

func (m *machine) interfaceMethods(typ string) []summary.Method {
	t := m.prog.typ(typ)
	if t == nil || strings.HasPrefix(typ, "*") || !strings.HasPrefix(t.Underlying, "interface") {
		return nil
	}
	return t.Methods
}

func (m *machine) implements(typ string, methods []summary.Method) bool {
	if len(methods) == 0 || m.prog.typ(typ) == nil {
		return true
	}
	for _, want := range methods {
		got, ok := m.prog.method(typ, want.Name)
		if !ok || (got.Ptr && !strings.HasPrefix(typ, "*")) {
			return false
		}
	}
	return true
}

// tupleTypes splits the type string of a tuple.
func tupleTypes(typ string) []string {
	if typ == "" || typ == "()" {
		return nil
	}
	if !strings.HasPrefix(typ, "(") || !strings.HasSuffix(typ, ")") {
		return []string{typ}
	}
	var out []string
	depth, start := 0, 1
	for i := 1; i < len(typ)-1; i++ {
		switch typ[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, elementType(typ[start:i]))
				start = i + 1
			}
		}
	}
	return append(out, elementType(typ[start:len(typ)-1]))
}

// elementType drops the name of a tuple's element, if it has one.
func elementType(s string) string {
	s = strings.TrimSpace(s)
	if name, rest, ok := strings.Cut(s, " "); ok && !strings.ContainsAny(name, ".*[](){}/") && name != "func" && name != "chan" && name != "struct" && name != "interface" && name != "map" {
		return rest
	}
	return s
}

func firstOf(tuple string) string {
	if t := tupleTypes(tuple); len(t) > 0 {
		return t[0]
	}
	return tuple
}
