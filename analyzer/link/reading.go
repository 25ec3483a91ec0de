package link

import "slices"

// maxPlaces is how many places one read follows: aggregates that are copied
// to and fro refer to each other.
const maxPlaces = 200

// A reading is one look at what is at a place: there, and where the aggregates
// that it is part of were copied from.
type reading struct {
	m       *machine
	reader  *instance
	out     gather
	seen    []cellKey // places that were looked at
	cells   []*cell   // and their cells
	setting bool      // it met a setting, whose meaning may change later
	cut     bool      // it met more than maxPlaces
}

// A readMemo is what an earlier reading found. It holds as long as no cell
// changed that it looked at.
type readMemo struct {
	cells    []*cell
	versions int // of all cells
	set      setID
	readers  map[*instance]bool
}

// memoCells is how many cells a reading has looked at that is worth
// remembering. Lists that grow by copies of themselves have hundreds.
const memoCells = 16

// read returns what may be at path of obj, for reader, which is evaluated
// again when that grows.
func (m *machine) read(obj objID, path pathID, reader *instance) setID {
	key := cellKey{obj, path}
	if memo := m.memos[key]; memo != nil && memo.versions == versions(memo.cells) {
		if reader != nil && !memo.readers[reader] {
			memo.readers[reader] = true
			for _, c := range memo.cells {
				m.depend(c, reader)
			}
		}
		return memo.set
	}
	r := m.reading // its buffers
	m.reading = reading{}
	r = reading{m: m, reader: reader, out: gather{v: m.values}, seen: r.seen[:0], cells: r.cells[:0]}
	r.at(obj, path)
	m.work += len(r.cells)
	if r.cut {
		m.cutReading(obj)
	}
	set := r.out.set()
	if len(r.cells) >= memoCells && !r.setting {
		m.memos[key] = &readMemo{slices.Clone(r.cells), versions(r.cells), set, map[*instance]bool{reader: true}}
	}
	m.reading = r
	return set
}

// cutReading notes that not all of what may be in an object was read.
func (m *machine) cutReading(obj objID) {
	if m.cutOf == nil {
		m.cutOf = map[objID]bool{}
	}
	if m.cutOf[obj] {
		return
	}
	m.cutOf[obj] = true
	at := m.objects[obj].site
	if at.File == "" && len(m.stack) > 0 {
		at = m.stack[len(m.stack)-1].fn.Site
	}
	m.gap("bound", at, "what is made here is a copy of more than "+itoa(maxPlaces)+" others: what the rest of them hold is left out")
}

func versions(cells []*cell) int {
	n := 0
	for _, c := range cells {
		n += c.version
	}
	return n
}

// at adds what is at a place, unless it was looked at already.
func (r *reading) at(obj objID, path pathID) {
	key := cellKey{obj, path}
	if slices.Contains(r.seen, key) {
		return
	}
	if len(r.seen) > maxPlaces {
		r.cut = true
		return
	}
	r.seen = append(r.seen, key)
	m := r.m
	switch b := m.blur(path, "unknown"); {
	case m.blurred(path):
		r.view(obj, m.blur(path, "all")) // some element: what any of them holds
	case b != path:
		r.view(obj, path)
		r.view(obj, b) // this element, or one whose index is not known
	default:
		r.view(obj, path)
	}
}

// view adds what was stored at a path, and what the aggregates around it hold
// there.
func (r *reading) view(obj objID, view pathID) {
	m := r.m
	for p := view; ; p = m.paths[p].parent {
		c := m.cell(obj, p)
		m.depend(c, r.reader)
		r.cells = append(r.cells, c)
		for _, id := range m.sets[m.overridden(c)] {
			v := m.byID[m.bare(id)]
			if p == view && v.kind != kSetting {
				r.out.addID(id)
				continue
			}
			switch v.kind {
			case kAgg:
				r.at(v.obj, m.rebase(view, p, v.path))
			case kRequest, kUnknown:
				r.out.addID(id)
			case kSetting:
				r.setting = true
				r.out.add(m.setting(v, m.comps(view)[m.paths[p].depth:]))
			}
		}
		if p == root {
			return
		}
	}
}
