package analyzer_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/rules"
)

var exampleMark = regexp.MustCompile(`^\s*(?://|#|--) (bad|good) ([a-z-]+)$|^\s*(?://|#|--) (end)$`)

// examples returns the regions of the cases that are marked as examples, by
// "bad RULE" and "good RULE", without marks, indented as in a page.
func examples(files []*txtar.Archive) map[string]string {
	out := map[string][]string{}
	for _, ar := range files {
		for _, f := range ar.Files {
			var open []string
			for line := range strings.Lines(string(f.Data)) {
				line = strings.TrimRight(line, "\n")
				if m := exampleMark.FindStringSubmatch(line); m != nil {
					if m[3] != "" {
						open = nil
					} else {
						open = append(open, m[1]+" "+m[2])
						if len(out[open[len(open)-1]]) > 0 {
							out[open[len(open)-1]] = append(out[open[len(open)-1]], "")
						}
					}
					continue
				}
				for _, key := range open {
					out[key] = append(out[key], caseComment.ReplaceAllString(line, ""))
				}
			}
		}
	}
	text := map[string]string{}
	for key, lines := range out {
		text[key] = indented(lines)
	}
	return text
}

// indented shifts lines so that the least indented stands four columns in.
func indented(lines []string) string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	least := 100
	for i, l := range lines {
		tabs := len(l) - len(strings.TrimLeft(l, "\t"))
		lines[i] = strings.Repeat("    ", tabs) + strings.TrimRight(l[tabs:], " \t")
		if lines[i] != "" {
			least = min(least, len(lines[i])-len(strings.TrimLeft(lines[i], " ")))
		}
	}
	var b strings.Builder
	for i, l := range lines {
		if l == "" && i > 0 && lines[i-1] == "" {
			continue
		}
		if l != "" {
			b.WriteString("    " + l[least:])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestExamplesOfPages keeps the examples of the manual pages as they are in the
// cases, where they compile and are judged.
func TestExamplesOfPages(t *testing.T) {
	files := caseFiles(t)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	var all []*txtar.Archive
	for _, n := range names {
		all = append(all, files[n])
	}
	found := examples(all)
	for _, r := range rules.All() {
		page := r.Doc()
		for _, section := range []struct{ head, key string }{{"Bad", "bad " + r.Name}, {"Good", "good " + r.Name}} {
			code := found[section.key]
			if code == "" {
				t.Errorf("no case has a region `%s`", section.key)
				continue
			}
			page = withExample(page, section.head, code)
		}
		if page == r.Doc() {
			continue
		}
		file := "../rules/doc/" + r.Name + ".md"
		if !*update {
			t.Errorf("%s has other examples than the cases: go test ./analyzer -run TestExamplesOfPages -update", file)
		} else if err := os.WriteFile(file, []byte(page), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// withExample puts code in the place of the indented block of a section.
func withExample(page, head, code string) string {
	start := strings.Index(page, "\n## "+head+"\n")
	if start < 0 {
		return page
	}
	start += len("\n## " + head + "\n")
	end := len(page)
	if i := strings.Index(page[start:], "\n## "); i >= 0 {
		end = start + i
	}
	var prose []string
	for line := range strings.Lines(page[start:end]) {
		if !strings.HasPrefix(line, "    ") && strings.TrimSpace(line) != "" {
			prose = append(prose, line)
		}
	}
	body := "\n"
	if len(prose) > 0 {
		body += strings.Join(prose, "") + "\n"
	}
	return page[:start] + body + code + page[end:]
}
