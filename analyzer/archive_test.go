package analyzer_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/testdata/stubs"
)

var update = flag.Bool("update", false, "rewrite the want sections of archives")

// archives holds one small whole system a file: go.mod files, Go, proto, YAML
// and configuration, and in the section "want" what is to be read out of it.
// See wanted for the lines of that section.
const archives = "../testdata/archives"

// TestArchives analyses every archive and compares everything that it says:
// services, endpoints, edges, resources and unresolved clients. It does so
// twice, the second time on one processor, and compares bytes.
func TestArchives(t *testing.T) {
	files, err := filepath.Glob(archives + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	stub := stubs.At(t.TempDir())
	first := make([][]byte, len(files))
	dirs := make([]string, len(files))
	base := t.TempDir()
	t.Run("parallel", func(t *testing.T) {
		for i, file := range files {
			name := strings.TrimSuffix(filepath.Base(file), ".txtar")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				ar, err := txtar.ParseFile(file)
				if err != nil {
					t.Fatal(err)
				}
				dirs[i] = filepath.Join(base, name)
				unpack(t, ar, dirs[i], stub)
				r := analyze(t, dirs[i])
				if first[i], err = json.Marshal(r); err != nil {
					t.Fatal(err)
				}
				if *update {
					rewrite(t, file, ar, r)
					return
				}
				for _, problem := range wanted(ar).compare(r) {
					t.Error(problem)
				}
			})
		}
	})
	if testing.Short() || *update {
		return
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for i, dir := range dirs {
		if dir == "" || first[i] == nil { // not chosen by -run, or failed
			continue
		}
		again, err := json.Marshal(analyze(t, dir))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first[i], again) {
			t.Errorf("%s: two runs differ:\n%s", filepath.Base(dir), difference(first[i], again))
		}
	}
}

// TestArchivesWithoutModules analyses archives with nothing in the module
// cache: the outlines of what they require say the same.
func TestArchivesWithoutModules(t *testing.T) {
	t.Setenv("GOMODCACHE", t.TempDir())
	for _, name := range []string{"chi", "gorm", "grpc-interceptors", "kafka-loops", "kitex", "redis"} {
		t.Run(name, func(t *testing.T) {
			ar, err := txtar.ParseFile(filepath.Join(archives, name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			unpack(t, ar, dir, nil)
			r := analyze(t, dir)
			all := len(r.Gaps)
			r.Gaps = slices.DeleteFunc(r.Gaps, func(g graph.Gap) bool { return strings.HasSuffix(g.Text, "an outline of its API stands for it") })
			if len(r.Gaps) == all {
				t.Error("no gap says that modules are not there")
			}
			for _, problem := range wanted(ar).compare(r) {
				t.Error(problem)
			}
		})
	}
}

func analyze(t *testing.T, dir string) *report.Report {
	t.Helper()
	r, err := analyzer.Analyze(t.Context(), analyzer.Config{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var replaced sync.Map // go.mod text -> with its replacements

// unpack writes the files of an archive, each go.mod with the stub modules in
// the place of what it requires, if there are any.
func unpack(t *testing.T, ar *txtar.Archive, dir string, stub *stubs.Dir) {
	t.Helper()
	for _, f := range ar.Files {
		if f.Name == "want" {
			continue
		}
		data := f.Data
		if filepath.Base(f.Name) == "go.mod" && stub != nil {
			if known, ok := replaced.Load(string(data)); ok {
				data = known.([]byte)
			} else {
				out, err := stub.Replace(data)
				if err != nil {
					t.Fatal(err)
				}
				replaced.Store(string(data), out)
				data = out
			}
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// rewrite puts what was found into the archive's section "want", and keeps the
// lines there that say what must not be found, and those of findings.
func rewrite(t *testing.T, file string, ar *txtar.Archive, r *report.Report) {
	t.Helper()
	w := wanted(ar)
	lines := append(found(r), w.never...)
	lines = append(lines, w.findings...)
	data := []byte(strings.Join(lines, "\n") + "\n")
	done := false
	for i := range ar.Files {
		if ar.Files[i].Name == "want" {
			ar.Files[i].Data, done = data, true
		}
	}
	if !done {
		ar.Files = append(ar.Files, txtar.File{Name: "want", Data: data})
	}
	if err := os.WriteFile(file, txtar.Format(ar), 0o666); err != nil {
		t.Fatal(err)
	}
}

// difference returns the surroundings of the first byte that differs.
func difference(a, b []byte) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	cut := func(s []byte) string { return string(s[max(0, n-200):min(len(s), n+200)]) }
	return cut(a) + "\n--\n" + cut(b)
}

// TestMain keeps go list off the network: stub modules stand for everything
// that archives require.
func TestMain(m *testing.M) {
	flag.Parse()
	os.Setenv("GOPROXY", "off")
	os.Setenv("GOFLAGS", "-mod=mod")
	os.Setenv("GOWORK", "off")
	os.Exit(m.Run())
}
