package compile

import (
	"fmt"
	"go/types"
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// maxTypes bounds how many types of dependencies are described for a module.
const maxTypes = 20000

// keptStd are the packages of the standard library whose types are described.
var keptStd = []string{"context", "database/sql", "io", "net/http", "sync", "time"}

// interfaces describes the types of dependencies that a module's packages
// mention and those that one reaches from there through fields: what a decoder
// fills, and what a type assertion or an interface asks for. One summary a
// package, by path.
func interfaces(m *source.Module, own map[*types.Package]bool, mentioned map[*types.TypeName]bool) []*summary.Package {
	deps := make(map[*types.Package]*source.Package, len(m.Deps))
	for _, d := range m.Deps {
		if !d.Std || slices.Contains(keptStd, d.Path) {
			deps[d.Types] = d
		}
	}
	n := newNames(m.Fset)
	var queue []*types.TypeName
	queued := map[*types.TypeName]bool{}
	enter := func(objs map[*types.TypeName]bool) {
		first := len(queue)
		for obj := range objs {
			if !queued[obj] && !own[obj.Pkg()] && deps[obj.Pkg()] != nil && obj.Parent() == obj.Pkg().Scope() {
				queued[obj] = true
				queue = append(queue, obj)
			}
		}
		slices.SortFunc(queue[first:], compareTypeNames)
	}
	enter(mentioned)
	byPkg := map[*types.Package]*summary.Package{}
	var out []*summary.Package
	for len(queue) > 0 && len(queued) <= maxTypes {
		obj := queue[0]
		queue = queue[1:]
		pkg := byPkg[obj.Pkg()]
		if pkg == nil {
			d := deps[obj.Pkg()]
			pkg = &summary.Package{Path: d.Path, Name: d.Name, Dir: d.Dir, Module: d.Module, Imports: d.Imports, Iface: true}
			byPkg[obj.Pkg()] = pkg
			out = append(out, pkg)
		}
		pkg.Types = append(pkg.Types, n.declared(obj, true))
		enter(reached(obj))
	}
	if len(queue) > 0 && len(out) > 0 {
		out[0].Gaps = append(out[0].Gaps, summary.Gap{Site: summary.Site{File: path.Join(m.Dir, "go.mod")},
			Text: fmt.Sprintf("more than %d types of dependencies: the rest is not described", maxTypes)})
	}
	for _, pkg := range out {
		slices.SortFunc(pkg.Types, func(a, b summary.Type) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(out, func(a, b *summary.Package) int { return strings.Compare(a.Path, b.Path) })
	return out
}

func compareTypeNames(a, b *types.TypeName) int {
	if c := strings.Compare(a.Pkg().Path(), b.Pkg().Path()); c != 0 {
		return c
	}
	return strings.Compare(a.Name(), b.Name())
}

// reached returns the declared types that a value of the type obj may hold in
// its exported and embedded fields and elements.
func reached(obj *types.TypeName) map[*types.TypeName]bool {
	found := map[*types.TypeName]bool{}
	var visit func(t types.Type, depth int)
	visit = func(t types.Type, depth int) {
		if depth > 10 {
			return
		}
		switch t := types.Unalias(t).(type) {
		case *types.Named:
			found[t.Obj()] = true
			for a := range t.TypeArgs().Types() {
				visit(a, depth+1)
			}
		case *types.Pointer:
			visit(t.Elem(), depth+1)
		case *types.Slice:
			visit(t.Elem(), depth+1)
		case *types.Array:
			visit(t.Elem(), depth+1)
		case *types.Map:
			visit(t.Elem(), depth+1)
		case *types.Struct:
			for f := range t.Fields() {
				if f.Exported() || f.Embedded() {
					visit(f.Type(), depth+1)
				}
			}
		}
	}
	if obj.IsAlias() {
		visit(obj.Type(), 0)
	} else {
		visit(obj.Type().Underlying(), 0)
	}
	return found
}
