package link

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A cellName is what the source calls a piece of memory that lasts.
type cellName struct {
	name string // PKG.var or PKG.Type.field
	kind string // map, slice, field
	site graph.Site
	typ  string // of what is kept there
	fed  bool   // it belongs to a goroutine that a channel feeds, and is called as that
}

// cellAt names the memory at a path of an object that lasts: the package
// variable, or the field of the first declared type on the way to what holds it.
func (mem *memory) cellAt(obj objID, path pathID) (cellName, bool) {
	m := mem.m
	site := graph.Site{}
	kind := ""
	for range 12 {
		o := &m.objects[obj]
		fields, elem := m.fieldsOf(path)
		if elem && kind == "" {
			kind = kindOf("slice", m.fieldType(strings.TrimLeft(o.typ, "*"), fields))
		}
		switch {
		case strings.HasPrefix(o.typ, "map["):
			kind = "map"
		case strings.HasPrefix(o.typ, "[]") && kind == "":
			kind = "slice"
		}
		if o.kind == oAlloc && kind != "" && site.IsZero() && o.site.File != "" && mem.startup[o.inst] {
			site = gsite(o.site)
		}
		if o.kind == oGlobal {
			typ := o.typ
			if len(fields) > 0 {
				typ = m.fieldType(o.typ, fields)
			}
			return cellName{name: strings.Join(append([]string{o.symbol}, fields...), "."), kind: kindOf(kind, typ), site: gsite(o.site), typ: typ}, true
		}
		h, held := mem.holder[obj]
		owner := strings.TrimLeft(o.typ, "*")
		if o.kind == oAlloc && len(fields) > 0 && m.prog.typ(owner) != nil && (!held || mem.firm(obj)) {
			typ := m.fieldType(owner, fields)
			if site.IsZero() {
				site = gsite(o.site)
			}
			return cellName{name: generic(owner) + "." + strings.Join(fields, "."), kind: kindOf(kind, typ), site: site, typ: typ}, true
		}
		if !held {
			if o.kind != oAlloc {
				return cellName{}, false
			}
			if ch, fed := mem.actors[o.inst]; fed {
				if c, ok := mem.cellAt(ch, root); ok { // known by the channel that feeds it
					if kind == "" {
						kind = "field"
					}
					return cellName{name: c.name, kind: kind, site: gsite(m.objects[ch].site), typ: o.typ, fed: true}, true
				}
			}
			name := o.name
			if name == "" {
				name = o.inst.fn.Name
			}
			return cellName{name: o.inst.fn.Pkg + "." + name, kind: kindOf(kind, o.typ), site: gsite(o.site), typ: o.typ}, true
		}
		obj, path = h.obj, h.path
	}
	return cellName{}, false
}

// firm reports whether an object was allocated before requests came, so that
// its fields are memory of their own, and is no element of a collection.
func (mem *memory) firm(obj objID) bool {
	o := &mem.m.objects[obj]
	return mem.startup[o.inst] && len(mem.serving[o.inst]) == 0
}

// fieldsOf returns the fields of a path up to its first index or key, and
// whether there is one.
func (m *machine) fieldsOf(path pathID) (fields []string, elem bool) {
	for _, c := range m.comps(path) {
		switch c[0] {
		case '.':
			fields = append(fields, c[1:])
		case '[', '{':
			return fields, true
		}
	}
	return fields, false
}

// fieldType returns the type of a field of a field of a type.
func (m *machine) fieldType(typ string, fields []string) string {
	for _, f := range fields {
		field, ok := m.prog.field(typ, f)
		if !ok {
			return ""
		}
		typ = field.Type
	}
	return typ
}

func kindOf(kind, typ string) string {
	switch {
	case strings.HasPrefix(typ, "map["), strings.TrimLeft(typ, "*") == "sync.Map":
		return "map"
	case kind != "":
		return kind
	case strings.HasPrefix(typ, "[]"):
		return "slice"
	}
	return "field"
}

// generic drops the type arguments of a type's name.
func generic(typ string) string {
	if i := strings.IndexByte(typ, '['); i > 0 {
		return typ[:i]
	}
	return typ
}
