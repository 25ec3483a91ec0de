package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/vet"
	"github.com/coordlint/coordlint/graph"
)

func TestVetPrintsFindingsAndWhatCouldNotBeRead(t *testing.T) {
	r := &report.Report{
		Version:  1,
		Services: []*graph.Service{{ID: "a", Main: "./cmd/a"}, {ID: "b", Main: "cmd/b"}, {ID: "other"}},
		Edges:    []*graph.Edge{{From: "b", To: "db"}},
		Findings: []graph.Finding{
			{Rule: "sync-chain", Severity: "error", Site: graph.Site{File: "lib/x.go", Line: 2, Col: 3}, Message: "a waits",
				Path: []graph.Hop{{Site: graph.Site{File: "cmd/a/main.go", Line: 9}, Text: "here"}}},
			{Rule: "cpu-autoscaling", Severity: "warning", Site: graph.Site{File: "k8s/b.yaml", Line: 4}, Subjects: []string{"b"}, Message: "b scales"},
			{Rule: "single-node-database", Severity: "error", Site: graph.Site{File: "k8s/db.yaml", Line: 1}, Subjects: []string{"db"}, Message: "db is one"},
			{Rule: "single-node-database", Severity: "error", Site: graph.Site{File: "k8s/x.yaml", Line: 1}, Subjects: []string{"x"}, Message: "nobody uses x"},
		},
		Gaps: []graph.Gap{
			{Kind: "manifest", Site: graph.Site{File: "k8s/broken.yaml", Line: 7}, Text: "no YAML", Hard: true},
			{Kind: "proto", Site: graph.Site{File: "b.proto", Line: 1}, Text: "no proto", Hard: true, Owner: "b"},
			{Kind: "manifest", Site: graph.Site{File: "k8s/old.yaml"}, Text: "no YAML", Hard: true, Reason: "unused"},
			{Kind: "client", Site: graph.Site{File: "lib/x.go", Line: 5}, Text: "unknown target"},
		},
	}
	r.Finish()
	var got []string
	for _, f := range vetFindings(r) {
		got = append(got, strings.Join([]string{f.Home, graph.Site{File: f.File, Line: f.Line, Col: f.Col}.String(), f.Severity, f.Message}, " | "))
	}
	want := []string{
		"cmd/b | k8s/b.yaml:4 | warning | b scales [cpu-autoscaling]",
		"cmd/b | k8s/db.yaml:1 | error | db is one [single-node-database]", // b uses it
		"cmd/a | k8s/x.yaml:1 | error | nobody uses x [single-node-database]",
		"lib | lib/x.go:2:3 | error | a waits [sync-chain]",
		"cmd/a | k8s/broken.yaml:7 | error | no YAML [gap: manifest]",
		"cmd/b | b.proto:1 | error | no proto [gap: proto]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestResultsAreOfTheNearestRoot(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "coordlint.yaml"), nil)
	write(t, filepath.Join(root, "svc", "go.mod"), []byte("module svc\n"))
	t.Chdir(filepath.Join(root, "svc"))
	var out, errs bytes.Buffer
	var asked string
	a := &app{stdout: &out, stderr: &errs, analyze: func(_ context.Context, c analyzer.Config) (*report.Report, error) {
		asked = c.Root
		return &report.Report{InputsHash: "bytes"}, nil
	}}
	status, ok := a.hidden(t.Context(), []string{vet.ResultsFlag})
	var r vet.Results
	if err := json.Unmarshal(out.Bytes(), &r); err != nil || status != 0 || !ok {
		t.Fatalf("%v, status %d, %s", err, status, errs.String())
	}
	if asked != root || r.Root != root || !strings.HasSuffix(r.Hash, "bytes") || len(r.Hash) < 64 {
		t.Errorf("asked for %s, answered %+v", asked, r)
	}
	a.analyze = func(context.Context, analyzer.Config) (*report.Report, error) { return nil, errors.New("no Go files") }
	if status, _ := a.hidden(t.Context(), []string{vet.ResultsFlag}); status != 2 || !strings.Contains(errs.String(), "no Go files") {
		t.Errorf("a failure: status %d, %q", status, errs.String())
	}
}
