package manifest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

// seed adds the files of the archives whose names end in one of the suffixes.
func seed(f *testing.F, suffixes ...string) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range ar.Files {
			for _, s := range suffixes {
				if strings.HasSuffix(file.Name, s) && !strings.HasSuffix(file.Name, "Chart.yaml") {
					f.Add(file.Data)
				}
			}
		}
	}
}

// within wants gaps and workloads to lie in the file, and no input to take
// longer than a few seconds.
func within(t *testing.T, src []byte, start time.Time, set *Set, gaps []graph.Gap) {
	t.Helper()
	if d := time.Since(start); d > renderTime+5*time.Second {
		t.Errorf("took %s", d)
	}
	lines := bytes.Count(src, []byte("\n")) + 2
	lines += bytes.Count(src, []byte("\r")) + bytes.Count(src, []byte("\u0085")) + bytes.Count(src, []byte("\u2028")) + bytes.Count(src, []byte("\u2029")) // line breaks of YAML
	for _, g := range gaps {
		if g.Text == "" || g.Site.Line < 0 || g.Site.Line > lines {
			t.Errorf("gap %s: %q, of %d lines", g.Site, g.Text, lines)
		}
	}
	for _, w := range set.Workloads {
		if w.Site.File == "" || w.Site.Line > lines {
			t.Errorf("workload %s at %s, of %d lines", w.ID(), w.Site, lines)
		}
	}
}

// one discovers a tree of the given files.
func one(t *testing.T, src []byte, files map[string][]byte) {
	t.Helper()
	root := t.TempDir()
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Now()
	set, gaps := Discover(root, Options{Mains: []string{"cmd/a", "cmd/b"}})
	within(t, src, start, set, gaps)
}

// FuzzObjects reads any bytes as a manifest.
func FuzzObjects(f *testing.F) {
	seed(f, ".yaml", ".yml", ".json")
	f.Fuzz(func(t *testing.T, src []byte) { one(t, src, map[string][]byte{"all.yaml": src}) })
}

// FuzzCompose reads any bytes as a compose file, and the same as its .env.
func FuzzCompose(f *testing.F) {
	seed(f, "compose.yml", "compose.yaml", ".env")
	f.Fuzz(func(t *testing.T, src []byte) { one(t, src, map[string][]byte{"compose.yml": src, ".env": src}) })
}

// FuzzDockerfile builds any bytes as a Dockerfile, and follows them as a
// script.
func FuzzDockerfile(f *testing.F) {
	seed(f, "Dockerfile", ".sh")
	f.Fuzz(func(t *testing.T, src []byte) {
		one(t, src, map[string][]byte{"Dockerfile": src, "start.sh": src,
			"compose.yml": []byte("services: {a: {build: .}, b: {image: x, volumes: ['.:/w'], working_dir: /w, command: ./start.sh}}\n")})
	})
}

// FuzzChart renders any bytes as a template and as values.
func FuzzChart(f *testing.F) {
	seed(f, ".yaml", ".tpl")
	ar, err := txtar.ParseFile("testdata/helm/measured.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range ar.Files {
		f.Add(file.Data)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		chart := map[string][]byte{"Chart.yaml": []byte("apiVersion: v2\nname: c\nversion: 1.0.0\n"), "templates/a.yaml": src,
			"templates/b.yaml": []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n")}
		one(t, src, chart)
		chart["values.yaml"] = src
		one(t, src, chart)
	})
}

// FuzzKustomization builds any bytes as a kustomization, and as its resource.
func FuzzKustomization(f *testing.F) {
	seed(f, "kustomization.yaml")
	f.Fuzz(func(t *testing.T, src []byte) {
		one(t, src, map[string][]byte{"kustomization.yaml": src, "all.yaml": src, "deployment.yaml": []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n")})
	})
}
