package report_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// shop reads the sample report that all views are tested on.
func shop(t *testing.T) *report.Report {
	t.Helper()
	f, err := os.Open("testdata/shop.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// golden compares with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}

func TestJSONReadsBackAsTheSameBytes(t *testing.T) {
	var first, second bytes.Buffer
	if err := report.JSON(&first, shop(t)); err != nil {
		t.Fatal(err)
	}
	r, err := report.Decode(bytes.NewReader(first.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&second, r); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("a report that was written and read is written differently")
	}
}

func TestDecodeRefusesOtherVersions(t *testing.T) {
	for _, text := range []string{`{"version": 2}`, `{}`, `[`, ``} {
		if _, err := report.Decode(bytes.NewReader([]byte(text))); err == nil {
			t.Errorf("Decode(%q) returned no error", text)
		}
	}
}

func TestExit(t *testing.T) {
	finding := func(severity string) *report.Report {
		return &report.Report{Findings: []graph.Finding{{Severity: severity}}}
	}
	unread := func(r *report.Report, reason string) *report.Report {
		r.Gaps = append(r.Gaps, graph.Gap{Hard: true, Reason: reason})
		return r
	}
	for _, c := range []struct {
		name   string
		r      *report.Report
		failOn string
		want   int
	}{
		{"nothing found", &report.Report{}, "error", 0},
		{"a warning is below error", finding("warning"), "error", 0},
		{"an error", finding("error"), "error", 1},
		{"a warning is asked for", finding("warning"), "warning", 1},
		{"a note is asked for", finding("note"), "note", 1},
		{"none counts", finding("error"), "none", 0},
		{"a file could not be read", unread(&report.Report{}, ""), "error", 3},
		{"none counts, but a file could not be read", unread(finding("error"), ""), "none", 3},
		{"findings come before incompleteness", unread(finding("error"), ""), "error", 1},
		{"an accepted gap", unread(&report.Report{}, "generated"), "error", 0},
		{"nothing was analysed", report.Failed("x", errors.New("no Go files")), "none", 2},
	} {
		if got := c.r.Exit(c.failOn); got != c.want {
			t.Errorf("%s: -fail-on %s exits %d, want %d", c.name, c.failOn, got, c.want)
		}
	}
}

func TestSelect(t *testing.T) {
	for _, c := range []struct {
		pattern string
		want    []string
	}{
		{"./...", []string{"single-node-database", "stateful-service", "shared-database", "global-lock", "sync-chain"}},
		{"...", []string{"single-node-database", "stateful-service", "shared-database", "global-lock", "sync-chain"}},
		{"services/...", []string{"single-node-database", "stateful-service", "shared-database", "global-lock", "sync-chain"}},
		{"services", nil},
		{"./services/web", []string{"sync-chain"}},
		{"services/we/...", nil},
		{"services/payment", []string{"single-node-database"}}, // its site is a manifest: the main of who uses it
	} {
		r := shop(t)
		r.Select([]string{c.pattern})
		var got []string
		for _, f := range r.Findings {
			got = append(got, f.Rule)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s selects %v, want %v", c.pattern, got, c.want)
		}
	}
}
