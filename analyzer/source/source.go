// Package source finds what is under a root: Go modules with their packages
// parsed and type-checked, proto files, YAML and other configuration, image
// and compose files, charts. It reads and never writes, and it runs nothing of
// the tree: the only process that it starts is "go list" (never -export or
// -compiled, which would run the compiler and cgo).
//
//	tree, err := source.Load(ctx, source.Config{Dir: source.FindRoot(dir)})
//	err = tree.Check(ctx, source.Checking{Visit: func(p *source.Checked) { ... }})
//
// What cannot be read is a Gap of the tree, with its file and line; everything
// else is loaded all the same. Equal trees load as equal data: all lists are
// sorted, whatever the number of processors.
//
// Load lists the packages; Tree.Check type-checks those that are asked for and
// hands them out one by one, so that memory holds few of them at once.
//
// Of this module the package imports analyzer/cache alone.
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

	"golang.org/x/sync/errgroup"

	"github.com/coordlint/coordlint/analyzer/cache"
)

// A Config says what to load and how.
type Config struct {
	Dir  string   // the root; everything under it is read
	Tags []string // build tags, as of go build -tags
	Env  []string // NAME=value, after the environment of the process; GOOS and GOARCH select files

	// Outline finds what stands for a package that is not on the machine, by
	// import path and the tree's proto files. It may be nil.
	Outline func(importPath string, protos []string) (Outline, bool)

	Cache *cache.Store // remembers types of packages; may be nil
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

	gaps  []Gap // of files and of go list
	graph *pkgGraph
	units []*unit
	nodes [][]*node // of each unit
	cache *cache.Store

	digests Digests
}

// A Module is one Go module, or a tree of packages that has no go.mod.
type Module struct {
	Path      string     // module path; "" or a guess if there is no go.mod
	Dir       string     // relative to the root; "." for the root itself
	GoVersion string     // of the go directive, such as "1.22"; "" if there is none
	Packages  []*Package // those whose function bodies count, own or not, in dependency order
	Deps      []*Package // the others that the module's packages import, directly or not: types alone; by path
}

// A Package is one package of a module or of its dependencies.
type Package struct {
	Path    string
	Name    string
	Dir     string   // relative to the root; "" outside of it
	Module  string   // path of the module that holds it; "" for the standard library
	GoFiles []string // as Site.File has them: relative to the root, else absolute; sorted
	Imports []string // import paths of its direct imports, as resolved, sorted
	Own     bool     // belongs to the module itself
	Bodies  bool     // function bodies count
	Std     bool     // of the standard library

	// ID is the same for packages that several modules of the tree see alike:
	// they are checked once. Key is a hash of all that checking the package and
	// its compilation depend on, function bodies of imports left out; TypesKey
	// of all that its types depend on. Keys are the same on every machine but
	// for packages outside of the root whose bodies count.
	ID, Key, TypesKey string

	node *node
}

// A Checked is a package with its syntax and types. They are dropped after the
// visit.
type Checked struct {
	*Package
	Fset    *token.FileSet
	Files   []*ast.File
	Types   *types.Package
	Info    *types.Info
	Errors  []Gap // what the type checker had to say, first pass
	LeftOut []Gap // statements and initial values that were cut because they are ill-typed or use C
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
	tree.Fset, tree.cache = token.NewFileSet(), cfg.Cache
	var g errgroup.Group
	files := ""
	g.Go(func() error { // while go list waits for the disk
		files = digestFiles(root)
		return nil
	})
	tree.units = list(ctx, cfg, w)
	_ = g.Wait() // the function returns no error
	tree.enter()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	tree.digests = Digests{files, tree.digest()}
	return tree, nil
}

// Gaps returns what could not be read, by place: files, packages, and what the
// type checker had to say of those that were checked or restored.
func (t *Tree) Gaps() []Gap {
	gaps := slices.Clone(t.gaps)
	for i, u := range t.units {
		gaps = append(gaps, unitGaps(t.graph, u, t.nodes[i])...)
	}
	slices.SortFunc(gaps, compareGaps)
	return slices.CompactFunc(gaps, func(a, b Gap) bool { return compareGaps(a, b) == 0 })
}

// Restore says what the type checker said of a package at another time, when
// its Key was the same.
func (p *Package) Restore(errors []Gap) { p.node.errors = errors }
