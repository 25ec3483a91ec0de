package source

import (
	"go/ast"
	"go/token"
	"slices"
)

// spare keeps what it can of a statement that is bad outside of its lists of
// statements: composite literals lose their bad elements; what decides an if,
// a for or a range statement becomes a condition that nothing is known of. It
// reports whether the statement can stay.
func (c *cutter) spare(s ast.Stmt, fn *ast.FuncType) (ast.Stmt, bool) {
	if c.dropElements(s) && !c.outside(s, listsIn(s, fn)) {
		return s, true
	}
	switch s := s.(type) {
	case *ast.IfStmt:
		kept := &ast.IfStmt{If: s.If, Init: s.Init, Cond: s.Cond, Body: s.Body, Else: s.Else}
		if anyWithin(c.bad, s.If, s.Body.Lbrace) {
			kept.Init, kept.Cond = nil, undecided(s.If)
		}
		if next, ok := s.Else.(*ast.IfStmt); ok && c.outside(next, listsIn(next, fn)) {
			kept.Else, _ = c.spare(next, fn)
		}
		return kept, true
	case *ast.ForStmt:
		return &ast.ForStmt{For: s.For, Cond: undecided(s.For), Body: s.Body}, true
	case *ast.RangeStmt:
		return &ast.ForStmt{For: s.For, Cond: undecided(s.For), Body: s.Body}, true
	}
	return nil, false
}

// undecided returns a condition that no analysis can decide.
func undecided(at token.Pos) ast.Expr {
	call := &ast.CallExpr{Fun: &ast.Ident{NamePos: at, Name: "recover"}, Lparen: at, Rparen: at}
	return &ast.BinaryExpr{X: call, OpPos: at, Op: token.NEQ, Y: &ast.Ident{NamePos: at, Name: "nil"}}
}

// dropElements takes the keyed elements out of the composite literals of a
// statement that are bad. It writes the places of what was dropped, and
// forgets that they are bad.
func (c *cutter) dropElements(s ast.Stmt) bool {
	dropped := false
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt:
			return false
		case *ast.CompositeLit:
			n.Elts = slices.DeleteFunc(n.Elts, func(e ast.Expr) bool {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok || !anyWithin(c.bad, kv.Pos(), kv.End()) || nested(kv.Value) {
					return false
				}
				c.cut = append(c.cut, kv.Pos())
				c.bad = slices.DeleteFunc(slices.Clone(c.bad), func(p token.Pos) bool { return kv.Pos() <= p && p < kv.End() })
				dropped = true
				return true
			})
		}
		return true
	})
	return dropped
}

// nested reports whether an expression is a composite literal itself, whose
// elements are looked at one by one, or holds function literals.
func nested(e ast.Expr) bool {
	if u, ok := e.(*ast.UnaryExpr); ok {
		e = u.X
	}
	if lit, ok := e.(*ast.CompositeLit); ok {
		return len(lit.Elts) > 0
	}
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		_, lit := n.(*ast.FuncLit)
		found = found || lit
		return !found
	})
	return found
}
