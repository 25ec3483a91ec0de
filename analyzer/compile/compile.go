// Package compile turns type-checked packages into summaries, by way of
// go/ssa. Each package is built alone, over the types of its direct imports,
// and its SSA is dropped as soon as it is summarised.
//
//	tree, err := source.Load(ctx, source.Config{Dir: root})
//	for i, pkgs := range compile.Modules(tree.Modules) {
//		// pkgs are the summaries of tree.Modules[i], imports first
//	}
//
// What cannot be compiled is a Gap of the package's summary; a panic of ssa on
// ill-typed code too. The package imports analyzer/source, analyzer/summary
// and x/tools.
package compile

import (
	"go/token"
	"go/types"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// Modules compiles, for each of several modules, the packages whose bodies were
// kept, in dependency order. Before them, by path, come the packages that only
// declare types that those mention, Iface being set. Packages that modules
// share are compiled once and are the same pointer in each; the result must not
// be changed. The syntax of the packages is changed: a package is compiled only
// once.
func Modules(modules []*source.Module) [][]*summary.Package {
	units := map[*types.Package]*unit{}
	for _, m := range modules {
		for _, p := range m.Packages {
			if units[p.Types] == nil {
				units[p.Types] = &unit{pkg: p, names: newNames(m.Fset)}
			}
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	started := map[*types.Package]bool{}
	for _, m := range modules {
		for _, p := range m.Packages {
			if !started[p.Types] {
				started[p.Types] = true
				u := units[p.Types]
				g.Go(func() error {
					u.compile()
					return nil
				})
			}
		}
	}
	_ = g.Wait() // the functions return no errors: they write gaps
	out := make([][]*summary.Package, len(modules))
	for i, m := range modules {
		own := map[*types.Package]bool{}
		mentioned := map[*types.TypeName]bool{}
		var full []*summary.Package
		for _, p := range m.Packages {
			own[p.Types] = true
			maps.Copy(mentioned, units[p.Types].names.seen)
			full = append(full, units[p.Types].out)
		}
		out[i] = slices.Concat(interfaces(m, own, mentioned), full)
	}
	return out
}

// Package compiles one package whose bodies were kept, and changes its syntax.
func Package(fset *token.FileSet, p *source.Package) *summary.Package {
	u := &unit{pkg: p, names: newNames(fset)}
	u.compile()
	return u.out
}

// A unit is the compilation of one package.
type unit struct {
	pkg   *source.Package
	names *names
	out   *summary.Package
}
