package link

import (
	"slices"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A reading that meets more copies than it follows says so, once.
func TestReadingCutIsAGap(t *testing.T) {
	for _, n := range []int{maxPlaces / 2, 2 * maxPlaces} {
		m := newMachine(&program{}, nil, nil, Environment{})
		var list []objID
		for i := range n {
			o := m.object(nil, 0, "list "+itoa(i), func() object {
				return object{kind: oAlloc, typ: "[]string", site: summary.Site{File: "lists.go", Line: i + 1}}
			})
			list = append(list, o)
		}
		for i, o := range list[1:] {
			m.write(list[i], root, m.lone(m.place(kAgg, o, root)))
		}
		for range 2 {
			m.read(list[0], m.child(root, "x"), nil)
		}
		said := slices.ContainsFunc(m.gaps, func(g gapNote) bool {
			return g.site.Line == 1 && strings.Contains(g.text, "a copy of more than 200 others")
		})
		if want := n > maxPlaces; said != want || len(m.gaps) > 1 {
			t.Errorf("%d copies: gaps %v", n, m.gaps)
		}
	}
}
