package link

import (
	"slices"
	"strings"
)

// hole stands for an unknown part of a rendered text.
const hole = "\uFFFC"

// render returns a text for a set: its first constant, with holes for unknown
// parts.
func (m *machine) render(s setID) string {
	texts := m.renderAll(s)
	if len(texts) == 0 {
		return hole
	}
	return texts[0]
}

// renderAll renders every member of a set.
func (m *machine) renderAll(s setID) []string {
	var out []string
	for _, id := range m.sets[s] {
		if t := m.renderOne(id); !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Count(a, hole) - strings.Count(b, hole) })
	return out
}

func (m *machine) renderOne(id valueID) string {
	var b strings.Builder
	for _, p := range m.parts(id) {
		if v := m.byID[p]; v.kind == kConst {
			b.WriteString(v.s)
		} else {
			b.WriteString(hole)
		}
	}
	return b.String()
}

// renderRoutes renders the members of a set as parts of routes: there, a text
// that nothing sets is empty.
func (m *machine) renderRoutes(s setID) []string {
	var out []string
	for _, id := range m.sets[s] {
		for _, t := range m.renderRoute(id) {
			out = appendNew(out, t)
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return strings.Count(a, hole) - strings.Count(b, hole) })
	return out
}

func (m *machine) renderRoute(id valueID) []string {
	out := []string{""}
	for _, p := range m.parts(id) {
		texts := []string{hole}
		switch v := m.byID[m.bare(p)]; v.kind {
		case kConst:
			texts = []string{v.s}
		case kZero:
			texts = []string{""}
			if set := m.read(v.obj, v.path, nil); set != none && !slices.Contains(m.sets[set], p) {
				texts = m.renderAll(set)
			}
		}
		var next []string
		for _, before := range out {
			for _, t := range texts {
				next = append(next, before+t)
			}
		}
		out = next[:min(len(next), 16)]
	}
	return out
}
