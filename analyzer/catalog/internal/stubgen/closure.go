package main

import (
	"go/types"
	"slices"
	"sort"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/internal/load"
)

// maxDepth bounds how far from what was asked for a type of a package that is
// not written in full has its fields and methods; farther ones are empty.
const maxDepth = 2

// generator collects what has to be written.
type generator struct {
	pkgs    map[string]*load.Package
	full    map[string]bool
	cut     []string              // prefixes of import paths whose types are written empty
	methods map[types.Object]bool // methods that were asked for by name
	depth   map[types.Object]int  // objects to write, by distance
	queue   []types.Object
}

func newGenerator() *generator {
	return &generator{pkgs: map[string]*load.Package{}, full: map[string]bool{}, methods: map[types.Object]bool{}, depth: map[types.Object]int{}}
}

func (g *generator) load(pkgs []*load.Package) {
	for _, p := range pkgs {
		g.pkgs[p.Path] = p
	}
}

// paths returns the packages that have anything to write.
func (g *generator) paths() []string {
	seen := map[string]bool{}
	for path := range g.full {
		seen[path] = true
	}
	for o := range g.depth {
		seen[o.Pkg().Path()] = true
	}
	var out []string
	for path := range seen {
		out = append(out, path)
	}
	sort.Strings(out)
	return out
}

// addAll asks for the exported API of a package.
func (g *generator) addAll(path string) {
	p := g.pkgs[path]
	if p == nil || p.Types == nil || p.Standard {
		return
	}
	g.full[path] = true
	for _, name := range p.Types.Scope().Names() {
		if o := p.Types.Scope().Lookup(name); o.Exported() {
			g.require(o, 0)
		}
	}
}

// addType asks for a type with all its methods.
func (g *generator) addType(path, name string) {
	p := g.pkgs[path]
	if p == nil || p.Types == nil {
		return
	}
	tn, ok := p.Types.Scope().Lookup(name).(*types.TypeName)
	if !ok {
		return
	}
	if named, ok := tn.Type().(*types.Named); ok {
		g.whole(named)
	}
}

func (g *generator) whole(named *types.Named) {
	named = named.Origin()
	for m := range named.Methods() {
		g.methods[m] = true
	}
	delete(g.depth, named.Obj()) // its methods have to be visited
	g.require(named.Obj(), 0)
}

// addRow asks for what a row of the catalog names.
func (g *generator) addRow(e *catalog.Entry) {
	p := g.pkgs[e.Package()]
	if p == nil || p.Types == nil || p.Standard {
		return
	}
	o := load.Lookup(p.Types, e.Symbol, e.Kind == catalog.Field)
	if o == nil {
		return
	}
	switch e.Kind {
	case catalog.Method, catalog.InterfaceMethod:
		g.methods[o.Object] = true
		if named := receiver(o.Object.(*types.Func)); named != nil {
			g.require(named.Obj(), 0)
		}
		g.signature(o.Object.(*types.Func).Signature(), 0)
	case catalog.Field:
		for _, name := range p.Types.Scope().Names() { // the type that has the field
			tn, ok := p.Types.Scope().Lookup(name).(*types.TypeName)
			if st, isStruct := underlying(tn, ok); isStruct {
				for f := range st.Fields() {
					if f == o.Object {
						g.require(tn, 0)
					}
				}
			}
		}
	default:
		g.require(o.Object, 0)
	}
}

func underlying(tn *types.TypeName, ok bool) (*types.Struct, bool) {
	if !ok {
		return nil, false
	}
	st, ok := tn.Type().Underlying().(*types.Struct)
	return st, ok
}

func receiver(f *types.Func) *types.Named {
	recv := f.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}

// require asks for a package-level object.
func (g *generator) require(o types.Object, depth int) {
	if o.Pkg() == nil || o.Parent() != o.Pkg().Scope() {
		return
	}
	p := g.pkgs[o.Pkg().Path()]
	if p == nil || p.Standard {
		return
	}
	if g.full[o.Pkg().Path()] {
		depth = 0
	}
	if old, ok := g.depth[o]; ok && old <= depth {
		return
	}
	g.depth[o] = depth
	g.queue = append(g.queue, o)
}

// close asks for all that is mentioned by what was asked for.
func (g *generator) close() {
	for len(g.queue) > 0 {
		o := g.queue[0]
		g.queue = g.queue[1:]
		g.visit(o, g.depth[o])
	}
}

