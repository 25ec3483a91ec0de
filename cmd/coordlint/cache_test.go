package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/report"
)

func TestCache(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(cache.Variable, dir)
	var given *cache.Store
	run := func(args ...string) string {
		var out, errs bytes.Buffer
		a := &app{rules: testRules, stdin: strings.NewReader(""), stdout: &out, stderr: &errs,
			analyze: func(_ context.Context, c analyzer.Config) (*report.Report, error) {
				given = c.Cache
				return &report.Report{}, nil
			}}
		if status := a.run(t.Context(), args); status != 0 {
			t.Errorf("%v: status %d: %s", args, status, errs.String())
		}
		return out.String()
	}
	if run("-C", dir); given == nil {
		t.Fatal("a plain run has no cache")
	}
	given.Put(given.Key("kind"), []byte("text"))
	if run("-C", dir, "-no-cache"); given != nil {
		t.Error("-no-cache has one")
	}
	if got := run("cache", "status"); !strings.HasPrefix(got, dir+": 1 entries, 0.0 MB of at most 2048 MB, not used for up to ") {
		t.Errorf("status: %s", got)
	}
	if got := run("cache", "clean"); got != dir+" is empty\n" {
		t.Errorf("clean: %s", got)
	}
	if got := run("cache", "status"); got != dir+": 0 entries, 0.0 MB of at most 2048 MB\n" {
		t.Errorf("status: %s", got)
	}
	t.Setenv(cache.Variable, "off")
	if run("-C", dir); given != nil {
		t.Error("the environment switches nothing off")
	}
	if got := run("cache", "clean"); got != "the cache is off: COORDLINT_CACHE=off\n" {
		t.Errorf("off: %s", got)
	}
}
