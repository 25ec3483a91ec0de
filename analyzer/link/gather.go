package link

import "slices"

// A gather is a union of many sets that is interned once: the unions on the
// way, as many as there are parts, would each be as large.
type gather struct {
	v    *values
	one  setID     // the union so far, while few sets were added
	more []valueID // its members, once there were too many for that
	room int       // how many members there may be before equal ones are dropped
}

// add adds the members of a set.
func (g *gather) add(s setID) {
	switch {
	case s == none || s == g.one && g.more == nil:
	case g.more != nil:
		g.more = append(g.more, g.v.sets[s]...)
		if len(g.more) > g.room {
			slices.Sort(g.more)
			g.more = slices.Compact(g.more)
			g.room = 2*len(g.more) + 64
		}
	case len(g.v.sets[g.one])+len(g.v.sets[s]) <= maxTexts:
		g.one = g.v.join(g.one, s) // short, and most likely met before
	default:
		g.more = append(slices.Clone(g.v.sets[g.one]), g.v.sets[s]...)
		g.room = 2*len(g.more) + 64
	}
}

// addID adds one value.
func (g *gather) addID(id valueID) {
	if g.more != nil {
		g.more = append(g.more, id)
		return
	}
	g.add(g.v.lone(id))
}

// set returns the union.
func (g *gather) set() setID {
	if g.more == nil {
		return g.one
	}
	return g.v.set(g.more)
}
