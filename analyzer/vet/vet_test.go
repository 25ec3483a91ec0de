package vet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/vet"
)

// system is a root with a Go file of a library, of a main, and a manifest.
func system(t *testing.T) (root string, results *vet.Results) {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	return root, &vet.Results{Root: root, Findings: []vet.Finding{
		{File: "lib/lib.go", Line: 3, Col: 5, Severity: "error", Message: "lib waits [sync-chain]",
			Path: []vet.Hop{{File: "main/main.go", Line: 9, Col: 2, Text: "main waits"}}},
		{File: "lib/lib.go", Line: 8, Col: 1, Severity: "warning", Message: "lib is slow [call-in-loop]"},
		{File: "k8s/db.yaml", Line: 4, Severity: "error", Message: "db is one node [single-node-database]", Home: "main"},
	}}
}

// ask starts a door with the arguments.
func ask(t *testing.T, results *vet.Results, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	door := &vet.Door{Name: "coordlint-vet", Stdout: &out, Stderr: &errs, Analyze: func(context.Context) (*vet.Results, error) {
		if results == nil {
			return nil, errors.New("no Go files")
		}
		return results, nil
	}}
	if !vet.Is(args) {
		t.Fatalf("%v is no question of go vet", args)
	}
	status = door.Run(t.Context(), args)
	return status, out.String(), errs.String()
}

func unitFile(t *testing.T, root string, c map[string]any, files ...string) string {
	t.Helper()
	var abs []string
	for _, f := range files {
		abs = append(abs, filepath.Join(root, f))
	}
	c["ID"], c["GoFiles"] = "example.com/p", abs
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "vet.cfg")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestUnitsPrintEachFindingOnce(t *testing.T) {
	root, results := system(t)
	if status, out, errs := ask(t, results, "-V=full"); status != 0 || !strings.HasPrefix(out, "coordlint-vet version devel ") || !strings.Contains(out, " buildID=") {
		t.Fatalf("handshake: status %d, %q, %q", status, out, errs)
	}
	for _, c := range []struct {
		name  string
		flags []string
		files []string
		want  []string // without the root
	}{
		{"a library", nil, []string{"lib/lib.go"}, []string{"lib/lib.go:3:5: lib waits [sync-chain]", "\tmain/main.go:9:2: main waits"}},
		{"its test variant has its files", []string{"-fail-on=warning"}, []string{"lib/lib.go", "lib/lib_test.go"},
			[]string{"lib/lib.go:3:5: lib waits [sync-chain]", "\tmain/main.go:9:2: main waits", "lib/lib.go:8:1: lib is slow [call-in-loop]"}},
		{"its external test has none", nil, []string{"lib/x_test.go"}, nil},
		{"a main prints what is in manifests", nil, []string{"main/main.go", "main/other.go"}, []string{"k8s/db.yaml:4:1: db is one node [single-node-database]"}},
		{"the main's external test does not", nil, []string{"main/main_test.go"}, nil},
		{"another package", nil, []string{"main/sub/sub.go"}, nil},
	} {
		status, _, errs := ask(t, nil, append(c.flags, unitFile(t, root, map[string]any{}, c.files...))...)
		want := ""
		for _, line := range c.want {
			tab := strings.HasPrefix(line, "\t")
			want += map[bool]string{true: "\t"}[tab] + root + "/" + strings.TrimPrefix(line, "\t") + "\n"
		}
		if errs != want {
			t.Errorf("%s: printed\n%swant\n%s", c.name, errs, want)
		}
		if (status == 1) != (len(c.want) > 0) {
			t.Errorf("%s: status %d", c.name, status)
		}
	}
}

func TestUnitWritesJSONToItsFile(t *testing.T) {
	root, results := system(t)
	ask(t, results, "-V=full")
	dir := t.TempDir()
	file, vetx := filepath.Join(dir, "vet.stdout"), filepath.Join(dir, "vet.out")
	status, out, errs := ask(t, nil, "-json", unitFile(t, root, map[string]any{"Stdout": file, "VetxOutput": vetx}, "lib/lib.go"))
	if status != 0 || out != "" || errs != "" {
		t.Fatalf("status %d, %q, %q", status, out, errs)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var tree map[string]map[string][]struct{ Posn, Message string }
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	list := tree["example.com/p"]["coordlint"]
	if len(list) != 1 || list[0].Posn != root+"/lib/lib.go:3:5" || list[0].Message != "lib waits [sync-chain]" {
		t.Errorf("wrote %s", data)
	}
	if info, err := os.Stat(vetx); err != nil || info.Size() != 0 {
		t.Errorf("VetxOutput: %v, %v", info, err)
	}
	if status, out, _ = ask(t, nil, "-json", unitFile(t, root, map[string]any{}, "lib/lib.go")); status != 0 || out != string(data) {
		t.Errorf("without Stdout: status %d, %q", status, out)
	}
}

func TestVetxOnlyUnitNeedsNoFindings(t *testing.T) {
	root, _ := system(t)
	vetx := filepath.Join(t.TempDir(), "vet.out")
	status, out, errs := ask(t, nil, unitFile(t, root, map[string]any{"VetxOnly": true, "VetxOutput": vetx}, "lib/lib.go"))
	if status != 0 || out != "" || errs != "" {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
	if _, err := os.Stat(vetx); err != nil {
		t.Error(err)
	}
}

// The door fails closed: it never prints nothing because it could not look.
func TestDoorFailsClosed(t *testing.T) {
	root, results := system(t)
	if status, _, errs := ask(t, nil, unitFile(t, root, map[string]any{}, "lib/lib.go")); status != 1 || !strings.Contains(errs, "handshake") {
		t.Errorf("a unit without a handshake: status %d, %q", status, errs)
	}
	if status, out, errs := ask(t, nil, "-V=full"); status != 1 || out != "" || !strings.Contains(errs, "no Go files") {
		t.Errorf("a handshake without an analysis: status %d, %q, %q", status, out, errs)
	}
	results.Failure = "nothing was analysed"
	if status, out, errs := ask(t, results, "-V=full"); status != 1 || out != "" || !strings.Contains(errs, "nothing was analysed") {
		t.Errorf("a handshake with a failure: status %d, %q, %q", status, out, errs)
	}
}

func TestIdentityFollowsWhatWasRead(t *testing.T) {
	_, results := system(t)
	_, first, _ := ask(t, results, "-V=full")
	_, again, _ := ask(t, results, "-V=full")
	results.Hash = "other bytes were read"
	_, other, _ := ask(t, results, "-V=full")
	if first != again || first == other {
		t.Errorf("identities %q, %q, %q", first, again, other)
	}
}
