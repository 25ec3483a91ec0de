// Package source finds what is under a root: Go modules with their packages
// parsed and type-checked, proto files, YAML and other configuration, image
// and compose files, charts. It reads and never writes, and it runs nothing of
// the tree: the only process that it starts is "go list" (never -export or
// -compiled, which would run the compiler and cgo).
//
//	tree, err := source.Load(ctx, source.Config{Dir: source.FindRoot(dir)})
//
// What cannot be read is a Gap of the tree, with its file and line; everything
// else is loaded all the same. Equal trees load as equal data: all lists are
// sorted, whatever the number of processors.
//
// The package imports nothing of this module.
package source

import (
	"cmp"
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
)

// A Config says what to load and how.
type Config struct {
	Dir  string   // the root; everything under it is read
	Tags []string // build tags, as of go build -tags
	Env  []string // NAME=value, after the environment of the process; GOOS and GOARCH select files

	// Outline finds what stands for a package that is not on the machine, by
	// import path. It may be nil.
	Outline func(importPath string) (Outline, bool)
}

// A Tree is all that was found under a root. Names of files are relative to
// the root, with forward slashes, and sorted.
type Tree struct {
	Root           string    // absolute, symbolic links resolved
	Modules        []*Module // by directory
	Fset           *token.FileSet
	Protos         []string
	YAMLs          []string // every *.yaml and *.yml; many are no Kubernetes objects
	Configs        []string // yaml, json, toml, env, properties, hcl, ini and similar; none greater than 1 MiB
	Dockerfiles    []string
	ComposeFiles   []string
	Charts         []string // Chart.yaml files of Helm
	Kustomizations []string
	Gaps           []Gap // by place
}

// A Module is one Go module, or a tree of packages that has no go.mod.
type Module struct {
	Path      string     // module path; "" or a guess if there is no go.mod
	Dir       string     // relative to the root; "." for the root itself
	GoVersion string     // of the go directive, such as "1.22"; "" if there is none
	Packages  []*Package // those whose syntax was kept, own or not, in dependency order
	Deps      []*Package // the others that the module's packages import, directly or not: types alone; by path
	Fset      *token.FileSet
}

// A Package is one package of a module or of its dependencies. Packages that
// several modules of a tree see alike share their syntax and types.
type Package struct {
	Path    string
	Name    string
	Dir     string   // relative to the root; "" outside of it
	Module  string   // path of the module that holds it; "" for the standard library
	GoFiles []string // as Site.File has them: relative to the root, else absolute; those of Files, one for one
	Files   []*ast.File
	Types   *types.Package
	Info    *types.Info
	Sizes   types.Sizes
	Errors  []Gap    // what the type checker had to say, first pass
	LeftOut []Gap    // statements and initial values that were cut because they are ill-typed or use C
	Imports []string // import paths of its direct imports, as resolved, sorted
	Own     bool     // belongs to the module itself
	Bodies  bool     // function bodies, Files and Info were kept
	Std     bool     // of the standard library
}

// A Gap is something that could not be read, or was left out.
type Gap struct {
	Kind string // "package", "manifest", "proto", "config"
	File string // relative to the root, with forward slashes; absolute outside of it
	Line int    // 1-based; 0 for the file as a whole
	Col  int    // 1-based; counts bytes; 0 for the line as a whole
	Text string
	Hard bool // something that counts could not be read: the analysis is incomplete
}

// String returns FILE:LINE:COL: TEXT, without the parts that are not known.
func (g Gap) String() string {
	switch {
	case g.Line == 0:
		return fmt.Sprintf("%s: %s", g.File, g.Text)
	case g.Col == 0:
		return fmt.Sprintf("%s:%d: %s", g.File, g.Line, g.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", g.File, g.Line, g.Col, g.Text)
}

func compareGaps(a, b Gap) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Col, b.Col), cmp.Compare(a.Text, b.Text))
}

// Load reads everything under cfg.Dir. It returns an error only if the
// directory itself cannot be read or ctx is done; whatever else goes wrong is
// a Gap of the tree.
func Load(ctx context.Context, cfg Config) (*Tree, error) {
	root, err := filepath.Abs(cmp.Or(cfg.Dir, "."))
	if err != nil {
		return nil, fmt.Errorf("root %s: %w", cfg.Dir, err)
	}
	if root, err = filepath.EvalSymlinks(root); err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	if _, err := os.ReadDir(root); err != nil {
		return nil, fmt.Errorf("root: %w", err)
	}
	w := walk(root)
	tree := w.tree
	tree.Fset = token.NewFileSet()
	units := list(ctx, cfg, w)
	check(ctx, tree, units)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(tree.Gaps, compareGaps)
	tree.Gaps = slices.CompactFunc(tree.Gaps, func(a, b Gap) bool { return compareGaps(a, b) == 0 })
	return tree, nil
}
