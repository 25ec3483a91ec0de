package source

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// check type-checks the packages of all units, imports first, and writes the
// modules and the gaps of the tree.
func check(ctx context.Context, tree *Tree, units []*unit) {
	g := &pkgGraph{root: tree.Root, nodes: map[string]*node{}}
	nodes := make([][]*node, len(units))
	for i, u := range units {
		nodes[i] = g.add(u)
	}
	g.link()
	c := &checker{graph: g, fset: tree.Fset, sizes: types.SizesFor("gc", runtime.GOARCH)}
	c.run(ctx)
	if ctx.Err() != nil {
		return
	}
	for i, u := range units {
		u.mod.Fset = tree.Fset
		c.finish(u, nodes[i])
		tree.Modules = append(tree.Modules, u.mod)
		tree.Gaps = append(tree.Gaps, unitGaps(g, u, nodes[i])...)
	}
	slices.SortStableFunc(tree.Modules, func(a, b *Module) int {
		return slices.Compare([]byte(a.Dir), []byte(b.Dir))
	})
}

// A checker type-checks nodes.
type checker struct {
	graph *pkgGraph
	fset  *token.FileSet
	sizes types.Sizes
}

// run checks all nodes, each after its imports, as many at once as there are
// processors.
func (c *checker) run(ctx context.Context) {
	todo := len(c.graph.order)
	ready := make(chan *node, todo)
	for _, n := range c.graph.order {
		if n.waiting == 0 {
			ready <- n
		}
	}
	if todo == 0 {
		close(ready)
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for n := range ready {
				if ctx.Err() == nil {
					c.node(n)
				}
				mu.Lock()
				for _, u := range n.users {
					if u.waiting--; u.waiting == 0 {
						ready <- u
					}
				}
				if todo--; todo == 0 {
					close(ready)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

// node parses and checks one package. A panic of the checker is an error of
// the package.
func (c *checker) node(n *node) {
	if n.l.ImportPath == "unsafe" {
		n.types = types.Unsafe
		return
	}
	defer func() {
		if r := recover(); r != nil {
			n.errors = append(n.errors, Gap{Kind: "package", File: c.dirName(n), Text: fmt.Sprintf("type checker: %v", r), Hard: true})
			n.types, n.info, n.files, n.names = types.NewPackage(n.l.ImportPath, n.l.Name), nil, nil, nil
			n.types.MarkComplete()
		}
	}()
	c.parse(n)
	c.types(n)
	if n.bodies && len(n.errors)+len(n.l.CgoFiles) > 0 {
		c.repair(n)
	}
	if !n.bodies {
		n.files, n.names, n.info = nil, nil, nil
	}
}

func (c *checker) dirName(n *node) string {
	if rel := c.graph.relDir(n.l.Dir); rel != "" {
		return rel
	}
	return n.l.Dir
}

// parse reads the files of a node. Files with syntax errors are kept as far as
// the parser understands them.
func (c *checker) parse(n *node) {
	mode := parser.SkipObjectResolution
	if n.bodies {
		mode |= parser.ParseComments
	}
	if n.l.outline != nil {
		c.parseFile(n, outlineName(n.l), n.l.outline, mode)
		return
	}
	for _, name := range slices.Sorted(slices.Values(slices.Concat(n.l.GoFiles, n.l.CgoFiles))) {
		abs := name
		if !filepath.IsAbs(abs) {
			abs = filepath.Join(n.l.Dir, name)
		}
		rel := c.graph.name(filepath.Dir(abs), filepath.Base(abs))
		fail := func(text string) {
			n.errors = append(n.errors, Gap{Kind: "package", File: rel, Text: text, Hard: true})
		}
		st, err := os.Stat(abs)
		if err != nil {
			fail("file cannot be read: " + reason(err).Error())
			continue
		}
		if st.Size() > maxFile {
			fail(fmt.Sprintf("file of %d MiB: not read", st.Size()>>20))
			continue
		}
		data, err := os.ReadFile(abs)
		if err != nil {
			fail("file cannot be read: " + reason(err).Error())
			continue
		}
		c.parseFile(n, rel, data, mode)
	}
}

// parseFile parses one file of a node.
func (c *checker) parseFile(n *node, rel string, data []byte, mode parser.Mode) {
	f, err := parser.ParseFile(c.fset, rel, data, mode)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			if f != nil && n.bodies {
				n.bad = append(n.bad, f.FileStart+token.Pos(e.Pos.Offset))
			}
			n.errors = append(n.errors, Gap{Kind: "package", File: rel, Line: e.Pos.Line, Col: e.Pos.Column, Text: e.Msg, Hard: true})
		}
	}
	if f == nil {
		return
	}
	n.files = append(n.files, f)
	n.names = append(n.names, rel)
}

// types checks the files of a node.
func (c *checker) types(n *node) {
	conf := types.Config{
		Importer:         importer{n},
		Sizes:            c.sizes,
		GoVersion:        goVersion(n.l),
		FakeImportC:      true,
		IgnoreFuncBodies: !n.bodies,
		Error: func(err error) {
			var te types.Error
if n.bodies && errors.As(err, &te) && !strings.HasPrefix(te.Msg, "\t") { // "\tother declaration of x"
				g := c.position(te.Pos)
				g.Text, g.Hard = te.Msg, !te.Soft
				n.errors = append(n.errors, g)
				if !te.Soft && te.Msg != "missing return" {
					n.bad = append(n.bad, te.Pos)
				}
			}
		},
	}
	n.info = nil
	if n.bodies {
		n.info = &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
			Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
		}
	}
	n.types = types.NewPackage(n.l.ImportPath, n.l.Name)
	// The error is among those that conf.Error was told.
	_ = types.NewChecker(&conf, c.fset, n.types, n.info).Files(n.files)
	n.types.MarkComplete()
}

func (c *checker) position(pos token.Pos) Gap {
	p := c.fset.PositionFor(pos, false)
	return Gap{Kind: "package", File: p.Filename, Line: p.Line, Col: p.Column}
}

// An importer finds what a node imports by the path that the import has.
type importer struct{ *node }

func (m importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if n := m.imports[path]; n != nil && n.types != nil {
		return n.types, nil
	}
	if slices.Contains(m.cycles, path) {
		return nil, fmt.Errorf("import cycle: it imports %s", m.l.ImportPath)
	}
	return nil, fmt.Errorf("package %s was not found", path)
}
