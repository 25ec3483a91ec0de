package compile

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A natural is a natural loop: a header and the blocks from which one comes
// back to it without passing it.
type natural struct {
	header  *ssa.BasicBlock
	latches []*ssa.BasicBlock
	blocks  map[*ssa.BasicBlock]bool
	sorted  []*ssa.BasicBlock // those of blocks, in the function's order
	stmt    ast.Stmt          // *ast.ForStmt or *ast.RangeStmt; nil for a loop made of gotos
}

// loops writes the function's loops, enclosing ones first. The body of a loop
// over a function iterator is a function of its own, all of it one loop.
func (b *body) loops() {
	if rs, ok := b.fn.Syntax().(*ast.RangeStmt); ok {
		b.out.Loops = append(b.out.Loops, summary.Loop{
			Parent: -1, Kind: summary.LoopFunc, Over: summary.NoRef, Bound: summary.NoRef,
			Expr: excerpt(rs.X), Site: b.names.site(rs.For),
		})
		for i := range b.out.Blocks {
			b.out.Blocks[i].Loop = 0
		}
	}
	outer := len(b.out.Loops) - 1
	found := naturals(b.fn)
	b.match(found)
	for i, l := range found {
		sl := summary.Loop{Header: int32(l.header.Index), Parent: int32(outer), Over: summary.NoRef, Bound: summary.NoRef, Latch: indices(l.latches)}
		for j := i - 1; j >= 0; j-- {
			if found[j].blocks[l.header] {
				sl.Parent = int32(outer + 1 + j)
				break
			}
		}
		b.describe(&sl, l)
		b.out.Loops = append(b.out.Loops, sl)
		for _, block := range l.sorted {
			b.out.Blocks[block.Index].Loop = int32(outer + 1 + i)
		}
	}
}

// naturals finds the natural loops of a function, larger ones first, so that
// each comes after those that enclose it.
func naturals(fn *ssa.Function) []*natural {
	byHeader := map[*ssa.BasicBlock]*natural{}
	var found []*natural
	for _, b := range fn.Blocks {
		for _, h := range b.Succs {
			if !h.Dominates(b) {
				continue
			}
			l := byHeader[h]
			if l == nil {
				l = &natural{header: h, blocks: map[*ssa.BasicBlock]bool{h: true}}
				byHeader[h] = l
				found = append(found, l)
			}
			l.latches = append(l.latches, b)
			for work := []*ssa.BasicBlock{b}; len(work) > 0; {
				x := work[len(work)-1]
				work = work[:len(work)-1]
				if !l.blocks[x] {
					l.blocks[x] = true
					work = append(work, x.Preds...)
				}
			}
		}
	}
	for _, l := range found {
		for _, b := range fn.Blocks {
			if l.blocks[b] {
				l.sorted = append(l.sorted, b)
			}
		}
	}
	slices.SortFunc(found, func(x, y *natural) int {
		return cmp.Or(len(y.blocks)-len(x.blocks), x.header.Index-y.header.Index)
	})
	return found
}

// match finds the statement of each loop: of those of the kind that its
// header's name tells, the smallest one that holds all places of the loop's
// instructions and that no inner loop has taken. A loop without places, such
// as for {}, takes the first that is left.
func (b *body) match(found []*natural) {
	if len(found) == 0 {
		return
	}
	stmts := b.loopStmts()
	taken := map[ast.Stmt]bool{}
	for _, placed := range []bool{true, false} {
		for _, l := range slices.Backward(found) {
			from, to := l.extent()
			if from.IsValid() != placed {
				continue
			}
			for _, s := range stmts { // outer before inner
				if taken[s] || !sameKind(l.header.Comment, s) {
					continue
				}
				if !placed && l.stmt == nil || placed && s.Pos() <= from && to <= s.End() {
					l.stmt = s
				}
			}
			taken[l.stmt] = true
		}
	}
}

// extent returns the first and the last place of the instructions of a loop.
// Phis and allocations stand where their variable is declared, perhaps
// outside.
func (l *natural) extent() (from, to token.Pos) {
	for _, b := range l.sorted {
		for _, i := range b.Instrs {
			switch i.(type) {
			case *ssa.Phi, *ssa.Alloc:
				continue
			}
			if p := i.Pos(); p.IsValid() {
				if !from.IsValid() || p < from {
					from = p
				}
				to = max(to, p)
			}
		}
	}
	return from, to
}

