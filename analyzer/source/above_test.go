package source

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// A root may be a directory of a module: it is read as a part of it, with what
// it imports from the rest.
func TestRootBelowModule(t *testing.T) {
	top := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                  "module example.com/reef\n\ngo 1.22\n",
		"tide/tide.go":            "package tide\n\nfunc High() bool { return true }\n",
		"shore/main.go":           "package main\n\nimport \"example.com/reef/tide\"\n\nfunc main() { _ = tide.High() }\n",
		"examples/diver/main.go":  "package main\n\nimport (\n\t\"example.com/reef/examples/diver/kit\"\n\t\"example.com/reef/tide\"\n)\n\nfunc main() { kit.Wear(tide.High()) }\n",
		"examples/diver/kit/k.go": "package kit\n\nfunc Wear(wet bool) {}\n",
	} {
		file := filepath.Join(top, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := Load(context.Background(), Config{Dir: filepath.Join(top, "examples", "diver")})
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Modules) != 1 || tree.Modules[0].Path != "example.com/reef/examples/diver" || tree.Modules[0].Dir != "." {
		t.Fatalf("modules: %+v", tree.Modules)
	}
	var paths []string
	for _, p := range tree.Modules[0].Packages {
		paths = append(paths, p.Path)
	}
	slices.Sort(paths)
	want := []string{"example.com/reef/examples/diver", "example.com/reef/examples/diver/kit", "example.com/reef/tide"}
	if !slices.Equal(paths, want) {
		t.Errorf("packages %v, want %v", paths, want)
	}
	if gaps := tree.Gaps(); len(gaps) > 0 {
		t.Errorf("gaps: %v", gaps)
	}
}
