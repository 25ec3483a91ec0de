package source

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// check parses and checks the package of a job. A panic of the checker is an
// error of the package.
func (c *checker) check(n *job) {
	defer func() {
		if r := recover(); r != nil {
			n.errors = append(n.errors, Gap{Kind: "package", File: c.dirName(n), Text: fmt.Sprintf("type checker: %v", r), Hard: true})
			n.files, n.info, n.ill = nil, newInfo(), true
			n.types = types.NewPackage(n.l.ImportPath, n.l.Name)
			n.types.MarkComplete()
		}
	}()
	c.parse(n)
	c.types(n)
	n.ill = n.ill || len(n.errors) > 0
	if n.full && len(n.errors)+len(n.l.CgoFiles) > 0 {
		c.repair(n)
	}
}

func (c *checker) dirName(n *job) string {
	if rel := c.tree.graph.relDir(n.l.Dir); rel != "" {
		return rel
	}
	return n.l.Dir
}

// parse reads the files of a node. Files with syntax errors are kept as far as
// the parser understands them.
func (c *checker) parse(n *job) {
	mode := parser.SkipObjectResolution
	if n.full {
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
		rel := c.tree.graph.name(filepath.Dir(abs), filepath.Base(abs))
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
func (c *checker) parseFile(n *job, rel string, data []byte, mode parser.Mode) {
	f, err := parser.ParseFile(c.fset, rel, data, mode)
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			if f != nil && n.full {
				n.bad = append(n.bad, f.FileStart+token.Pos(e.Pos.Offset))
			}
			n.errors = append(n.errors, Gap{Kind: "package", File: rel, Line: e.Pos.Line, Col: e.Pos.Column, Text: e.Msg, Hard: true})
		}
	}
	if f == nil {
		return
	}
	if !n.full && slices.Contains(n.l.CgoFiles, filepath.Base(rel)) {
		plainConstants(f)
	}
	n.files = append(n.files, f)
}

// types checks the files of a node.
func (c *checker) types(n *job) {
	conf := types.Config{
		Importer:         importer{c, n},
		Sizes:            c.sizes,
		GoVersion:        goVersion(n.l),
		FakeImportC:      true,
		IgnoreFuncBodies: !n.full,
		Error: func(err error) {
			n.ill = true
			var te types.Error
			if n.full && errors.As(err, &te) && !strings.HasPrefix(te.Msg, "\t") { // "\tother declaration of x"
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
	if n.full {
		n.info = newInfo()
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

func newInfo() *types.Info {
	return &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
}

// An importer finds what a package imports by the path that the import has.
type importer struct {
	c *checker
	*job
}

func (m importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if n := m.imports[path]; n != nil {
		return m.c.jobs[n].types, nil
	}
	if slices.Contains(m.cycles, path) {
		return nil, fmt.Errorf("import cycle: it imports %s", m.l.ImportPath)
	}
	return nil, fmt.Errorf("package %s was not found", path)
}
