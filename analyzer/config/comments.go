package config

import (
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// Annotation is the key of the annotation of a Kubernetes object that silences
// findings; a suffix such as -2 tells several apart.
const Annotation = "coordlint.dev/ignore"

var annotated = regexp.MustCompile(`^(\s*)(?:- )?["']?coordlint\.dev/ignore[\w.-]*["']?\s*:\s*(.*)$`)

// Directives reads the directives of a file that is no Go code: comments that
// begin with # or //, and annotations. A comment covers its line and, if it
// stands alone, the first line after it that is none; one at the head of a
// document covers the document, as an annotation does.
func Directives(file string, text []byte) []rules.Directive {
	if !strings.Contains(string(text), "coordlint") {
		return nil
	}
	lines := strings.Split(string(text), "\n")
	var out []rules.Directive
	for i, line := range lines {
		d, ok := comment(lines, i)
		if m := annotated.FindStringSubmatch(line); !ok && m != nil {
			d, ok = rules.ParseIgnore(value(lines, i, len(m[1]), m[2])), true
			d.FromLine, d.ToLine = document(lines, i)
		}
		if ok {
			d.File, d.Site = file, graph.Site{File: file, Line: i + 1}
			out = append(out, d)
		}
	}
	return out
}

// comment reads the comment of a line, if that is a directive.
func comment(lines []string, i int) (d rules.Directive, ok bool) {
	line := strings.TrimSpace(lines[i])
	alone := false
	for _, sign := range []string{"#", "//"} {
		if strings.HasPrefix(line, sign) {
			alone = true
			d, ok = rules.ParseComment(line)
		} else if _, c, found := strings.Cut(line, " "+sign); found && !ok {
			d, ok = rules.ParseComment(sign + c)
		}
	}
	if !ok {
		return d, false
	}
	d.FromLine, d.ToLine = i+1, i+1
	if !alone {
		return d, true
	}
	from, to := document(lines, i)
	next := i
	for next < to && skipped(lines[next]) {
		next++
	}
	head := true
	for k := from - 1; k < i; k++ {
		head = head && skipped(lines[k])
	}
	if d.ToLine = min(next+1, to); head {
		d.FromLine, d.ToLine = from, to
	}
	return d, true
}

// skipped reports whether a line holds nothing, a comment or a separator.
func skipped(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#' || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "---")
}

// document returns the first and last line, from 1, of the YAML document that
// line i, from 0, stands in.
func document(lines []string, i int) (from, to int) {
	from, to = 1, len(lines)
	for k, line := range lines {
		if !strings.HasPrefix(line, "---") {
			continue
		}
		if k <= i {
			from = k + 1
		} else {
			return from, k
		}
	}
	return from, to
}

// value reads the scalar that begins behind a key of line i and may go on in
// the lines below that are indented further.
func value(lines []string, i, indent int, first string) string {
	block := []string{"v: " + first}
	for _, line := range lines[i+1:] {
		if len(line)-len(strings.TrimLeft(line, " ")) <= indent || strings.TrimSpace(line) == "" {
			break
		}
		block = append(block, line)
	}
	var v struct {
		V string `yaml:"v"`
	}
	if yaml.Unmarshal([]byte(strings.Join(block, "\n")), &v) != nil {
		return first
	}
	return v.V
}
