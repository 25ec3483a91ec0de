package compile

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// describeFor looks for a counter in the condition of a for statement: a
// variable that is compared with something else and that the statement or its
// body steps.
func (b *body) describeFor(sl *summary.Loop, l *natural, s *ast.ForStmt) {
	for _, cmp := range comparisons(s.Cond) {
		for _, side := range []struct{ counter, bound ast.Expr }{{cmp.X, cmp.Y}, {cmp.Y, cmp.X}} {
			id, ok := ast.Unparen(side.counter).(*ast.Ident)
			if !ok {
				continue
			}
			obj := b.info.Uses[id]
			step, ok := b.stepOf(s, obj)
			if !ok {
				continue
			}
			sl.Kind, sl.Step, sl.Expr = summary.LoopCount, step, excerpt(side.bound)
			sl.Incl = cmp.Op == token.LEQ || cmp.Op == token.GEQ
			sl.Start = b.startOf(s, obj)
			if side.counter == cmp.X {
				b.boundOf(sl, l, cmp.OpPos, func(i *ssa.BinOp) ssa.Value { return i.Y })
			} else {
				b.boundOf(sl, l, cmp.OpPos, func(i *ssa.BinOp) ssa.Value { return i.X })
			}
			return
		}
	}
	sl.Expr = excerpt(s.Cond)
}

// comparisons returns the comparisons that a condition needs to hold, of those
// that bound a counter.
func comparisons(e ast.Expr) []*ast.BinaryExpr {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok {
		return nil
	}
	switch b.Op {
	case token.LAND:
		return append(comparisons(b.X), comparisons(b.Y)...)
	case token.LSS, token.LEQ, token.GTR, token.GEQ, token.NEQ:
		return []*ast.BinaryExpr{b}
	}
	return nil
}

// stepOf returns what a round adds to the variable obj: where the statement
// says i++, i--, i += c or i -= c, after the body or in it. The step is 0 if
// it is no constant.
func (b *body) stepOf(s *ast.ForStmt, obj types.Object) (step int, ok bool) {
	if obj == nil {
		return 0, false
	}
	for _, root := range []ast.Node{s.Post, s.Body} {
		if root == nil || root == ast.Stmt(nil) {
			continue
		}
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.IncDecStmt:
				if b.isUse(n.X, obj) {
					step, ok = 1, true
					if n.Tok == token.DEC {
						step = -1
					}
				}
			case *ast.AssignStmt:
				if (n.Tok == token.ADD_ASSIGN || n.Tok == token.SUB_ASSIGN) && b.isUse(n.Lhs[0], obj) {
					v, exact := constant.Int64Val(constant.ToInt(value(b.info.Types[n.Rhs[0]].Value)))
					ok = true
					if exact {
						step = int(v)
					}
					if n.Tok == token.SUB_ASSIGN {
						step = -step
					}
				}
			}
			return !ok
		})
		if ok {
			return step, true
		}
	}
	return 0, false
}

func (b *body) isUse(e ast.Expr, obj types.Object) bool {
	id, ok := ast.Unparen(e).(*ast.Ident)
	return ok && b.info.Uses[id] == obj
}

// startOf returns the first value of a counter: that of the statement's init,
// else of the variable's own declaration; 0 if it is no constant.
func (b *body) startOf(s *ast.ForStmt, obj types.Object) int {
	start := 0
	look := func(lhs, rhs []ast.Expr) {
		for i, l := range lhs {
			id, ok := l.(*ast.Ident)
			if !ok || i >= len(rhs) || b.info.Defs[id] != obj && b.info.Uses[id] != obj {
				continue
			}
			if v, exact := constant.Int64Val(constant.ToInt(value(b.info.Types[rhs[i]].Value))); exact {
				start = int(v)
			}
		}
	}
	if a, ok := s.Init.(*ast.AssignStmt); ok {
		look(a.Lhs, a.Rhs)
		return start
	}
	syntax := b.fn.Syntax()
	ast.Inspect(syntax, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ForStmt:
			return n != s
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				look(n.Lhs, n.Rhs)
			}
		case *ast.ValueSpec:
			lhs := make([]ast.Expr, len(n.Names))
			for i, id := range n.Names {
				lhs[i] = id
			}
			look(lhs, n.Values)
		}
		return true
	})
	return start
}

// boundOf finds the comparison at pos among the loop's instructions and takes
// the bound from it.
func (b *body) boundOf(sl *summary.Loop, l *natural, pos token.Pos, side func(*ssa.BinOp) ssa.Value) {
	for _, block := range l.sorted {
		for _, i := range block.Instrs {
			if cmp, ok := i.(*ssa.BinOp); ok && cmp.Pos() == pos {
				sl.Bound = b.ref(side(cmp))
				if x := lengthOf(side(cmp)); x != nil {
					sl.Over = b.ref(x)
				}
			}
		}
	}
}

// value returns v, or an unknown value for nil.
func value(v constant.Value) constant.Value {
	if v == nil {
		return constant.MakeUnknown()
	}
	return v
}
