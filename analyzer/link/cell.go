package link

import "slices"

// A cell holds what may be stored at a path of an object.
type cell struct {
	set     setID
	deps    []*instance
	version int // how often set or initial changed

	// initial is what the function that makes the object stores itself. Texts
	// of it are defaults where something else, an option or a setter, stores
	// other texts: see overridden.
	initial setID
}

// object returns the object that instruction instr of inst makes, named what
// where it makes several.
func (m *machine) object(inst *instance, instr int, what string, make func() object) objID {
	return m.objectIn(inst, instr, what+inst.turnName(), make)
}

// objectIn is object for all turns of a loop.
func (m *machine) objectIn(inst *instance, instr int, what string, make func() object) objID {
	key := objKey{-1, instr, what}
	if inst != nil {
		key.inst = inst.id
	}
	if id, ok := m.objOf[key]; ok {
		return id
	}
	o := make()
	o.inst, o.instr, o.length = inst, instr, -1
	o.kids = map[pathID][]pathID{}
	id := objID(len(m.objects))
	m.objects = append(m.objects, o)
	m.objOf[key] = id
	return id
}

// global returns the object of a package variable.
func (m *machine) global(name string) objID {
	return m.object(nil, 0, name, func() object {
		o := object{kind: oGlobal, symbol: name, name: name}
		if g := m.prog.globals[name]; g != nil {
			o.typ, o.site = g.Type, g.Site
		}
		return o
	})
}

func (m *machine) addr(obj objID, path pathID) setID {
	return m.one(value{kind: kAddr, obj: obj, path: path})
}

// cell returns the cell at a path, making it and its place in the tree.
func (m *machine) cell(obj objID, path pathID) *cell {
	key := cellKey{obj, path}
	if c := m.cells[key]; c != nil {
		return c
	}
	c := &cell{}
	m.cells[key] = c
	for p := path; p != root; {
		parent := m.paths[p].parent
		if slices.Contains(m.objects[obj].kids[parent], p) {
			break
		}
		m.objects[obj].kids[parent] = append(m.objects[obj].kids[parent], p)
		p = parent
	}
	return c
}

// write adds set to the cell at path, and to its image with all known indices
// blurred, which is what a read with an unknown index sees.
func (m *machine) write(obj objID, path pathID, set setID) {
	if set == none {
		return
	}
	m.grow(m.cell(obj, path), set)
	if all := m.blur(path, "all"); all != path {
		m.grow(m.cell(obj, all), set)
	}
}

func (m *machine) grow(c *cell, set setID) {
	joined := m.join(c.set, set)
	if joined == c.set {
		return
	}
	c.set = joined
	c.version++
	for _, d := range c.deps {
		m.mark(d)
	}
}

// blur replaces the indices and keys of a path: by the component that stands
// for any of them ("all"), or for an unknown one ("unknown").
func (m *machine) blur(path pathID, to string) pathID {
	if path == root {
		return root
	}
	node := m.paths[path]
	parent := m.blur(node.parent, to)
	comp := node.comp
	if comp[0] == '[' || comp[0] == '{' {
		comp = "[" + to + "]"
	}
	if parent == node.parent && comp == node.comp {
		return path
	}
	return m.child(parent, comp)
}

// blurred reports whether a path goes through an element of unknown index.
func (m *machine) blurred(path pathID) bool {
	for ; path != root; path = m.paths[path].parent {
		if c := m.paths[path].comp; c == "[unknown]" || c == "[all]" {
			return true
		}
	}
	return false
}

// overridden returns what a cell holds, without the texts that its object was
// made with where others were stored later: defaults before options.
func (m *machine) overridden(c *cell) setID {
	if c.initial == none || c.initial == c.set {
		return c.set
	}
	later := false
	kept := make([]valueID, 0, len(m.sets[c.set]))
	for _, id := range m.sets[c.set] {
		if !m.isText(id) {
			kept = append(kept, id)
		} else if !slices.Contains(m.sets[c.initial], id) {
			kept = append(kept, id)
			later = true
		}
	}
	if !later {
		return c.set
	}
	return m.set(kept)
}

func (m *machine) depend(c *cell, reader *instance) {
	if reader == nil || slices.Contains(c.deps, reader) {
		return
	}
	c.deps = append(c.deps, reader)
}

func (m *machine) mark(inst *instance) {
	if inst == nil || inst.dirty {
		return
	}
	inst.dirty = true
	m.dirty = append(m.dirty, inst)
}
