package manifest

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// align maps lines of a rendered text to lines of its template. Lines that
// are equal, or equal up to the template's first action, are aligned in
// order (longest common subsequence); another line, such as of a loop's other
// rounds, has the place of the next template line that it is like, else of
// the aligned one before it. Columns are lost.
func align(file, template, rendered string) func(line int) graph.Site {
	from := trimmed(template)
	to := trimmed(rendered)
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
			lines[j] = nearest(from, to[j], last)
			j++
		case s > 0 && best[i][j] == s+best[i+1][j+1]:
			last = i + 1
			lines[j] = last
			i++
			j++
		case best[i][j] == best[i][j+1]:
			lines[j] = nearest(from, to[j], last)
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

// nearest returns the number of the template line that a rendered line is
// most like, searched onwards from a line and then from the start.
func nearest(template []string, rendered string, last int) int {
	found, most := last, int32(0)
	for k := range template {
		i := (last + k) % len(template)
		if s := likeness(template[i], rendered); s > most {
			found, most = i+1, s
		}
	}
	return found
}

// trimmed returns the lines of a text without the space around them.
func trimmed(text string) []string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

// likeness says how much a rendered line looks like a template's: 4 if they
// are equal, 2 if the template's text before its first action begins it.
func likeness(t, r string) int32 {
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
