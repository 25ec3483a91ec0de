package source

import (
	"path/filepath"
	"slices"
	"strings"
)

// A node is one package as one or more modules of the tree see it: nodes of
// equal files whose imports are equal are one, so that most dependencies are
// checked once a tree.
type node struct {
	l        *listed
	index    int              // in pkgGraph.order
	imports  map[string]*node // by import path in the source
	cycles   []string         // imports that import the package: left out
	bodies   bool
	direct   bool // imported by a package whose bodies count
	id       string
	key      string // see Package
	typesKey string // see Package
	content  string // hash of its files
	errors   []Gap
}

// A pkgGraph holds the nodes of a tree.
type pkgGraph struct {
	root  string
	nodes map[string]*node // by id
	order []*node          // imports first
}

// add enters the packages of a unit and returns their nodes, in the order of
// u.pkgs.
func (g *pkgGraph) add(u *unit, contents map[*listed]content) []*node {
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
		n := &node{l: p, imports: map[string]*node{}, bodies: keep.bodies(p), content: contents[p].full}
		keys := g.keysOf(n, contents[p])
		mapped := make(map[string]string, len(p.ImportMap)) // as resolved -> as written
		for as, to := range p.ImportMap {
			mapped[to] = as
		}
		for _, path := range slices.Sorted(slices.Values(p.Imports)) {
			dep := byPath[path]
			as := path
			if m, ok := mapped[path]; ok {
				as = m
			}
			switch {
			case path == "unsafe" || path == "C":
			case dep == nil:
				keys.absent(as)
			case active[dep]:
				n.cycles = append(n.cycles, as)
				keys.cycle(as)
			default:
				d := visit(dep)
				n.imports[as] = d
				keys.imports(as, d)
			}
		}
		delete(active, p)
		n.id, n.key, n.typesKey = keys.sums()
		if same := g.nodes[n.id]; same != nil {
			n = same
		} else {
			n.index = len(g.order)
			g.nodes[n.id] = n
			g.order = append(g.order, n)
		}
		for _, d := range n.imports {
			d.direct = d.direct || n.bodies
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
