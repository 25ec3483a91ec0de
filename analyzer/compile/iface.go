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

// described returns the packages of a module of which only types are described,
// by path.
func described(m *source.Module) map[string]*source.Package {
	deps := make(map[string]*source.Package, len(m.Deps))
	for _, d := range m.Deps {
		if !d.Std || slices.Contains(keptStd, d.Path) {
			deps[d.Path] = d
		}
	}
	return deps
}

// module describes the types of dependencies that a module's packages mention
// and those that one reaches from there through fields: what a decoder fills,
// and what a type assertion or an interface asks for. One summary a package, by
// path. It is false if a declaration is not known.
func (d *declarations) module(m *source.Module, mentioned map[string]bool) ([]*summary.Package, bool) {
	deps := described(m)
	var queue []string
	queued := map[string]bool{}
	enter := func(names []string) {
		for _, name := range names {
			pkg, _ := splitType(name)
			if !queued[name] && deps[pkg] != nil {
				queued[name] = true
				queue = append(queue, name)
			}
		}
	}
	first := make([]string, 0, len(mentioned))
	for name := range mentioned {
		first = append(first, name)
	}
	slices.SortFunc(first, compareTypes)
	enter(first)
	byPath := map[string]*summary.Package{}
	var out []*summary.Package
	for len(queue) > 0 && len(queued) <= maxTypes {
		name := queue[0]
		queue = queue[1:]
		dep, _ := splitType(name)
		decl, ok := d.find(deps[dep], name)
		if !ok {
			return nil, false
		}
		pkg := byPath[dep]
		if pkg == nil {
			p := deps[dep]
			pkg = &summary.Package{Path: p.Path, Name: p.Name, Dir: p.Dir, Module: p.Module, Imports: p.Imports, Iface: true}
			byPath[dep] = pkg
			out = append(out, pkg)
		}
		pkg.Types = append(pkg.Types, decl.Type)
		enter(decl.Reached)
	}
	if len(queue) > 0 && len(out) > 0 {
		out[0].Gaps = append(out[0].Gaps, summary.Gap{Site: summary.Site{File: path.Join(m.Dir, "go.mod")},
			Text: fmt.Sprintf("more than %d types of dependencies: the rest is not described", maxTypes)})
	}
	for _, pkg := range out {
		slices.SortFunc(pkg.Types, func(a, b summary.Type) int { return strings.Compare(a.Name, b.Name) })
	}
	slices.SortFunc(out, func(a, b *summary.Package) int { return strings.Compare(a.Path, b.Path) })
	return out, true
}

// splitType splits "path.T".
func splitType(name string) (pkg, typ string) {
	i := strings.LastIndexByte(name, '.')
	return name[:i], name[i+1:]
}

func compareTypes(a, b string) int {
	ap, at := splitType(a)
	bp, bt := splitType(b)
	if c := strings.Compare(ap, bp); c != 0 {
		return c
	}
	return strings.Compare(at, bt)
}

// typeNames returns the names of the types among objs that packages declare,
// those of functions left out, sorted.
func typeNames(objs map[*types.TypeName]bool) []string {
	var names []string
	for obj := range objs {
		if isTopLevel(obj) {
			names = append(names, obj.Pkg().Path()+"."+obj.Name())
		}
	}
	slices.SortFunc(names, compareTypes)
	return slices.Compact(names)
}

func isTopLevel(obj *types.TypeName) bool {
	return obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope()
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
