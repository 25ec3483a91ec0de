package graph

import "slices"

// Changes of a node or link between two systems.
const (
	added   = "added"
	removed = "removed"
	changed = "changed"
)

// union returns the system with what only the old one has beside it.
func union(old, now *System) *System {
	all := *now
	all.Services = slices.Clone(now.Services)
	for _, s := range old.Services {
		if !slices.ContainsFunc(now.Services, func(t *Service) bool { return s.ID == t.ID }) {
			all.Services = append(all.Services, s)
		}
	}
	all.Resources = slices.Clone(now.Resources)
	for _, s := range old.Resources {
		if !slices.ContainsFunc(now.Resources, func(t *Resource) bool { return s.ID == t.ID }) {
			all.Resources = append(all.Resources, s)
		}
	}
	all.Edges = slices.Clone(now.Edges)
	for _, e := range old.Edges {
		if !slices.ContainsFunc(now.Edges, func(f *Edge) bool { return e.ends() == f.ends() }) {
			all.Edges = append(all.Edges, e)
		}
	}
	return &all
}

// markChanges says of each node and link whether the old system, the new one or
// both have it, and whether it looks the same in both.
func (b *viewer) markChanges(old, now *System) {
	before, after := plain(old), plain(now)
	for _, n := range b.view.nodes {
		x, y := before.byID[n.id], after.byID[n.id]
		n.change = change(x != nil, y != nil, func() bool { return slices.Equal(x.lines, y.lines) })
	}
	for _, l := range b.view.links {
		ends := [2]string{l.from, l.to}
		x, y := before.links[ends], after.links[ends]
		l.change = change(x != nil, y != nil, func() bool {
			return slices.Equal(x.kinds, y.kinds) && x.count == y.count && x.sync == y.sync && x.idle == y.idle && x.loop == y.loop
		})
	}
}

func change(before, after bool, same func() bool) string {
	switch {
	case !before:
		return added
	case !after:
		return removed
	case !same():
		return changed
	}
	return ""
}

// plain returns the nodes and links of a system, with nothing marked.
func plain(sys *System) *viewer {
	b := &viewer{sys: sys, view: &view{}, byID: map[string]*node{}, links: map[[2]string]*link{}}
	b.addNodes()
	b.addLinks()
	return b
}

// changeSign tells changes apart without colour.
func changeSign(change string) string {
	switch change {
	case added:
		return "+ "
	case removed:
		return "- "
	case changed:
		return "~ "
	}
	return ""
}

// changeStyle is how a node or link that changed looks; what stays is grey.
func changeStyle(change string) attributes {
	switch change {
	case added:
		return attributes{{"color", "#2e7d32"}, {"fontcolor", "#2e7d32"}, {"penwidth", "2.5"}}
	case removed:
		return attributes{{"color", "#c62828"}, {"fontcolor", "#c62828"}, {"penwidth", "2.5"}}
	case changed:
		return attributes{{"color", "#c9a000"}, {"fontcolor", "#8a6d00"}, {"penwidth", "2.5"}}
	}
	return attributes{{"color", "#b0b0b0"}, {"fontcolor", "#757575"}}
}

// applyChange puts the style and sign of a change over what is drawn otherwise.
func (a *attributes) applyChange(change, style string) {
	for _, kv := range changeStyle(change) {
		a.set(kv[0], kv[1])
	}
	if change == removed {
		a.set("style", style)
	}
}
