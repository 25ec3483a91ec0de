package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// empty takes the bodies from the functions of a checked package that ssa
// could not build: those with errors, with expressions of no known type, and
// those that use C; and the values from such package variables. It returns a
// gap for each, and the package must be checked again if there are any.
func empty(fset *token.FileSet, n *node, position func(token.Pos) Gap) []Gap {
	bad := badPositions(fset, n)
	var gaps []Gap
	for _, f := range n.files {
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Body != nil && anyWithin(bad, d.Pos(), d.End()) {
					g := position(d.Name.Pos())
					g.Text = "func " + d.Name.Name + " is not analysed: it does not type-check or uses C"
					d.Body = nil
					gaps = append(gaps, g)
				}
			case *ast.GenDecl:
				if d.Tok != token.VAR {
					continue
				}
				for _, s := range d.Specs {
					if v, ok := s.(*ast.ValueSpec); ok && len(v.Values) > 0 && anyWithin(bad, v.Pos(), v.End()) {
						g := position(v.Pos())
						g.Text = "var " + v.Names[0].Name + " is not analysed: it does not type-check or uses C"
						dropValues(n, v)
						gaps = append(gaps, g)
					}
				}
			}
		}
	}
	return gaps
}

// dropValues removes the initial values of a variable. One without a declared
// type becomes an empty struct, unless its type is known.
func dropValues(n *node, v *ast.ValueSpec) {
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
func badPositions(fset *token.FileSet, n *node) []token.Pos {
	var bad []token.Pos
	files := map[string]*token.File{}
	for i, f := range n.files {
		files[n.names[i]] = fset.File(f.FileStart)
	}
	for _, e := range n.errors {
		if tf := files[e.File]; tf != nil && e.Hard && e.Line > 0 && e.Line <= tf.LineCount() {
			bad = append(bad, tf.LineStart(e.Line)+token.Pos(max(e.Col, 1)-1))
		}
	}
	for e, tv := range n.info.Types {
		if tv.Type == nil || invalid(tv.Type) {
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
			if sel, ok := node.(*ast.SelectorExpr); ok {
				if id, ok := sel.X.(*ast.Ident); ok {
					if p, ok := n.info.Uses[id].(*types.PkgName); ok && p.Imported().Path() == "C" {
						bad = append(bad, sel.Pos())
					}
				}
			}
			return true
		})
	}
	slices.Sort(bad)
	return bad
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
