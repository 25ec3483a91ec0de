package link

import (
	"strconv"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

func (m *machine) isConst(s setID) bool {
	_, ok := m.constant(s)
	return ok
}

func (m *machine) boolean(b bool) setID {
	return m.one(value{kind: kConst, s: strconv.FormatBool(b), t: "bool"})
}

// binary evaluates an operator: concatenation, and comparisons of constants,
// which decide what is reachable. Sums of numbers are not kept, since
// counters would grow for ever.
func (m *machine) binary(op string, x, y setID, typ string) setID {
	if op == "+" && typ != "" && !blank(typ) {
		return m.slashed(m.bareSet(x), m.bareSet(y))
	}
	if op == "==" {
		x, y = m.spoken(x), m.spoken(y)
		m.compare(x, y)
	}
	a, okA := m.single(x)
	b, okB := m.single(y)
	if okA && okB {
		va, vb := m.byID[a], m.byID[b]
		switch op {
		case "==", "!=":
			if op == "==" && (m.given(va) || m.given(vb)) {
				break
			}
			if eq, known := m.equal(va, vb); known {
				return m.boolean(eq == (op == "=="))
			}
		case "*", "/", "<", ">", "<=", ">=":
			if va.kind == kConst && vb.kind == kConst {
				if out, ok := m.arithmetic(op, va, vb, typ); ok {
					return out
				}
			}
		}
	}
	if okA && (op == "*" || op == "/") && m.byID[a].kind != kUnknown && okB && m.byID[b].kind != kUnknown {
		return m.set([]valueID{m.glue(a, m.id(value{kind: kConst, s: op, t: "op"}), b)})
	}
	return m.unknown(typ)
}

// single returns the only value of a set, without its type tag.
func (m *machine) single(s setID) (valueID, bool) {
	if len(m.sets[s]) != 1 {
		return 0, false
	}
	return m.bare(m.sets[s][0]), true
}

func (m *machine) equal(a, b value) (eq, known bool) {
	switch {
	case a.kind == kConst && b.kind == kConst:
		return a.s == b.s, true
	case a.kind == kNil && b.kind == kNil:
		return true, true
	case a.kind == kNil && (b.kind == kFunc || m.fresh(b)), b.kind == kNil && (a.kind == kFunc || m.fresh(a)):
		return false, true
	}
	return false, false
}

// fresh reports whether a value is an address that cannot be nil: of what the
// program made, or of a transaction that a library hands to the function that
// it runs in it.
func (m *machine) fresh(v value) bool {
	if v.kind != kAddr {
		return false
	}
	o := &m.objects[v.obj]
	switch o.kind {
	case oAlloc, oGlobal, oClosure, oBound:
		return true
	case oLib:
		return o.entry != nil && o.entry.Role == catalog.TxBegin && v.path == m.child(root, "$tx")
	}
	return false
}

func (m *machine) arithmetic(op string, a, b value, typ string) (setID, bool) {
	x, errX := strconv.ParseFloat(a.s, 64)
	y, errY := strconv.ParseFloat(b.s, 64)
	if errX != nil || errY != nil {
		return none, false
	}
	number := func(v float64) (setID, bool) {
		return m.one(value{kind: kConst, s: strconv.FormatFloat(v, 'f', -1, 64), t: basic(typ)}), true
	}
	switch op {
	case "*":
		return number(x * y)
	case "/":
		if y == 0 {
			return none, false
		}
		return number(x / y)
	case "<":
		return m.boolean(x < y), true
	case ">":
		return m.boolean(x > y), true
	case "<=":
		return m.boolean(x <= y), true
	case ">=":
		return m.boolean(x >= y), true
	}
	return none, false
}
