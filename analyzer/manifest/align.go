package manifest

import (
	"regexp"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// align maps lines of a rendered text to lines of its template. Lines that
// are equal, or equal up to the template's first action, are aligned in
// order (longest common subsequence); another line, such as of a loop's other
// rounds, has the place of the next template line that it is like, else of
// the aligned one before it. A column in text that the template has as well is
// the template's; one in what an action gives is the action's.
func align(file, template, rendered string) locator {
	from := trimmed(template)
	to := trimmed(rendered)
	if template == "" || len(from)*len(to) > 4_000_000 {
		return func(int, int) graph.Site { return graph.Site{File: file} }
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
	written, made := strings.Split(template, "\n"), strings.Split(rendered, "\n")
	return func(line, col int) graph.Site {
		if line < 1 || line > len(to) {
			return graph.Site{File: file}
		}
		at := lines[line-1]
		return graph.Site{File: file, Line: at, Col: column(written[at-1], made[line-1], col)}
	}
}

// column maps a column of a rendered line to one of its template's line: 0 if
// they have nothing in common.
func column(template, rendered string, col int) int {
	t, r := strings.TrimSpace(template), strings.TrimSpace(rendered)
	switch {
	case col == 0:
		return 0
	case likeness(t, r) == 0 && strings.HasPrefix(t, "{{"):
		return strings.Index(template, t) + 1
	case likeness(t, r) == 0:
		return 0
	}
	offset := max(0, col-1-strings.Index(rendered, r))
	if literal, _, ok := strings.Cut(t, "{{"); ok && t != r {
		offset = min(offset, len(literal))
	}
	return strings.Index(template, t) + offset + 1
}

// nearest returns the number of the template line that a rendered line is
// most like, searched onwards from a line and then from the start; else of the
// action right after that line that gives whole lines; else of the line.
func nearest(template []string, rendered string, last int) int {
	found, most := last, int32(0)
	for k := range template {
		i := (last + k) % len(template)
		if s := likeness(template[i], rendered); s > most {
			found, most = i+1, s
		}
	}
	for i := last; most == 0 && i < len(template) && strings.HasPrefix(template[i], "{{"); i++ {
		if lineGiver.MatchString(template[i]) {
			return i + 1
		}
	}
	return found
}

// lineGiver is an action that gives whole lines.
var lineGiver = regexp.MustCompile(`^\{\{-?\s*(?:include|template|toYaml|tpl|\$?\.|\()`)

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
