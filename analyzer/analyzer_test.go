package analyzer

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

// write makes an archive a directory, after replacing texts in its files.
func write(t *testing.T, archive string, replace ...string) string {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range a.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		put(t, name, strings.NewReplacer(replace...).Replace(string(f.Data)))
	}
	return dir
}

func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

func analyze(t *testing.T, dir string) *report.Report {
	t.Helper()
	r, err := Analyze(context.Background(), Config{Root: dir})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever silences findings does so through Analyze: comments in Go and YAML,
// annotations, the configuration file.
func TestAnalyzeSilences(t *testing.T) {
	const lock, scaler = "global-lock", "cpu-autoscaling"
	tests := []struct {
		name    string
		replace []string
		config  string
		want    []string // of the two rules, and findings about directives
	}{
		{"as it is", nil, "", []string{lock, scaler}},
		{"comments on the line", []string{"// LOCK", "//coordlint:ignore global-lock one at a time",
			"# METRIC", "# coordlint:ignore cpu-autoscaling measured"}, "", nil},
		{"a function's comment, an annotation", []string{"func item(", "//coordlint:ignore global-lock one at a time\nfunc item(",
			"kind: HorizontalPodAutoscaler\nmetadata:\n", "kind: HorizontalPodAutoscaler\nmetadata:\n  annotations:\n    coordlint.dev/ignore: cpu-autoscaling measured\n"}, "", nil},
		{"a package's comment", []string{"package main", "//coordlint:ignore global-lock one at a time\npackage main"}, "",
			[]string{scaler, "directive: ignore of global-lock silences nothing"}}, // that of api
		{"the configuration file", nil, "ignore: [{rule: '*', service: web, path: web, reason: old}, {rule: global-lock, path: api, reason: old}]\nrules: [{rule: cpu-autoscaling, severity: off}]",
			[]string{"directive: ignore of global-lock silences nothing"}},
		{"no reason", []string{"// LOCK", "//coordlint:ignore global-lock"}, "", []string{lock, scaler, "directive: ignore of global-lock gives no reason, and silences nothing"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := write(t, "testdata/silence.txtar", tt.replace...)
			if tt.config != "" {
				put(t, filepath.Join(dir, "coordlint.yaml"), "version: 1\n"+tt.config+"\n")
			}
			var got []string
			for _, f := range analyze(t, dir).Findings {
				switch f.Rule {
				case lock, scaler:
					got = append(got, f.Rule)
				case "directive":
					got = append(got, "directive: "+f.Message)
				}
			}
			slices.Sort(got)
			slices.Sort(tt.want)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A configuration file that is wrong is an error with its place; one that
// names what is not there is a gap.
func TestAnalyzeConfiguration(t *testing.T) {
	dir := write(t, "testdata/silence.txtar")
	name := filepath.Join(dir, "coordlint.yaml")
	put(t, name, "version: 1\nlimit: []\n")
	if _, err := Analyze(context.Background(), Config{Root: dir}); err == nil || err.Error() != `coordlint.yaml:2: unknown key "limit"` {
		t.Errorf("got %v", err)
	}
	put(t, name, "version: 1\nteams: [{team: shop, paths: [web]}]\nlimits: [{resource: nope, rate_per_s: 3}]\ngaps: [{kind: config, text: nope, reason: it comes next month}]\n")
	r := analyze(t, dir)
	i := slices.IndexFunc(r.Gaps, func(g graph.Gap) bool { return g.Kind == "config" })
	if i < 0 || r.Gaps[i].Site.String() != "coordlint.yaml:3" || r.Gaps[i].Reason != "it comes next month" {
		t.Errorf("gaps %+v", r.Gaps)
	}
	for _, s := range r.Services {
		if (s.Team == "shop") != (s.ID == "web") {
			t.Errorf("team of %s is %q", s.ID, s.Team)
		}
	}
}

// An alias says what an address means that nothing in the tree sets.
func TestAnalyzeAlias(t *testing.T) {
	dir := write(t, "testdata/silence.txtar", "API_ADDR", "BACKEND_ADDR", `value: "api:8081"`, `valueFrom: {secretKeyRef: {name: x, key: y}}`)
	edge := func() string {
		for _, e := range analyze(t, dir).Edges {
			if e.From == "web" {
				return e.To
			}
		}
		return ""
	}
	if to := edge(); to == "api" {
		t.Errorf("without an alias web waits for %s", to)
	}
	put(t, filepath.Join(dir, "coordlint.yaml"), "version: 1\naliases: [{address: BACKEND_ADDR, service: api}]\n")
	if to := edge(); to != "api" {
		t.Errorf("with an alias web waits for %q", to)
	}
}

// The hash of the inputs is that of all kinds of files, and of nothing else.
func TestAnalyzeInputsHash(t *testing.T) {
	dir := write(t, "testdata/silence.txtar")
	last := analyze(t, dir).InputsHash
	if again := analyze(t, dir).InputsHash; last == "" || again != last {
		t.Errorf("%q, then %q", last, again)
	}
	put(t, filepath.Join(dir, "README.md"), "not read")
	if again := analyze(t, dir).InputsHash; again != last {
		t.Error("a file that is not read counts")
	}
	for _, f := range []struct{ name, text string }{
		{"web/main.go", "package main\n\nfunc main() {}\n"}, // from here on nothing large is imported
		{"api/main.go", "package main\n\nfunc main() {}\n"},
		{"go.mod", "module example.com/two\n\ngo 1.25\n"},
		{"deploy/api.yaml", "kind: None\n"},
		{"api.proto", "syntax = \"proto3\";\n"},
		{"Dockerfile", "FROM scratch\n"},
		{"web/app.json", "{}"},
		{"coordlint.yaml", "version: 1\n"},
	} {
		name := f.name
		put(t, filepath.Join(dir, filepath.FromSlash(name)), f.text)
		if next := analyze(t, dir).InputsHash; next == last {
			t.Errorf("%s does not count", name)
		} else {
			last = next
		}
	}
}

// A client that is made and never called is no edge, and is told of.
func TestAnalyzeIdle(t *testing.T) {
	dir := write(t, "testdata/silence.txtar")
	put(t, filepath.Join(dir, "web", "store.go"), `package main

import "database/sql"

var store, _ = sql.Open("postgres", "postgres://store:5432/items")
`)
	put(t, filepath.Join(dir, "deploy", "store.yaml"), `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers: [{name: postgres, image: "postgres:17", ports: [{containerPort: 5432}]}]
---
apiVersion: v1
kind: Service
metadata: {name: store}
spec:
  selector: {app: store}
  ports: [{port: 5432}]
`)
	for _, s := range analyze(t, dir).Services {
		want := []graph.Idle(nil)
		if s.ID == "web" {
			want = []graph.Idle{{To: "store", Text: "client made by database/sql.Open and never called", Site: graph.Site{File: "web/store.go", Line: 5, Col: 20}}}
		}
		if !slices.Equal(s.Idle, want) {
			t.Errorf("%s: %+v", s.ID, s.Idle)
		}
	}
}
