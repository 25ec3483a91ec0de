// Package outline holds the outlines of well-known libraries: their import
// paths and exported API, without their code. Where a module is not on the
// machine, its outline tells what the code that uses it means; tests use
// outlines in the place of libraries, so that they need no network.
//
// There is one archive a module in data: its go.mod and a file stub.go for
// each package. They are written by analyzer/catalog/internal/stubgen, from the
// modules that real/go.mod requires.
//
// The package imports nothing of this module.
package outline

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

//go:embed data
var data embed.FS

// A Package is the outline of one package.
type Package struct {
	Module string // path of the module that holds it
	Of     string // path of the module that the outline was made of, where it stands for another; see Near
	Source []byte // of its one Go file
}

// Find returns the outline of the package with an import path, and whether
// there is one.
func Find(importPath string) (Package, bool) {
	for module := importPath; module != "."; module = path.Dir(module) {
		ar := Module(module)
		if ar == nil {
			continue
		}
		name := strings.TrimPrefix(strings.TrimPrefix(importPath, module)+"/stub.go", "/")
		for _, f := range ar.Files {
			if f.Name == name {
				return Package{Module: module, Source: f.Data}, true
			}
		}
	}
	return Package{}, false
}

// Module returns the files of a module's outline, nil if there is none.
func Module(module string) *txtar.Archive {
	b, err := data.ReadFile("data/" + module + ".txtar")
	if err != nil {
		return nil
	}
	return txtar.Parse(b)
}

// Modules returns the paths of all modules that have an outline, sorted.
func Modules() []string {
	var modules []string
	// The walk reads what is in the program: it cannot go wrong.
	_ = fs.WalkDir(data, "data", func(name string, d fs.DirEntry, err error) error {
		if module, ok := strings.CutSuffix(name, ".txtar"); ok && err == nil && !d.IsDir() {
			modules = append(modules, strings.TrimPrefix(module, "data/"))
		}
		return err
	})
	slices.Sort(modules)
	return modules
}
