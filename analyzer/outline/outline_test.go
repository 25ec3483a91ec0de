package outline_test

import (
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/outline"
)

func TestFind(t *testing.T) {
	for _, c := range []struct{ path, module, has string }{
		{"google.golang.org/grpc", "google.golang.org/grpc", "func NewClient("},
		{"google.golang.org/grpc/credentials/insecure", "google.golang.org/grpc", "package insecure"},
		{"github.com/redis/go-redis/v9", "github.com/redis/go-redis/v9", "func NewClient("},
		{"gopkg.in/yaml.v3", "gopkg.in/yaml.v3", "func Unmarshal("},
		{"google.golang.org/grpc/no/such/package", "", ""},
		{"example.com/nobody", "", ""},
		{"fmt", "", ""},
	} {
		p, ok := outline.Find(c.path)
		if ok != (c.module != "") || p.Module != c.module || !strings.Contains(string(p.Source), c.has) {
			t.Errorf("%s: found %v in %q", c.path, ok, p.Module)
		}
	}
}

// Every outline parses, and what it imports has an outline too or is of the
// standard library.
func TestOutlinesAreClosed(t *testing.T) {
	modules := outline.Modules()
	if len(modules) < 200 || !slices.IsSorted(modules) {
		t.Fatalf("%d modules, sorted: %v", len(modules), slices.IsSorted(modules))
	}
	for _, module := range modules {
		for _, f := range outline.Module(module).Files {
			if !strings.HasSuffix(f.Name, ".go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), module+"/"+f.Name, f.Data, parser.SkipObjectResolution)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, spec := range file.Imports {
				path := strings.Trim(spec.Path.Value, `"`)
				first, _, _ := strings.Cut(path, "/")
				if _, ok := outline.Find(path); !ok && strings.Contains(first, ".") {
					t.Errorf("%s/%s imports %s, which has no outline", module, f.Name, path)
				}
			}
		}
	}
}
