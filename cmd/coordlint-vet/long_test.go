package main

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var long = flag.Bool("long", false, "build the real commands and run them on the example system")

// TestBothDoorsPrintTheSame builds both commands and compares what go vet
// prints about the example system with what coordlint prints, before and after
// an edit of YAML alone.
func TestBothDoorsPrintTheSame(t *testing.T) {
	if !*long {
		t.Skip("needs -long")
	}
	bin := t.TempDir()
	for _, name := range []string{"coordlint", "coordlint-vet"} {
		if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, name), "../"+name).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	root := t.TempDir()
	if err := os.CopyFS(root, os.DirFS("../../testdata/shop")); err != nil {
		t.Fatal(err)
	}
	lines := func(name string, args ...string) []string {
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
		out, _ := cmd.CombinedOutput() // the status is 1 where there are findings
		var list []string
		for line := range strings.Lines(string(out)) {
			if line = strings.TrimSuffix(line, "\n"); strings.HasSuffix(line, "]") && !strings.HasPrefix(line, " ") {
				list = append(list, line)
			}
		}
		slices.Sort(list)
		return list
	}
	compare := func(when string) []string {
		want := lines(filepath.Join(bin, "coordlint"), "./...")
		for _, tool := range []string{"coordlint-vet", "coordlint"} {
			got := lines("go", "vet", "-vettool="+filepath.Join(bin, tool), "-fail-on=warning", "./...")
			if !slices.Equal(got, want) {
				t.Errorf("%s, go vet by %s prints\n%s\ncoordlint prints\n%s", when, tool, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		return want
	}
	before := compare("before the edit")
	if len(before) == 0 {
		t.Error("no findings in the example system")
	}
	write(t, filepath.Join(root, "deploy", "broken.yaml"), "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: x\n bad: [\n")
	if after := compare("after the edit"); len(after) != len(before)+1 {
		t.Errorf("%d lines, and %d after a manifest was broken", len(before), len(after))
	}
}
