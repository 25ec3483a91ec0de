package source

import (
	"go/ast"
	"go/token"
	"slices"
)

// A cutter takes statements that do not type-check from function bodies, so
// that the rest of a body can be compiled. It cuts the innermost statement of
// a list that holds a bad place. A return is replaced by one of zero values:
// the flow of control stays.
type cutter struct {
	bad []token.Pos // sorted
	cut []token.Pos // where statements were cut
}

// list returns the statements of a list without the bad ones; fn is the type of
// the function that they stand in.
func (c *cutter) list(stmts []ast.Stmt, fn *ast.FuncType) []ast.Stmt {
	var out []ast.Stmt
	for _, s := range stmts {
		if !anyWithin(c.bad, s.Pos(), s.End()) {
			out = append(out, s)
			continue
		}
		inner := listsIn(s, fn)
		if c.outside(s, inner) {
			if kept, ok := c.spare(s, fn); ok {
				c.cut = append(c.cut, s.Pos())
				s = kept
				for _, l := range listsIn(s, fn) {
					*l.stmts = c.list(*l.stmts, l.fn)
				}
				out = append(out, s)
				continue
			}
			c.cut = append(c.cut, s.Pos())
			if r, ok := s.(*ast.ReturnStmt); ok {
				out = append(out, c.zeroReturn(r, fn))
			}
			continue
		}
		for _, l := range inner {
			*l.stmts = c.list(*l.stmts, l.fn)
		}
		out = append(out, s)
	}
	return out
}

// outside reports whether a bad place of a statement is in none of its lists.
func (c *cutter) outside(s ast.Stmt, inner []stmtList) bool {
	i, _ := slices.BinarySearch(c.bad, s.Pos())
	for ; i < len(c.bad) && c.bad[i] < s.End(); i++ {
		if !slices.ContainsFunc(inner, func(l stmtList) bool { return l.from <= c.bad[i] && c.bad[i] < l.to }) {
			return true
		}
	}
	return false
}

// zeroReturn returns a return statement like r with zero values for results.
// If a result's type is bad itself, it is a call of panic, which needs none.
func (c *cutter) zeroReturn(r *ast.ReturnStmt, fn *ast.FuncType) ast.Stmt {
	ret := &ast.ReturnStmt{Return: r.Return}
	if fn.Results == nil {
		return ret
	}
	at := r.Return
	for _, field := range fn.Results.List {
		if anyWithin(c.bad, field.Pos(), field.End()) {
			text := &ast.BasicLit{ValuePos: at, Kind: token.STRING, Value: `""`}
			return &ast.ExprStmt{X: &ast.CallExpr{Fun: &ast.Ident{NamePos: at, Name: "panic"}, Lparen: at, Args: []ast.Expr{text}, Rparen: at}}
		}
		for range max(1, len(field.Names)) {
			zero := &ast.CallExpr{Fun: &ast.Ident{NamePos: at, Name: "new"}, Lparen: at, Args: []ast.Expr{field.Type}, Rparen: at}
			ret.Results = append(ret.Results, &ast.StarExpr{Star: at, X: zero})
		}
	}
	return ret
}

// A stmtList is a list of statements inside a statement.
type stmtList struct {
	stmts    *[]ast.Stmt
	from, to token.Pos
	fn       *ast.FuncType
}

// listsIn returns the outermost lists of statements inside s: of blocks, of
// clauses, and of function literals.
func listsIn(s ast.Stmt, fn *ast.FuncType) []stmtList {
	var lists []stmtList
	switch s := s.(type) {
	case *ast.CaseClause:
		return []stmtList{{&s.Body, s.Colon + 1, s.End(), fn}}
	case *ast.CommClause:
		return []stmtList{{&s.Body, s.Colon + 1, s.End(), fn}}
	}
	ast.Inspect(s, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			lists = append(lists, stmtList{&n.Body.List, n.Body.Lbrace + 1, n.Body.Rbrace, n.Type})
			return false
		case *ast.BlockStmt:
			lists = append(lists, stmtList{&n.List, n.Lbrace + 1, n.Rbrace, fn})
			return false
		}
		return true
	})
	return lists
}
