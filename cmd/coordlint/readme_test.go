package main

import (
	"bytes"
	"html"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/report"
)

const shopDir = "../../testdata/shop"

// TestReadme checks that the README's blocks are what the command prints: their
// lines, up to dots, are lines of it in that order, and its picture names
// every service and resource.
func TestReadme(t *testing.T) {
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir = shopDir
	if out, err := download.CombinedOutput(); err != nil {
		t.Skipf("the shop's modules cannot be downloaded: %v\n%s", err, out)
	}
	saved := t.TempDir() + "/shop.json"
	printed(t, "-C", shopDir, "-fail-on", "none", "-format", "json", "-out", "json:"+saved, "./...")
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		heading string
		args    []string
	}{
		{"cut here at the dots:", []string{"-report", saved, "-fail-on", "none", "./..."}},
		{"worst first (`coordlint ceiling`):", []string{"ceiling", "-report", saved}},
	} {
		rest := strings.SplitAfter(printed(t, c.args...), "\n")
		for line := range strings.Lines(blockAfter(t, string(readme), c.heading)) {
			if line == "...\n" {
				continue
			}
			for len(rest) > 0 && rest[0] != line {
				rest = rest[1:]
			}
			if len(rest) == 0 {
				t.Fatalf("README.md after %q: the command does not print, or not there:\n%s", c.heading, line)
			}
		}
	}
	checkPicture(t, saved)
}

// checkPicture checks docs/shop.svg against a report.
func checkPicture(t *testing.T, saved string) {
	t.Helper()
	f, err := os.Open(saved)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := report.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	drawing, err := os.ReadFile("../../docs/shop.svg")
	if err != nil {
		t.Fatal(err)
	}
	has := func(id string) {
		if !strings.Contains(html.UnescapeString(string(drawing)), "<title>"+id+"</title>") {
			t.Errorf("docs/shop.svg: %s is missing; the README says how to draw it again", id)
		}
	}
	for _, s := range r.Services {
		has(s.ID)
	}
	for _, s := range r.Resources {
		has(s.ID)
	}
}

func printed(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if status := Main(t.Context(), args, strings.NewReader(""), &stdout, &stderr); status != report.ExitClean {
		t.Fatalf("coordlint %s: exit %d\n%s", strings.Join(args, " "), status, stderr.String())
	}
	return stdout.String()
}

// blockAfter returns the first code block after a text.
func blockAfter(t *testing.T, page, text string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, text)
	_, rest, opened := strings.Cut(rest, "```\n")
	block, _, closed := strings.Cut(rest, "```\n")
	if !found || !opened || !closed {
		t.Fatalf("README.md: no block after %q", text)
	}
	return block
}
