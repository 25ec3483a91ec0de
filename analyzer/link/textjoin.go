package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

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

// slashed joins two texts. A slash is put behind or before those alone that
// have none there: that is what it is for, and a text that a program gives a
// slash where it lacks one would else grow for ever.
func (m *machine) slashed(x, y setID) setID {
	lacks := func(s setID, has func(parts []valueID) bool) (with, without []valueID) {
		for _, id := range m.sets[s] {
			if has(m.parts(id)) {
				with = append(with, id)
			} else {
				without = append(without, id)
			}
		}
		return with, without
	}
	if c, ok := m.constant(y); ok && c == "/" {
		with, without := lacks(x, func(p []valueID) bool {
			return strings.HasSuffix(m.byID[p[len(p)-1]].s, "/") && m.byID[p[len(p)-1]].kind == kConst
		})
		if len(with) > 0 && len(without) > 0 {
			return m.join(m.set(with), m.cross(m.set(without), y))
		}
	}
	if c, ok := m.constant(x); ok && c == "/" {
		with, without := lacks(y, func(p []valueID) bool { return strings.HasPrefix(m.byID[p[0]].s, "/") && m.byID[p[0]].kind == kConst })
		if len(with) > 0 && len(without) > 0 {
			return m.join(m.set(with), m.cross(x, m.set(without)))
		}
	}
	return m.cross(x, y)
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
				if verb == 'T' {
					operand = m.typeNames(operands[n])
				}
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
			at := m.cell(v.obj, v.path)
			old := at.set
			if old != none && c.inst.passes > 1 {
				continue // a second pass must not write the same text again
			}
			if old != none {
				added = m.cross(old, added)
				at.set = none
				at.version++
			}
			m.write(v.obj, v.path, added)
		}
	}
}
