package link

import "slices"

// An elementList collects the elements of a container, as far as each stands
// under an index or key that is known.
type elementList struct {
	m     *machine
	inst  *instance // evaluated again when the container grows
	seen  []cellKey
	found []element
}

// add adds the elements of what stands at a path of an object. It reports
// false if there may be others.
func (l *elementList) add(obj objID, path pathID, depth int) bool {
	m, key := l.m, cellKey{obj, path}
	if slices.Contains(l.seen, key) {
		return true
	}
	l.seen = append(l.seen, key)
	if k := m.objects[obj].kind; k != oAlloc && k != oGlobal || depth > 8 || m.blurred(path) || len(l.seen) > maxTurns {
		return false
	}
	for p := path; ; p = m.paths[p].parent {
		c := m.cell(obj, p)
		m.depend(c, l.inst)
		for _, id := range m.sets[c.set] {
			switch v := m.byID[m.bare(id)]; v.kind {
			case kAgg: // a copy, or what an element was appended to
				if !l.add(v.obj, m.rebase(path, p, v.path), depth+1) {
					return false
				}
			case kNil, kZero:
			default:
				return false
			}
		}
		if p == root {
			break
		}
	}
	m.depend(m.cell(obj, m.child(path, "[all]")), l.inst)
	for _, kid := range slices.Clone(m.objects[obj].kids[path]) {
		comp := m.paths[kid].comp
		if comp == "[all]" || !l.filled(obj, kid) {
			continue
		}
		_, index := indexOf(comp)
		key := m.text(comp[1 : len(comp)-1])
		switch {
		case index && depth == 0:
			key = m.one(value{kind: kConst, s: comp[1 : len(comp)-1], t: "int"})
		case index: // in the list that it was appended to it has another
			key = m.unknown("int")
		case comp[0] != '{':
			return false
		}
		l.found = append(l.found, element{key: key, at: m.addr(obj, kid)})
	}
	return true
}

// filled reports whether anything was stored at or below a path.
func (l *elementList) filled(obj objID, path pathID) bool {
	if l.m.cell(obj, path).set != none {
		return true
	}
	return slices.ContainsFunc(l.m.objects[obj].kids[path], func(kid pathID) bool { return l.filled(obj, kid) })
}
