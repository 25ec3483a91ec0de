package compile

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// compile writes the summary of the unit's package.
func (u *unit) compile() {
	p := u.pkg
	u.out = &summary.Package{Path: p.Path, Name: p.Name, Dir: p.Dir, Module: p.Module, Imports: p.Imports}
	for _, g := range p.LeftOut {
		u.out.Gaps = append(u.out.Gaps, summary.Gap{Site: summary.Site{File: g.File, Line: g.Line, Col: g.Col}, Text: g.Text})
	}
	u.declare()
	for _, f := range p.Files {
		u.out.Notes = append(u.out.Notes, u.names.notes(f)...)
	}
	u.out.Generated = u.names.generated(p.Files)
	u.functions()
	slices.SortStableFunc(u.out.Gaps, func(a, b summary.Gap) int { return compareSites(a.Site, b.Site) })
}

// declare writes the types and variables that the package declares.
func (u *unit) declare() {
	scope := u.pkg.Types.Scope()
	for _, name := range scope.Names() {
		switch obj := scope.Lookup(name).(type) {
		case *types.TypeName:
			u.out.Types = append(u.out.Types, u.names.declared(obj, false))
		case *types.Var:
			u.out.Globals = append(u.out.Globals, summary.Global{
				Name: u.pkg.Path + "." + name, Type: u.names.typ(obj.Type()), Site: u.names.site(obj.Pos()),
			})
		}
	}
	for _, obj := range u.pkg.Info.Defs {
		if t, ok := obj.(*types.TypeName); ok && t.Parent() != nil && t.Parent() != scope {
			if _, param := t.Type().(*types.TypeParam); !param {
				u.out.Types = append(u.out.Types, u.names.declared(t, false))
			}
		}
	}
	slices.SortFunc(u.out.Types, func(a, b summary.Type) int { return strings.Compare(a.Name, b.Name) })
}

// functions builds the package's SSA and writes its functions.
func (u *unit) functions() {
	trim(u.pkg.Files, u.pkg.Info)
	pkg, err := u.build()
	if err != nil {
		u.isolate()
		if pkg, err = u.build(); err != nil {
			u.gap(u.packageSite(), fmt.Sprintf("package cannot be compiled: %v", err))
			return
		}
	}
	w := &writer{names: u.names, info: u.pkg.Info, path: u.pkg.Path, calls: callsOf(u.pkg.Files)}
	w.all(pkg.Func("init"), u.packageSite())
	for _, d := range u.decls() {
		if obj, ok := u.pkg.Info.Defs[d.Name].(*types.Func); ok {
			if fn := pkg.Prog.FuncValue(obj); fn != nil {
				w.all(fn, summary.Site{})
			}
		}
	}
	for len(w.thunks) > 0 {
		fn := w.thunks[0]
		w.thunks = w.thunks[1:]
		w.all(fn, summary.Site{})
	}
	u.out.Funcs = w.funcs
	u.out.Gaps = append(u.out.Gaps, w.gaps...)
	slices.SortStableFunc(u.out.Funcs, func(a, b summary.Func) int { return compareSymbols(a.Symbol, b.Symbol) })
}

// build makes the package's SSA. A panic of ssa, which ill-typed code causes,
// is an error.
func (u *unit) build() (pkg *ssa.Package, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("ssa: %v", r)
		}
	}()
	prog := ssa.NewProgram(u.names.fset, 0)
	prog.SetNoReturn(noReturn)
	for _, imp := range u.pkg.Types.Imports() {
		prog.CreatePackage(imp, nil, nil, true)
	}
	pkg = prog.CreatePackage(u.pkg.Types, u.pkg.Files, u.pkg.Info, false)
	pkg.Build()
	return pkg, nil
}

// isolate finds what ssa panics on, by building the initialisers and each
// function alone, empties that, and leaves a gap for each.
func (u *unit) isolate() {
	decls := u.decls()
	bodies := make([]*ast.BlockStmt, len(decls))
	for i, d := range decls {
		bodies[i], d.Body = d.Body, nil
	}
	if _, err := u.build(); err != nil {
		u.pkg.Info.InitOrder = nil
		u.gap(u.packageSite(), "package variables are not analysed: "+err.Error())
	}
	for i, d := range decls {
		d.Body = bodies[i]
		if _, err := u.build(); err != nil {
			bodies[i] = nil
			u.gap(u.names.site(d.Name.Pos()), "func "+d.Name.Name+" is not analysed: "+err.Error())
		}
		d.Body = nil
	}
	for i, d := range decls {
		d.Body = bodies[i]
	}
}

// decls returns the declarations of the package's functions, in source order.
func (u *unit) decls() []*ast.FuncDecl {
	var decls []*ast.FuncDecl
	for _, f := range u.pkg.Files {
		for _, decl := range f.Decls {
			if d, ok := decl.(*ast.FuncDecl); ok && d.Name.Name != "_" {
				decls = append(decls, d)
			}
		}
	}
	return decls
}

func (u *unit) gap(site summary.Site, text string) {
	u.out.Gaps = append(u.out.Gaps, summary.Gap{Site: site, Text: text})
}

func (u *unit) packageSite() summary.Site {
	if len(u.pkg.Files) == 0 {
		return summary.Site{File: u.pkg.Dir}
	}
	return u.names.site(u.pkg.Files[0].Name.Pos())
}

// compareSymbols orders symbols so that literals follow their parents, the
// second before the tenth.
func compareSymbols(a, b string) int {
	as, bs := strings.Split(a, "$"), strings.Split(b, "$")
	return slices.CompareFunc(as, bs, func(x, y string) int {
		if len(x) != len(y) && isDigits(x) && isDigits(y) {
			return len(x) - len(y)
		}
		return strings.Compare(x, y)
	})
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// noReturn reports whether a function is known never to return: those of the
// standard library, and what loggers and tests call Fatal.
func noReturn(f *types.Func) bool {
	if f.Pkg() == nil {
		return false
	}
	name := f.Name()
	switch f.Pkg().Path() {
	case "os", "syscall":
		return name == "Exit"
	case "runtime":
		return name == "Goexit"
	case "log":
		return strings.HasPrefix(name, "Fatal") || strings.HasPrefix(name, "Panic")
	}
	switch name {
	case "Fatal", "Fatalf", "Fatalln", "Fatalw", "FatalContext", "FatalfContext", "FailNow":
		return f.Signature().Results().Len() == 0
	}
	return false
}

// trim drops the elements of long literals of constant numbers, such as the
// descriptors that generators write: nothing depends on them, and each would
// be two instructions.
func trim(files []*ast.File, info *types.Info) {
	for _, f := range files {
		ast.Inspect(f, func(node ast.Node) bool {
			lit, ok := node.(*ast.CompositeLit)
			if !ok || len(lit.Elts) <= maxElements {
				return true
			}
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok {
					e = kv.Value
				}
				if v := info.Types[e].Value; v == nil || !isNumber(info.Types[e].Type) {
					return true
				}
			}
			lit.Elts = nil
			return false
		})
	}
}

// maxElements is how many constant numbers a literal may have and be kept.
const maxElements = 256

func isNumber(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsNumeric != 0
}

// callsOf finds call expressions by the position of their parenthesis, which
// is what ssa knows of them.
func callsOf(files []*ast.File) map[token.Pos]*ast.CallExpr {
	calls := map[token.Pos]*ast.CallExpr{}
	for _, f := range files {
		ast.Inspect(f, func(node ast.Node) bool {
			if c, ok := node.(*ast.CallExpr); ok {
				calls[c.Lparen] = c
			}
			return true
		})
	}
	return calls
}
