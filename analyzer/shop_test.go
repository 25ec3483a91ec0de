package analyzer

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

const shopDir = "../testdata/shop"

// shop analyses the example system. Its modules are downloaded first; if that
// fails, the test is skipped.
func shop(t *testing.T) *report.Report {
	t.Helper()
	cmd := exec.Command("go", "mod", "download")
	cmd.Dir = shopDir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("the modules of the shop cannot be downloaded: %v\n%s", err, out)
	}
	r, err := Analyze(context.Background(), Config{Root: shopDir})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The shop has the findings that its manual promises, no more and no fewer;
// those that are errors are marked in its source. All of it was read, and
// every client's target was found.
func TestShopFindings(t *testing.T) {
	r := shop(t)
	var found, errors []string
	for _, f := range r.Findings {
		line := fmt.Sprintf("%s:%d %s", f.Site.File, f.Site.Line, f.Rule)
		if f.Severity == graph.SeverityError {
			errors = append(errors, line)
		}
		if report.AtLeast(f.Severity, graph.SeverityWarning) {
			found = append(found, line)
		}
		if len(f.Path) == 0 {
			t.Errorf("%s: no path shows it", line)
		}
	}
	same(t, "errors, as its source marks them", errors, marked(t))
	same(t, "findings, as its manual lists them", found, promised(t))
	for _, g := range r.Gaps {
		t.Errorf("gap: %s: %s", g.Site, g.Text)
	}
	if s := r.Summary; s.ClientsMet == 0 || s.ClientsMet != s.ClientsResolved {
		t.Errorf("%d of %d clients resolved", s.ClientsResolved, s.ClientsMet)
	}
}

// same compares two lists of FILE:LINE RULE, whatever their order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("%s: not wanted: %s", what, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("%s: missing: %s", what, line)
		}
	}
	if len(got) != len(want) && !t.Failed() {
		t.Errorf("%s: %d found, %d wanted", what, len(got), len(want))
	}
}

var mark = regexp.MustCompile(`(?://|#) finding: ([a-z-]+)$`)

// marked returns the findings that comments in the shop's files announce.
func marked(t *testing.T) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(shopDir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".go", ".yaml"}, filepath.Ext(name)) {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(shopDir, name) // both are relative
		for i, line := range strings.Split(string(text), "\n") {
			if m := mark.FindStringSubmatch(line); m != nil {
				out = append(out, fmt.Sprintf("%s:%d %s", filepath.ToSlash(rel), i+1, m[1]))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rows returns the cells of the rows of all tables in the shop's manual.
func rows(t *testing.T) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shopDir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		out = append(out, cells)
	}
	return out
}

var place = regexp.MustCompile(`^\S+:\d+$`)

// promised returns the findings of the manual: rows of a rule and a place.
func promised(t *testing.T) []string {
	var out []string
	for _, row := range rows(t) {
		if len(row) == 3 && place.MatchString(row[1]) {
			out = append(out, row[1]+" "+row[0])
		}
	}
	return out
}

var number = regexp.MustCompile(`^([\d,]+)/s`)

// The ceilings of the shop are those of its manual: bound, runner-up, with the
// scalers at their maximum, with any number of replicas.
func TestShopCeilings(t *testing.T) {
	r := shop(t)
	checked := 0
	for _, row := range rows(t) {
		if len(row) != 6 || !number.MatchString(row[1]) {
			continue
		}
		i := slices.IndexFunc(r.Paths, func(p ceiling.Path) bool { return p.Entrance && p.Entry == row[0] })
		if i < 0 {
			t.Errorf("no path %s", row[0])
			continue
		}
		checked++
		p := &r.Paths[i]
		for n, got := range []ceiling.Value{p.XBound, p.XNext, p.Ceiling.HPAMax.X, p.Ceiling.Infinity.X} {
			cell := row[[]int{1, 3, 4, 5}[n]]
			if m := number.FindStringSubmatch(cell); m == nil || m[1] != thousands(float64(got)) {
				t.Errorf("%s: %g/s where the manual has %q", row[0], float64(got), cell)
			}
		}
		if p.XLow != p.XHigh {
			t.Errorf("%s: between %g and %g, though all times are declared", row[0], float64(p.XLow), float64(p.XHigh))
		}
	}
	if checked != 2 {
		t.Errorf("%d ceilings of the manual were checked", checked)
	}
}

// thousands writes a whole number with commas.
func thousands(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if i := len(text) - 3; i > 0 && !strings.Contains(text, ".") {
		return text[:i] + "," + text[i:]
	}
	return text
}

// Equal trees give equal bytes.
func TestShopTwice(t *testing.T) {
	var first, second bytes.Buffer
	for _, b := range []*bytes.Buffer{&first, &second} {
		if err := report.JSON(b, shop(t)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("two runs differ")
	}
}

// Every path of the shop has a bound, or a formula, or a reason why there is
// neither, and what it says is a number.
func TestShopPathsAreBounded(t *testing.T) {
	r := shop(t)
	if len(r.Paths) == 0 {
		t.Fatal("no paths")
	}
	for i := range r.Paths {
		p := &r.Paths[i]
		switch {
		case p.XBound.Finite():
			if p.XBound <= 0 || len(p.Binding) == 0 {
				t.Errorf("%s: %v, set by %v", p.ID, p.XBound, p.Binding)
			}
		case p.Formula == "" && p.Reason == "":
			t.Errorf("%s: neither bound nor formula nor reason", p.ID)
		}
	}
}
