package source

import (
	"bytes"
	"fmt"
	"go/types"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/coordlint/coordlint/analyzer/cache"
)

func (c *checker) exportKey(n *node) cache.Key { return c.tree.cache.Key("types", n.typesKey) }

// store keeps the types of a package that a package with bodies imports.
// Others are seen through these: export data holds what can be reached.
func (c *checker) store(j *job) {
	if c.tree.cache == nil || !j.direct || j.ill || len(j.errors)+len(j.l.CgoFiles) > 0 {
		return
	}
	key := c.exportKey(j.node)
	if j.full { // it was not asked for before
		if _, ok := c.tree.cache.Get(key); ok {
			return
		}
	}
	var buf bytes.Buffer
	if gcexportdata.Write(&buf, c.fset, j.types) == nil { // else it is checked from source again
		c.tree.cache.Put(key, buf.Bytes())
	}
}

// read reads the types of a package from its export data. The parts of other
// packages in there are entered in their packages: those that have jobs are
// done and complete, those that have none belong to all export data together.
func (c *checker) read(j *job) {
	c.reading.Lock()
	defer c.reading.Unlock()
	imports := map[string]*types.Package{"unsafe": types.Unsafe}
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, d := range n.imports {
			if !seen[d] {
				seen[d] = true
				imports[d.l.ImportPath] = c.packageOf(d)
				visit(d)
			}
		}
	}
	visit(j.node)
	err := fmt.Errorf("an import could not be read")
	if !c.broken {
		j.types, err = gcexportdata.Read(bytes.NewReader(j.stored), c.fset, imports, j.l.ImportPath)
	}
	if err != nil {
		c.broken, j.ill = true, true
		j.types = types.NewPackage(j.l.ImportPath, j.l.Name)
		j.types.MarkComplete()
	}
}

// packageOf returns the package of a node that export data mentions.
func (c *checker) packageOf(n *node) *types.Package {
	if n.l.ImportPath == "unsafe" {
		return types.Unsafe
	}
	if j := c.jobs[n]; j != nil {
		return j.types
	}
	p := c.partial[n]
	if p == nil {
		p = types.NewPackage(n.l.ImportPath, n.l.Name)
		c.partial[n] = p
	}
	return p
}

// isBroken reports whether export data could not be read.
func (c *checker) isBroken() bool {
	c.reading.Lock()
	defer c.reading.Unlock()
	return c.broken
}
