package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/report"
)

// alike returns the names of up to three endpoints that are most like a text,
// the likest first: those that share most of their pairs of letters with it
// (Dice, Measures of the Amount of Ecologic Association Between Species, Ecology
// 26(3), 1945). What shares less than half of them is not like it.
func alike(r *report.Report, text string) []string {
	type near struct {
		name  string
		share float64
	}
	var list []near
	for _, e := range r.Endpoints {
		if share := dice(text, e.Name); share >= 0.5 {
			list = append(list, near{e.Name, share})
		}
	}
	slices.SortFunc(list, func(x, y near) int {
		return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.name, y.name))
	})
	list = slices.Compact(list)
	const most = 3
	var names []string
	for _, n := range list[:min(most, len(list))] {
		names = append(names, n.name)
	}
	return names
}

// dice is twice the pairs of letters that two texts have in common over all
// that they have.
func dice(a, b string) float64 {
	x, y := pairs(a), pairs(b)
	common := 0
	for pair, n := range x {
		common += min(n, y[pair])
	}
	if all := max(0, len(a)-1) + max(0, len(b)-1); all > 0 {
		return 2 * float64(common) / float64(all)
	}
	return 0
}

func pairs(text string) map[string]int {
	text = strings.ToLower(text)
	out := map[string]int{}
	for i := range max(0, len(text)-1) {
		out[text[i:i+2]]++
	}
	return out
}
