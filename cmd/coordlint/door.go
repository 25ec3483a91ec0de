package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/vet"
	"github.com/coordlint/coordlint/graph"
)

// door answers go vet, which may use this command itself as its tool.
func (a *app) door() *vet.Door {
	return &vet.Door{Name: "coordlint", Analyze: a.vetResults, Stdout: a.stdout, Stderr: a.stderr}
}

// printResults answers coordlint-vet, which has no analysis of its own.
func (a *app) printResults(ctx context.Context) int {
	r, err := a.vetResults(ctx)
	if err == nil {
		err = json.NewEncoder(a.stdout).Encode(r)
	}
	if err != nil {
		return a.fail(err)
	}
	return report.ExitClean
}

// vetResults analyses the working directory's root as a plain run does.
func (a *app) vetResults(ctx context.Context) (*vet.Results, error) {
	root, _, err := locate("")
	if err != nil {
		return nil, err
	}
	store := a.openCache(false)
	defer store.Trim()
	r, err := a.analyze(ctx, analyzer.Config{Root: root, Cache: store})
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	binary, err := vet.HashFile(self)
	if err != nil {
		return nil, err
	}
	root, err = filepath.EvalSymlinks(root)
	if err != nil {
		return nil, err
	}
	return &vet.Results{Root: root, Hash: binary + r.InputsHash, Failure: r.Failure, Findings: vetFindings(r)}, nil
}

// vetFindings returns what go vet prints: the findings, and what could not be
// read, so that the gate does not pass because it could not look.
func vetFindings(r *report.Report) []vet.Finding {
	list := []vet.Finding{}
	first := ""
	for _, s := range r.Services {
		if s.Main != "" {
			first = filepath.ToSlash(filepath.Clean(s.Main))
			break
		}
	}
	add := func(f graph.Finding, tag string) {
		home := r.Home(&f)
		if home == "" {
			home = first
		}
		v := vet.Finding{File: f.Site.File, Line: f.Site.Line, Col: f.Site.Col, Severity: f.Severity,
			Message: f.Message + " [" + tag + "]", Home: home}
		for _, h := range f.Path {
			v.Path = append(v.Path, vet.Hop{File: h.Site.File, Line: h.Site.Line, Col: h.Site.Col, Text: h.Text})
		}
		list = append(list, v)
	}
	for _, f := range r.Findings {
		add(f, f.Rule)
	}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			add(graph.Finding{Site: g.Site, Severity: graph.SeverityError, Message: g.Text, Subjects: []string{g.Owner}}, "gap: "+g.Kind)
		}
	}
	return list
}
