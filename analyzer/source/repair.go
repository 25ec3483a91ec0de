package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// maxRounds bounds how often a package is checked again; each round may bring
// out what depended on the statements that the last one cut.
const maxRounds = 8

// repair takes out of a checked package what ssa could not build: statements
// with errors, with expressions of no known type, and those that use C; and the
// values of such package variables. What is left type-checks but for unused
// names and signatures. It writes a gap for each function and variable.
func (c *checker) repair(n *job) {
	first := n.errors
	defer func() { n.errors = first }()
	left := map[ast.Node]*Gap{}
	for round := range maxRounds {
		changed := false
		bad := c.badPositions(n)
		for _, f := range n.files {
			for _, decl := range f.Decls {
				switch d := decl.(type) {
				case *ast.FuncDecl:
					changed = c.repairFunc(d, bad, round == maxRounds-1, left) || changed
				case *ast.GenDecl:
					changed = c.repairVars(n, d, bad, left) || changed
				}
			}
		}
		if !changed {
			break
		}
		n.errors, n.bad = nil, nil
		c.types(n)
	}
	for _, g := range left {
		n.leftOut = append(n.leftOut, *g)
	}
	slices.SortFunc(n.leftOut, compareGaps)
}

// repairFunc cuts the bad statements of a function; in the last round all of
// them. It reports whether it changed anything.
func (c *checker) repairFunc(d *ast.FuncDecl, bad []token.Pos, last bool, left map[ast.Node]*Gap) bool {
	if d.Body == nil || !anyWithin(bad, d.Body.Lbrace+1, d.Body.Rbrace) {
		return false
	}
	cut := &cutter{bad: bad}
	d.Body.List = cut.list(d.Body.List, d.Type)
	if len(cut.cut) == 0 {
		return false
	}
	g := left[d]
	if g == nil {
		at := c.position(cut.cut[0])
		g, left[d] = &at, &at
		g.Text = "func " + d.Name.Name + " is analysed without the statements that do not type-check or use C, from here on"
	}
	if last {
		d.Body = nil
		g.Text = "func " + d.Name.Name + " is not analysed: it does not type-check"
	}
	return true
}

// repairVars cuts the bad statements of function literals in the values of
// package variables, and drops values that are bad otherwise.
func (c *checker) repairVars(n *job, d *ast.GenDecl, bad []token.Pos, left map[ast.Node]*Gap) bool {
	changed := false
	for _, s := range d.Specs {
		v, ok := s.(*ast.ValueSpec)
		if !ok || d.Tok != token.VAR || len(v.Values) == 0 || !anyWithin(bad, v.Pos(), v.End()) {
			continue
		}
		cut := &cutter{bad: bad}
		stmt := &ast.DeclStmt{Decl: &ast.GenDecl{TokPos: v.Pos(), Tok: token.VAR, Specs: []ast.Spec{v}}}
		g := c.position(v.Pos())
		if kept := cut.list([]ast.Stmt{stmt}, nil); len(kept) == 0 {
			g.Text = "var " + v.Names[0].Name + " is not analysed: it does not type-check or uses C"
			dropValues(n, v)
		} else if len(cut.cut) > 0 {
			g = c.position(cut.cut[0])
			g.Text = "var " + v.Names[0].Name + " is analysed without the statements that do not type-check or use C, from here on"
		}
		if len(cut.cut) > 0 {
			left[v] = &g
			changed = true
		}
	}
	return changed
}

// dropValues removes the initial values of a variable. One without a declared
// type becomes an empty struct, unless its type is known.
func dropValues(n *job, v *ast.ValueSpec) {
	v.Values = nil
	if v.Type != nil {
		return
	}
	v.Type = &ast.StructType{Struct: v.Pos(), Fields: &ast.FieldList{}}
	if obj := n.info.Defs[v.Names[0]]; obj != nil {
		if b, ok := obj.Type().(*types.Basic); ok && b.Kind() != types.Invalid && b.Info()&types.IsUntyped == 0 {
			v.Type = &ast.Ident{NamePos: v.Pos(), Name: b.Name()}
		}
	}
}

// badPositions returns the places of a package that ssa cannot build, sorted.
func (c *checker) badPositions(n *job) []token.Pos {
	bad := slices.Clone(n.bad)
	for e, tv := range n.info.Types {
		if !tv.IsBuiltin() && (tv.Type == nil || invalid(tv.Type)) {
			bad = append(bad, e.Pos())
		}
	}
	for id, obj := range n.info.Uses {
		if v, ok := obj.(*types.Var); ok && invalid(v.Type()) {
			bad = append(bad, id.Pos())
		}
	}
	for id, obj := range n.info.Defs {
		if v, ok := obj.(*types.Var); ok && invalid(v.Type()) {
			bad = append(bad, id.Pos())
		}
	}
	for _, f := range n.files {
		ast.Inspect(f, func(node ast.Node) bool {
			if e, ok := node.(ast.Expr); ok && unknown(n.info, e) {
				bad = append(bad, e.Pos())
			}
			return true
		})
	}
	slices.Sort(bad)
	return bad
}

// unknown reports whether the type checker could make nothing of an expression
// and perhaps said nothing, as of names of packages that were not found, or
// whether it is a name of C.
func unknown(info *types.Info, e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.SelectorExpr:
		if id, ok := e.X.(*ast.Ident); ok {
			if p, ok := info.Uses[id].(*types.PkgName); ok && p.Imported().Path() == "C" {
				return true
			}
		}
		return info.Uses[e.Sel] == nil
	case *ast.TypeAssertExpr:
		return e.Type != nil && info.Types[e].Type == nil
	case *ast.CallExpr, *ast.BinaryExpr, *ast.UnaryExpr, *ast.CompositeLit:
		return info.Types[e].Type == nil
	}
	return false
}

// invalid reports whether a type is unknown or made of an unknown one, as far
// as one sees without looking into named types.
func invalid(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() == types.Invalid
	case *types.Pointer:
		return invalid(t.Elem())
	case *types.Slice:
		return invalid(t.Elem())
	case *types.Array:
		return invalid(t.Elem())
	case *types.Chan:
		return invalid(t.Elem())
	case *types.Map:
		return invalid(t.Key()) || invalid(t.Elem())
	case *types.Signature:
		return invalid(t.Params()) || invalid(t.Results())
	case *types.Tuple:
		for v := range t.Variables() {
			if invalid(v.Type()) {
				return true
			}
		}
	case *types.Named:
		return t.Underlying() != nil && invalidBasic(t.Underlying())
	}
	return false
}

func invalidBasic(t types.Type) bool {
	b, ok := t.(*types.Basic)
	return ok && b.Kind() == types.Invalid
}

func anyWithin(sorted []token.Pos, from, to token.Pos) bool {
	i, _ := slices.BinarySearch(sorted, from)
	return i < len(sorted) && sorted[i] < to
}
