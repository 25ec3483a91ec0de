package source

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// enter makes the graph of the packages that were listed, and writes the
// modules.
func (t *Tree) enter() {
	t.graph = &pkgGraph{root: t.Root, nodes: map[string]*node{}}
	known := contents(t.Root, t.units, t.cache)
	for _, u := range t.units {
		nodes := t.graph.add(u, known)
		t.nodes = append(t.nodes, nodes)
		t.packages(u, nodes)
		t.Modules = append(t.Modules, u.mod)
	}
	slices.SortStableFunc(t.Modules, func(a, b *Module) int { return strings.Compare(a.Dir, b.Dir) })
}

// packages writes the packages of a unit's module.
func (t *Tree) packages(u *unit, nodes []*node) {
	g := t.graph
	keep := newPolicy(g.root, u)
	for _, n := range sorted(nodes) {
		p := &Package{
			Path: n.l.ImportPath, Name: n.l.Name, Dir: g.relDir(n.l.Dir), GoFiles: g.fileNames(n.l),
			Bodies: n.bodies, Std: n.l.Standard, ID: n.id, Key: n.key, TypesKey: n.typesKey, node: n,
		}
		if n.l.Module != nil {
			p.Module = n.l.Module.Path
			p.Own = keep.own(n.l)
		}
		for _, d := range n.imports {
			p.Imports = append(p.Imports, d.l.ImportPath)
		}
		slices.Sort(p.Imports)
		p.Imports = slices.Compact(p.Imports)
		if p.Bodies {
			u.mod.Packages = append(u.mod.Packages, p)
		} else {
			u.mod.Deps = append(u.mod.Deps, p)
		}
	}
	slices.SortFunc(u.mod.Deps, func(a, b *Package) int { return strings.Compare(a.Path, b.Path) })
}

// fileNames returns the names of a package's files, as sites have them.
func (g *pkgGraph) fileNames(l *listed) []string {
	if l.outline != nil {
		return []string{outlineName(l)}
	}
	var names []string
	for _, name := range slices.Sorted(slices.Values(slices.Concat(l.GoFiles, l.CgoFiles))) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(l.Dir, name)
		}
		names = append(names, g.name(filepath.Dir(name), filepath.Base(name)))
	}
	return names
}

// sorted returns the nodes, each after its imports, in an order that depends
// on their paths alone.
func sorted(nodes []*node) []*node {
	byPath := make(map[string]*node, len(nodes))
	for _, n := range nodes {
		byPath[n.l.ImportPath] = n
	}
	var out []*node
	seen := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, as := range slices.Sorted(maps.Keys(n.imports)) {
			visit(n.imports[as])
		}
		out = append(out, n)
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		visit(byPath[path])
	}
	return out
}

// unitGaps returns what could not be read of the packages of a unit: what go
// list said of them, what the type checker said, and which files build
// constraints leave out. Statements that were cut are not among them: whoever
// compiles the packages says so.
func unitGaps(g *pkgGraph, u *unit, nodes []*node) []Gap {
	var gaps []Gap
	keep := newPolicy(g.root, u)
	for i, l := range u.pkgs {
		own := keep.own(l)
		hard := own && !u.soft
		if l.Error != nil && (own || missing(l)) && !strings.HasPrefix(l.Error.Err, "import cycle") {
			gap := listGap(g, u, l, hard)
			if missing(l) { // counts if a file of the tree asks for it
				gap.Hard = !u.soft && !filepath.IsAbs(gap.File) && !strings.Contains("/"+gap.File, "/vendor/")
			}
			gaps = append(gaps, gap)
		}
		n := nodes[i]
		if !n.bodies {
			continue
		}
		for _, e := range n.errors {
			e.Hard = e.Hard && hard
			gaps = append(gaps, e)
		}
		if own {
			gaps = append(gaps, excluded(g, l)...)
		}
	}
	return withoutEchoes(gaps)
}

// withoutEchoes drops what the type checker says of an import that go list has
// already complained of.
func withoutEchoes(gaps []Gap) []Gap {
	said := map[string]bool{}
	line := func(g Gap) string { return g.File + ":" + strconv.Itoa(g.Line) }
	for _, g := range gaps {
		if g.Line > 0 && !strings.HasPrefix(g.Text, "could not import") {
			said[line(g)] = true
		}
	}
	return slices.DeleteFunc(gaps, func(g Gap) bool {
		return strings.HasPrefix(g.Text, "could not import") && said[line(g)]
	})
}

// missing reports whether l stands for an import that was found nowhere.
func missing(l *listed) bool {
	return l.Error != nil && l.Module == nil && !l.Standard && len(l.GoFiles) == 0
}

func listGap(g *pkgGraph, u *unit, l *listed, hard bool) Gap {
	gap := Gap{Kind: "package", Text: strings.TrimSpace(l.Error.Err), Hard: hard}
	gap.Text, _, _ = strings.Cut(gap.Text, "; to add")
	gap.Text = strings.ReplaceAll(gap.Text, g.root+string(filepath.Separator), "")
	if strings.Contains(gap.Text, "GOPROXY=off") {
		gap.Text = l.ImportPath + ": its module is not in the module cache"
	}
	if l.Error.Pos != "" {
		gap.File, gap.Line, gap.Col = position(g.root, u.dir, l.Error.Pos)
		return gap
	}
	gap.File = g.relDir(l.Dir)
	if l.Dir == "" {
		gap.File = joinRel(u.mod.Dir, "go.mod")
	}
	if !strings.Contains(gap.Text, l.ImportPath) {
		gap.Text = l.ImportPath + ": " + gap.Text
	}
	return gap
}