func (g *generator) visit(o types.Object, depth int) {
	tn, ok := o.(*types.TypeName)
	if !ok {
		g.mention(o.Type(), depth+1)
		named, isNamed := types.Unalias(o.Type()).(*types.Named)
		if _, isVar := o.(*types.Var); isVar && isNamed && g.full[o.Pkg().Path()] && named.Obj().Pkg() != nil {
			g.whole(named) // var X internal.Export
		}
		return
	}
	if tn.IsAlias() {
		g.mention(tn.Type(), depth)
		if a, ok := tn.Type().(*types.Alias); ok {
			g.mention(a.Rhs(), depth)
		}
		if named, ok := types.Unalias(tn.Type()).(*types.Named); ok && g.full[o.Pkg().Path()] {
			g.whole(named) // the alias makes it part of what is written in full
		}
		return
	}
	named, ok := tn.Type().(*types.Named)
	if !ok {
		return
	}
	for tp := range named.TypeParams().TypeParams() {
		g.mention(tp.Constraint(), depth)
	}
	if g.empty(named) {
		return
	}
	next := depth + 1
	g.mention(named.Underlying(), next)
	for m := range named.Methods() {
		if g.writes(m) {
			g.signature(m.Signature(), next)
		}
	}
	g.enum(tn, depth)
}

// enum asks for the constants of a type, which are its values.
func (g *generator) enum(tn *types.TypeName, depth int) {
	if _, basic := tn.Type().Underlying().(*types.Basic); !basic {
		return
	}
	scope := tn.Pkg().Scope()
	for _, name := range scope.Names() {
		if c, ok := scope.Lookup(name).(*types.Const); ok && c.Exported() && types.Identical(c.Type(), tn.Type()) {
			g.require(c, depth)
		}
	}
}

// empty reports whether a type is written without fields and methods.
func (g *generator) empty(named *types.Named) bool {
	path := named.Obj().Pkg().Path()
	cut := slices.ContainsFunc(g.cut, func(prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") })
	if g.depth[named.Obj()] <= maxDepth && !cut {
		return false
	}
	switch u := named.Underlying().(type) {
	case *types.Struct:
		return true
	case *types.Interface:
		return u.IsMethodSet()
	}
	return false
}

// writes reports whether a method is written: all of a package that is
// written in full and of types without an exported name, which are reached by
// what embeds or returns them; else those that the catalog names and those of
// errors.
func (g *generator) writes(m *types.Func) bool {
	if !m.Exported() {
		return false
	}
	if g.full[m.Pkg().Path()] || g.methods[m] || g.methods[m.Origin()] {
		return true
	}
	if named := receiver(m); named != nil && !named.Obj().Exported() {
		return true
	}
	switch m.Name() {
	case "Error", "Unwrap", "String", "Close":
		return true
	}
	return false
}

func (g *generator) signature(s *types.Signature, depth int) {
	g.mention(s.Params(), depth)
	g.mention(s.Results(), depth)
	for tp := range s.TypeParams().TypeParams() {
		g.mention(tp.Constraint(), depth)
	}
}

// mention asks for the types in a type.
func (g *generator) mention(t types.Type, depth int) {
	switch t := t.(type) {
	case *types.Alias:
		g.require(t.Obj(), depth)
		for a := range t.TypeArgs().Types() {
			g.mention(a, depth)
		}
	case *types.Named:
		g.require(t.Obj(), depth)
		for a := range t.TypeArgs().Types() {
			g.mention(a, depth)
		}
	case *types.Pointer:
		g.mention(t.Elem(), depth)
	case *types.Slice:
		g.mention(t.Elem(), depth)
	case *types.Array:
		g.mention(t.Elem(), depth)
	case *types.Chan:
		g.mention(t.Elem(), depth)
	case *types.Map:
		g.mention(t.Key(), depth)
		g.mention(t.Elem(), depth)
	case *types.Tuple:
		for v := range t.Variables() {
			g.mention(v.Type(), depth)
		}
	case *types.Signature:
		g.signature(t, depth)
	case *types.Struct:
		for f := range t.Fields() {
			if keepField(f) {
				g.mention(f.Type(), depth)
			}
		}
	case *types.Interface:
		for m := range t.ExplicitMethods() {
			if m.Exported() {
				g.signature(m.Signature(), depth)
			}
		}
		for e := range t.EmbeddedTypes() {
			g.mention(e, depth)
		}
	case *types.Union:
		for term := range t.Terms() {
			g.mention(term.Type(), depth)
		}
	}
}

// keepField reports whether a field is written: exported ones, and embedded
// ones that promote something exported.
func keepField(f *types.Var) bool {
	if f.Exported() {
		return true
	}
	if !f.Embedded() {
		return false
	}
	set := types.NewMethodSet(f.Type())
	if _, ok := f.Type().(*types.Pointer); !ok && !types.IsInterface(f.Type()) {
		set = types.NewMethodSet(types.NewPointer(f.Type()))
	}
	for m := range set.Methods() {
		if m.Obj().Exported() {
			return true
		}
	}
	t := f.Type()
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	for i := 0; ok && i < st.NumFields(); i++ {
		if keepField(st.Field(i)) {
			return true
		}
	}
	return false
}
