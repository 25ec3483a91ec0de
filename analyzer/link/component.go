package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// components returns the parts of library objects at addresses where nothing
// was stored: an embedded client, a service of a client, a function that a
// client offers as a field. Texts are none: nobody knows what they hold.
func (m *machine) components(addr setID, typ string) setID {
	addr = m.partsOf(addr)
	if typ == "string" {
		return m.namedPart(addr)
	}
	if typ == "" || typ == "error" || blank(typ) {
		return none
	}
	return m.each(addr, func(id valueID, v value) setID {
		if v.kind != kAddr || v.path == root || m.objects[v.obj].kind != oLib || m.paths[v.path].comp[0] != '.' {
			return none
		}
		return m.set([]valueID{id})
	})
}

// partsOf replaces the addresses of parts of variables that hold what a library
// returned by value, or a copy of a struct that does, by the addresses of that
// value's parts.
func (m *machine) partsOf(addr setID) setID {
	return m.each(addr, func(id valueID, v value) setID {
		if v.kind != kAddr || m.objects[v.obj].kind == oLib {
			return m.set([]valueID{id})
		}
		return m.partsAt(v.obj, v.path, 0)
	})
}

// maxCopies is how many copies of a struct are followed back to the one in
// which a library's value was stored.
const maxCopies = 8

func (m *machine) partsAt(obj objID, path pathID, depth int) setID {
	out := none
	for p, rest := path, []string(nil); p != root && depth < maxCopies; {
		node := m.paths[p]
		rest = append([]string{node.comp}, rest...)
		p = node.parent
		for _, in := range m.sets[m.cell(obj, p).set] {
			switch w := m.byID[m.bare(in)]; {
			case w.kind == kAddr && m.objects[w.obj].kind == oLib:
				out = m.join(out, m.addr(w.obj, m.below(w.path, rest)))
			case w.kind == kAgg && w.obj != obj:
				out = m.join(out, m.partsAt(w.obj, m.below(w.path, rest), depth+1))
			}
		}
	}
	return out
}

// namedPart returns the names of what a library object was declared as: its
// argument of the field's name, or of a queue or topic for the field Name.
func (m *machine) namedPart(addr setID) setID {
	return m.each(addr, func(_ valueID, v value) setID {
		if v.kind != kAddr || v.path == root || m.objects[v.obj].kind != oLib || m.objects[v.obj].entry == nil || m.objects[v.obj].entry.Role != catalog.QueueOpen {
			return none
		}
		for _, name := range []string{strings.ToLower(m.paths[v.path].comp[1:]), "queue", "topic"} {
			if i, ok := m.objects[v.obj].entry.Arg(name); ok && i >= 0 {
				return m.cell(v.obj, m.child(root, "$"+itoa(i))).set
			}
		}
		return none
	})
}

// ownMethod returns the symbol of the method that a library object has where
// it is known by an interface of the program only; "" if there is none.
func (m *machine) ownMethod(recv setID, sym, name string) string {
	if m.cat.Func(sym) != nil {
		return ""
	}
	for _, id := range m.sets[recv] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || v.path != root || m.objects[v.obj].kind != oLib {
			continue
		}
		if own := "(" + m.objects[v.obj].typ + ")." + name; m.cat.Func(own) != nil {
			return own
		}
	}
	return ""
}

// offered evaluates a call of a function that a library's client offers as a
// field of a named function type: what the request type of that name does.
func (m *machine) offered(c site, fns setID, args []setID) ([]setID, bool) {
	if c.in.Mode != summary.Value || len(c.in.Args) == 0 || fns == none {
		return nil, false
	}
	typ := refType(c.inst.fn, c.in.Args[0])
	if !strings.Contains(typ, ".") || strings.HasPrefix(typ, "func") {
		return nil, false
	}
	row := m.cat.Func("(" + typ + "Request).Do")
	if row == nil {
		return nil, false
	}
	e := m.vendors[typ]
	if e == nil {
		e = &catalog.Entry{Symbol: typ, Kind: row.Kind, Role: row.Role, Op: row.Op, Technology: row.Technology, Sync: row.Sync}
		m.vendors[typ] = e
	}
	return m.library(c, typ, e, fns, args), true
}

// functionVar returns what the catalog says of the package variable of a library
// that a function was read from; nil if it says nothing.
func (m *machine) functionVar(fns setID) *catalog.Entry {
	id, ok := m.single(fns)
	if !ok {
		return nil
	}
	v := m.byID[m.bare(id)]
	if v.kind != kZero || v.path != root || m.objects[v.obj].kind != oGlobal {
		return nil
	}
	return m.cat.Var(m.objects[v.obj].symbol)
}