// loopStmts returns the for and range statements of the function itself, in
// source order.
func (b *body) loopStmts() []ast.Stmt {
	var root ast.Node
	switch s := b.fn.Syntax().(type) {
	case *ast.FuncDecl:
		root = s.Body
	case *ast.FuncLit:
		root = s.Body
	case *ast.RangeStmt:
		root = s.Body
	}
	if root == nil {
		return nil
	}
	var stmts []ast.Stmt
	ast.Inspect(root, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ForStmt:
			stmts = append(stmts, n)
		case *ast.RangeStmt:
			if t := b.info.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Signature); ok {
					return false // its body is a function
				}
			}
			stmts = append(stmts, n)
		}
		return true
	})
	return stmts
}

// sameKind reports whether a block that ssa calls comment may be the header of
// a statement.
func sameKind(comment string, s ast.Stmt) bool {
	_, isRange := s.(*ast.RangeStmt)
	switch comment {
	case "rangeindex.loop", "rangeiter.loop", "rangechan.loop", "rangeint.loop", "rangeint.body":
		return isRange
	case "for.loop", "for.body":
		return !isRange
	}
	return false // a label
}

// describe says what decides the number of rounds.
func (b *body) describe(sl *summary.Loop, l *natural) {
	switch s := l.stmt.(type) {
	case nil:
		from, _ := l.extent()
		sl.Site = b.names.site(from)
	case *ast.RangeStmt:
		sl.Site, sl.Expr = b.names.site(s.For), excerpt(s.X)
		b.describeRange(sl, l, s)
	case *ast.ForStmt:
		sl.Site = b.names.site(s.For)
		if s.Cond == nil || isTrue(b.info.Types[s.Cond].Value) {
			sl.Kind = summary.LoopForever
			return
		}
		b.describeFor(sl, l, s)
	}
}

func isTrue(v constant.Value) bool {
	return v != nil && v.Kind() == constant.Bool && constant.BoolVal(v)
}

func (b *body) describeRange(sl *summary.Loop, l *natural, s *ast.RangeStmt) {
	sl.Kind = summary.LoopRange
	if t := b.info.TypeOf(s.X); t != nil {
		switch t := t.Underlying().(type) {
		case *types.Chan:
			sl.Kind = summary.LoopChan
		case *types.Basic:
			if t.Info()&types.IsInteger != 0 {
				sl.Kind = summary.LoopCount
				sl.Step = 1
			}
		}
	}
	for _, block := range l.sorted {
		for _, i := range block.Instrs {
			b.rangeOver(sl, l, block, i)
		}
	}
}

// rangeOver takes what is ranged over from an instruction of the loop's own.
func (b *body) rangeOver(sl *summary.Loop, l *natural, block *ssa.BasicBlock, i ssa.Instruction) {
	switch i := i.(type) {
	case *ssa.Next:
		if r, ok := i.Iter.(*ssa.Range); ok && block == l.header {
			sl.Over = b.ref(r.X)
		}
	case *ssa.UnOp:
		if i.Op == token.ARROW && block == l.header && sl.Kind == summary.LoopChan {
			sl.Over = b.ref(i.X)
		}
	case *ssa.BinOp:
		if i.Op != token.LSS || i.Pos().IsValid() || !isCondition(i) {
			return
		}
		if sl.Kind == summary.LoopCount {
			if slices.Contains(l.latches, block) {
				sl.Bound = b.ref(i.Y)
			}
		} else if x := lengthOf(i.Y); x != nil && block == l.header {
			sl.Over = b.ref(x)
		} else if block == l.header {
			sl.Bound = b.ref(i.Y) // the length of an array
		}
	case *ssa.IndexAddr:
		b.arrayOver(sl, l, i.X, i.Index)
	case *ssa.Index:
		b.arrayOver(sl, l, i.X, i.Index)
	}
}

// arrayOver takes the array that is ranged over: its length is a constant, so
// that only its elements name it.
func (b *body) arrayOver(sl *summary.Loop, l *natural, x, index ssa.Value) {
	i, ok := index.(ssa.Instruction)
	if ok && i.Block() == l.header && sl.Kind == summary.LoopRange && sl.Over == summary.NoRef && sl.Bound != summary.NoRef {
		sl.Over = b.ref(x)
	}
}

// isCondition reports whether a comparison ends its block.
func isCondition(i *ssa.BinOp) bool {
	last, ok := i.Block().Instrs[len(i.Block().Instrs)-1].(*ssa.If)
	return ok && last.Cond == i
}

// lengthOf returns x if v is len(x).
func lengthOf(v ssa.Value) ssa.Value {
	if c, ok := v.(*ssa.Call); ok {
		if f, ok := c.Call.Value.(*ssa.Builtin); ok && f.Name() == "len" && len(c.Call.Args) == 1 {
			return c.Call.Args[0]
		}
	}
	return nil
}
