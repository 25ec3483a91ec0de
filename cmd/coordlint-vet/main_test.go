package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coordlint/coordlint/analyzer/vet"
)

// build builds the command and puts a program in the place of coordlint that
// prints the file RESULTS.
func build(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	tool := filepath.Join(dir, "coordlint-vet")
	if out, err := exec.Command("go", "build", "-o", tool, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	write(t, filepath.Join(dir, "coordlint"), "#!/bin/sh\ncat \"$RESULTS\"\n")
	if err := os.Chmod(filepath.Join(dir, "coordlint"), 0o755); err != nil {
		t.Fatal(err)
	}
	return tool
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGoVet runs the real go vet over a module with a main and a library, and
// again after what the analysis finds has changed though no Go file has.
func TestGoVet(t *testing.T) {
	tool := build(t)
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	write(t, filepath.Join(root, "cmd/shop/main.go"), "package main\n\nimport \"example.com/m/lib\"\n\nfunc main() { lib.Do() }\n")
	write(t, filepath.Join(root, "lib/lib.go"), "package lib\n\n// Do does.\nfunc Do() {}\n")
	write(t, filepath.Join(root, "lib/lib_test.go"), "package lib\n\nimport \"testing\"\n\nfunc TestDo(t *testing.T) { Do() }\n")
	write(t, filepath.Join(root, "lib/x_test.go"), "package lib_test\n\nimport (\n\t\"testing\"\n\n\t\"example.com/m/lib\"\n)\n\nfunc TestDo(t *testing.T) { lib.Do() }\n")
	stored := filepath.Join(t.TempDir(), "results.json")
	govet := func(findings ...vet.Finding) string {
		data, err := json.Marshal(&vet.Results{Root: root, Hash: fmt.Sprint(findings), Findings: findings})
		if err != nil {
			t.Fatal(err)
		}
		write(t, stored, string(data))
		cmd := exec.Command("go", "vet", "-vettool="+tool, "./...")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "RESULTS="+stored, "GOFLAGS=", "GOWORK=off", "XDG_CACHE_HOME="+filepath.Dir(stored))
		out, err := cmd.CombinedOutput()
		if (err != nil) != (len(findings) > 0) {
			t.Errorf("%d findings, but go vet says %v: %s", len(findings), err, out)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" || strings.HasPrefix(s, "#") })
		slices.Sort(lines)
		return strings.Join(lines, "\n")
	}
	code := vet.Finding{File: "lib/lib.go", Line: 4, Col: 6, Severity: "error", Message: "Do waits [sync-chain]"}
	manifest := vet.Finding{File: "k8s/db.yaml", Line: 2, Col: 1, Severity: "error", Message: "db is one node [single-node-database]", Home: "cmd/shop"}
	const codeLine, manifestLine = "lib/lib.go:4:6: Do waits [sync-chain]", "k8s/db.yaml:2:1: db is one node [single-node-database]"
	for range 2 { // the second time from go's cache
		if got := govet(code); got != codeLine {
			t.Errorf("got %q, want %q", got, codeLine)
		}
	}
	if got, want := govet(code, manifest), manifestLine+"\n"+codeLine; got != want {
		t.Errorf("after an edit of a manifest: got %q, want %q", got, want)
	}
	if got := govet(manifest); got != manifestLine {
		t.Errorf("after a repair: got %q, want %q", got, manifestLine)
	}
	if got := govet(); got != "" {
		t.Errorf("after both repairs: got %q", got)
	}
}

// TestStart holds the door to 15 ms a start: go vet starts it once a package.
func TestStart(t *testing.T) {
	tool := build(t)
	var times []time.Duration
	for range 15 {
		start := time.Now()
		if err := exec.Command(tool, "-flags").Run(); err != nil {
			t.Fatal(err)
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	if fast := times[len(times)/4]; fast > 15*time.Millisecond {
		t.Errorf("a start takes %s, at most 15 ms are allowed", fast)
	}
}
