// Package load type-checks packages from source without function bodies, for
// the tools and tests that compare the catalog with libraries. It may import
// nothing of the module.
package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A Package is a package with its types. Types may be incomplete: errors in
// dependencies are ignored, since what matters is what is there.
type Package struct {
	Path     string
	Module   string // "" for the standard library
	Standard bool
	Types    *types.Package
	Errors   []error // of the package itself
}

type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	ImportMap  map[string]string
	Standard   bool
	Module     *struct{ Path string }
}

// Packages loads the named packages and all that they import, dependencies
// first. The command go list runs in dir with env added to the environment.
func Packages(dir string, env []string, patterns ...string) ([]*Package, error) {
	cmd := exec.Command("go", append([]string{"list", "-e", "-deps", "-json=ImportPath,Dir,GoFiles,CgoFiles,ImportMap,Standard,Module", "--"}, patterns...)...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOTOOLCHAIN=local", "GOWORK=off"), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list in %s: %w: %s", dir, err, stderr.Bytes())
	}
	var pkgs []*Package
	done := map[string]*types.Package{"unsafe": types.Unsafe}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("output of go list: %w", err)
		}
		if l.ImportPath == "unsafe" || l.Dir == "" {
			continue
		}
		p := &Package{Path: l.ImportPath, Standard: l.Standard}
		p.Types, p.Errors = check(&l, done)
		if l.Module != nil {
			p.Module = l.Module.Path
		}
		done[l.ImportPath] = p.Types
		pkgs = append(pkgs, p)
	}
}

func check(l *listed, done map[string]*types.Package) (*types.Package, []error) {
	var errs []error
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range append(l.GoFiles, l.CgoFiles...) {
		f, err := parser.ParseFile(fset, filepath.Join(l.Dir, name), nil, parser.SkipObjectResolution)
		if f != nil && (err == nil || f.Name != nil) {
			files = append(files, f)
		}
	}
	conf := types.Config{
		IgnoreFuncBodies: true,
		FakeImportC:      true,
		Error:            func(err error) { errs = append(errs, err) },
		Importer: importer(func(path string) (*types.Package, error) {
			if to, ok := l.ImportMap[path]; ok {
				path = to
			}
			if p := done[path]; p != nil {
				return p, nil
			}
			return nil, fmt.Errorf("%s is not loaded", path)
		}),
	}
	pkg, _ := conf.Check(l.ImportPath, fset, files, nil) // Error has collected the errors
	return pkg, errs
}

type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }
