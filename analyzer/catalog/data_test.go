package catalog_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

var (
	backoffs = []string{"", "none", "fixed", "fixed+jitter", "growing-no-jitter", "growing+jitter", "depends-on-argument", "adds-jitter"}
	whens    = []string{"", "now", "each", "parallel", "later", "request", "message", "background", "start", "stop", "command"}
	results  = []string{"", "handler", "middleware", "client", "conn", "ctx", "reader", "writer", "value", "option", "listener", "iterator", "request", "router"}
	sources  = []string{"", "file", "value", "reader", "env", "request", "message", "setting", "default", "flag", "receiver"}
)

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Every row is well-formed and says what its role needs.
func TestRows(t *testing.T) {
	all, err := catalog.All()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 6000 {
		t.Fatalf("%d rows", len(all))
	}
	for _, e := range all {
		if _, err := new(catalog.Catalog).With([]catalog.Entry{e}); err != nil {
			t.Error(err)
		}
		bad := func(format string) { t.Errorf("%s: "+format, e.Symbol) }
		if !has(backoffs, e.Backoff) {
			bad("unknown backoff")
		}
		if !has(whens, string(e.When)) {
			bad("unknown when")
		}
		if !has(results, e.Result) {
			bad("unknown result")
		}
		if !has(sources, e.Source) {
			bad("unknown source")
		}
		if e.Role == catalog.Wrap && e.Kind != catalog.Field && e.Result == "" {
			bad("wrap without result")
		}
		if e.Role == catalog.Decode && e.Source == "" {
			bad("decode without source")
		}
		if e.Role == catalog.Callback && e.When == "" {
			bad("callback without when")
		}
		if _, ok := e.Arg("fn"); ok && e.When == "" && e.Role != catalog.BackoffSet && e.Role != catalog.Entrance && !strings.HasSuffix(e.Op, "interceptor") && e.Role != catalog.Setting && e.Role != catalog.Spawn && e.Role != catalog.Retry && e.Role != catalog.CacheOpen {
			bad("fn without when")
		}
		if method := e.Kind == catalog.Method || e.Kind == catalog.InterfaceMethod; method != strings.HasPrefix(e.Symbol, "(") {
			bad("kind does not fit the symbol")
		}
	}
}

// The files are one row a line, the symbol first: Load reads no others.
func TestFilesAreReadable(t *testing.T) {
	files, err := filepath.Glob("data/*.json")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(b) {
			t.Errorf("%s is no JSON", file)
		}
		rows += bytes.Count(b, []byte(`"symbol":`))
	}
	all, err := catalog.All()
	if err != nil {
		t.Fatal(err)
	}
	if rows != len(all) {
		t.Errorf("%d rows in the files, %d are read", rows, len(all))
	}
}
