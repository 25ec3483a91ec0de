package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// docs/ceiling.md says what breaks in which month of the shop's story, as the
// command does, and shows the curve that it draws.
func TestStory(t *testing.T) {
	download := exec.CommandContext(t.Context(), "go", "mod", "download")
	download.Dir = shopDir
	if out, err := download.CombinedOutput(); err != nil {
		t.Skipf("the shop's modules cannot be downloaded: %v\n%s", err, out)
	}
	page, err := os.ReadFile("../../docs/ceiling.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(page), "| month | a second | copies |")
	table, _, _ = strings.Cut(table, "\n\n")
	if !found {
		t.Fatal("docs/ceiling.md: no table of the months")
	}
	var want []string
	for _, copies := range []string{"", "1", "10"} {
		saved := t.TempDir() + "/shop.json"
		args := []string{"ceiling", "-C", shopDir, "-out", "json:" + saved}
		if copies != "" {
			args = append(args, "-copies", copies)
		}
		printed(t, args...)
		for month, load := range []string{"10", "100", "500", "2000"} {
			text := printed(t, "ceiling", "-report", saved, "-load", load)
			name := copies
			if name == "" {
				name = "as deployed"
			}
			want = append(want, fmt.Sprintf("| %d | %s | %s | %s | %s |", month+1, load, name, atLoad(t, text, "POST /checkout"), atLoad(t, text, "POST /tickets")))
		}
		if copies == "" {
			curve, err := os.ReadFile("../../docs/curve.svg")
			if err != nil {
				t.Fatal(err)
			}
			if got := printed(t, "ceiling", "-report", saved, "-path", "POST /tickets", "-format", "svg"); got != string(curve) {
				t.Error("docs/curve.svg is not what the command in docs/ceiling.md draws")
			}
		}
	}
	rows := strings.Split(strings.TrimSpace(table), "\n")
	if len(rows) != len(want)+2 {
		t.Fatalf("docs/ceiling.md has %d rows of months, want\n%s", len(rows)-2, strings.Join(want, "\n"))
	}
	for i, row := range rows[2:] { // after the rest of the header
		if row != want[i] {
			t.Errorf("docs/ceiling.md says\n%s\nthe command says\n%s", row, want[i])
		}
	}
}

// atLoad returns what breaks at the load itself on a path.
func atLoad(t *testing.T, text, path string) string {
	t.Helper()
	_, rest, _ := strings.Cut(text, ": "+path+" <= ")
	_, rest, found := strings.Cut(rest, "at that load, ")
	_, rest, _ = strings.Cut(rest, ": ")
	line, _, _ := strings.Cut(rest, "\n")
	if !found {
		t.Fatalf("nothing about the load of %s in\n%s", path, text)
	}
	return line
}
