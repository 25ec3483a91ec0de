package source

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// A node is one package as one or more modules of the tree see it: nodes of
// equal files whose imports are equal are one, so that most dependencies are
// checked once a tree.
type node struct {
	l       *listed
	key     string
	imports map[string]*node // by import path in the source
	cycles  []string         // imports that import the package: left out
	bodies  bool
	waiting int     // imports that are not checked yet
	users   []*node // that import it

	files   []*ast.File
	names   []string
	types   *types.Package
	info    *types.Info
	errors  []Gap
	bad     []token.Pos // of the errors of the last check, and of the parser's
	leftOut []Gap
}

// A pkgGraph holds the nodes of a tree.
type pkgGraph struct {
	root  string
	nodes map[string]*node // by key
	order []*node          // imports first
}

// add enters the packages of a unit and returns their nodes, in the order of
// u.pkgs.
func (g *pkgGraph) add(u *unit) []*node {
	byPath := make(map[string]*listed, len(u.pkgs))
	for _, p := range u.pkgs {
		byPath[p.ImportPath] = p
	}
	keep := newPolicy(g.root, u)
	done := make(map[*listed]*node, len(u.pkgs))
	active := make(map[*listed]bool)
	var visit func(p *listed) *node
	visit = func(p *listed) *node {
		if n := done[p]; n != nil {
			return n
		}
		active[p] = true
		n := &node{l: p, imports: map[string]*node{}, bodies: keep.bodies(p)}
		h := sha256.New()
		fmt.Fprintf(h, "%q %q %q %q %v %s %v\n", p.ImportPath, p.Dir, p.GoFiles, p.CgoFiles, n.bodies, goVersion(p), p.outline != nil)
		mapped := make(map[string]string, len(p.ImportMap)) // as resolved -> as written
		for as, to := range p.ImportMap {
			mapped[to] = as
		}
		for _, path := range slices.Sorted(slices.Values(p.Imports)) {
			dep := byPath[path]
			if dep == nil || path == "unsafe" || path == "C" {
				continue
			}
			as := path
			if m, ok := mapped[path]; ok {
				as = m
			}
			if active[dep] {
				n.cycles = append(n.cycles, as)
				io.WriteString(h, as+" cycle\n")
				continue
			}
			d := visit(dep)
			n.imports[as] = d
			io.WriteString(h, as+" "+d.key+"\n")
		}
		delete(active, p)
		n.key = string(h.Sum(nil))
		if same := g.nodes[n.key]; same != nil {
			n = same
		} else {
			g.nodes[n.key] = n
			g.order = append(g.order, n)
		}
		done[p] = n
		return n
	}
	nodes := make([]*node, len(u.pkgs))
	for i, p := range u.pkgs {
		nodes[i] = visit(p)
	}
	return nodes
}

// link counts for each node what it waits for.
func (g *pkgGraph) link() {
	for _, n := range g.order {
		seen := map[*node]bool{}
		for _, d := range n.imports {
			if !seen[d] {
				seen[d] = true
				n.waiting++
				d.users = append(d.users, n)
			}
		}
	}
}

// goVersion is the language version of a package's files, "" for the
// toolchain's own.
func goVersion(p *listed) string {
	if p.Standard || p.Module == nil {
		return ""
	}
	v := p.Module.GoVersion
	switch {
	case v == "":
		return "go1.16" // what a go.mod without a go directive means
	case newer(v):
		return local()
	}
	return "go" + v
}

// name returns how sites name the file of a directory.
func (g *pkgGraph) name(dir, file string) string {
	abs := filepath.Join(dir, file)
	if rel := inside(g.root, abs); rel != "" {
		return rel
	}
	return abs
}

// relDir returns dir relative to the root; "" outside of it.
func (g *pkgGraph) relDir(dir string) string {
	return strings.TrimSuffix(inside(g.root, dir), "/")
}
