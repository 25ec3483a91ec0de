package manifest

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// align maps lines of a rendered text to lines of its template. Lines that
// are equal, or equal up to the template's first action, are aligned in
// order (longest common subsequence); a line that is not aligned has the
// place of the nearest one before it. Columns are lost.
func align(file, template, rendered string) func(line int) graph.Site {
	from := strings.Split(template, "\n")
	to := strings.Split(rendered, "\n")
	if template == "" || len(from)*len(to) > 4_000_000 {
		return func(int) graph.Site { return graph.Site{File: file} }
	}
	// best[i][j] is the greatest weight of an alignment of from[i:] and to[j:].
	best := make([][]int32, len(from)+1)
	for i := range best {
		best[i] = make([]int32, len(to)+1)
	}
	for i := len(from) - 1; i >= 0; i-- {
		for j := len(to) - 1; j >= 0; j-- {
			w := max(best[i+1][j], best[i][j+1])
			if s := likeness(from[i], to[j]); s > 0 {
				w = max(w, s+best[i+1][j+1])
			}
			best[i][j] = w
		}
	}
	lines := make([]int, len(to)+1)
	last := 1
	for i, j := 0, 0; j < len(to); {
		s := int32(0)
		if i < len(from) {
			s = likeness(from[i], to[j])
		}
		switch {
		case i == len(from):
			lines[j] = last
			j++
		case s > 0 && best[i][j] == s+best[i+1][j+1]:
			last = i + 1
			lines[j] = last
			i++
			j++
		case best[i][j] == best[i][j+1]:
			lines[j] = last
			j++
		default:
			i++
		}
	}
	return func(line int) graph.Site {
		if line < 1 || line > len(to) {
			return graph.Site{File: file}
		}
		return graph.Site{File: file, Line: lines[line-1]}
	}
}

// likeness says how much a rendered line looks like a template's: 4 if they
// are equal, 2 if the template's text before its first action begins it.
func likeness(template, rendered string) int32 {
	t, r := strings.TrimSpace(template), strings.TrimSpace(rendered)
	if r == "" {
		return 0
	}
	if t == r {
		return 4
	}
	literal, _, ok := strings.Cut(t, "{{")
	if ok && len(literal) > 1 && strings.HasPrefix(r, literal) {
		return 2
	}
	return 0
}
