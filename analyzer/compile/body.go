package compile

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A body flattens the blocks of one function.
type body struct {
	*writer
	fn   *ssa.Function
	out  *summary.Func
	refs map[ssa.Value]summary.Ref
	pool map[summary.Operand]summary.Ref
}

// write numbers all values, then writes the blocks, then the loops.
func (b *body) write() {
	for _, p := range b.fn.Params {
		b.refs[p] = summary.Ref(len(b.refs))
	}
	for _, v := range b.fn.FreeVars {
		b.refs[v] = summary.Ref(len(b.refs))
	}
	next := summary.Ref(b.out.Values())
	for _, block := range b.fn.Blocks {
		for _, i := range block.Instrs {
			if _, ok := i.(*ssa.DebugRef); ok {
				continue
			}
			if v, ok := i.(ssa.Value); ok {
				b.refs[v] = next
			}
			next++
		}
	}
	for _, block := range b.fn.Blocks {
		sb := summary.Block{First: int32(len(b.out.Instrs)), Idom: -1, Loop: -1, Preds: indices(block.Preds), Succs: indices(block.Succs)}
		if d := block.Idom(); d != nil {
			sb.Idom = int32(d.Index)
		}
		for _, i := range block.Instrs {
			if _, ok := i.(*ssa.DebugRef); ok {
				continue
			}
			in := b.instr(i)
			in.Block = int32(block.Index)
			b.out.Instrs = append(b.out.Instrs, in)
		}
		sb.Last = int32(len(b.out.Instrs))
		b.out.Blocks = append(b.out.Blocks, sb)
	}
	b.loops()
}

// aggregate reports whether values of a type are structs or arrays.
func aggregate(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Struct, *types.Array:
		return true
	}
	return false
}

func indices(blocks []*ssa.BasicBlock) []int32 {
	var out []int32
	for _, b := range blocks {
		out = append(out, int32(b.Index))
	}
	return out
}

// ref returns the Ref of a value, NoRef for nil.
func (b *body) ref(v ssa.Value) summary.Ref {
	if v == nil {
		return summary.NoRef
	}
	if r, ok := b.refs[v]; ok {
		return r
	}
	o := b.operand(v)
	r, ok := b.pool[o]
	if !ok {
		b.out.Pool = append(b.out.Pool, o)
		r = summary.Ref(-len(b.out.Pool))
		b.pool[o] = r
	}
	return r
}

func (b *body) list(vs ...ssa.Value) []summary.Ref {
	refs := make([]summary.Ref, len(vs))
	for i, v := range vs {
		refs[i] = b.ref(v)
	}
	return refs
}

// instr writes one instruction.
func (b *body) instr(i ssa.Instruction) summary.Instr {
	in := summary.Instr{Site: b.names.site(i.Pos())}
	if v, ok := i.(ssa.Value); ok {
		if t, ok := v.Type().(*types.Tuple); !ok || t.Len() > 0 {
			in.Type = b.names.typ(v.Type())
		}
		in.Agg = aggregate(v.Type())
	}
	switch i := i.(type) {
	case *ssa.Alloc:
		in.Op, in.Sym = summary.OpAlloc, i.Comment
		in.Elem = b.names.typ(deref(i.Type()))
	case *ssa.FieldAddr:
		in.Op, in.Args = summary.OpFieldAddr, b.list(i.X)
		in.Sym = fieldName(deref(i.X.Type()), i.Field)
	case *ssa.Field:
		in.Op, in.Args = summary.OpField, b.list(i.X)
		in.Sym = fieldName(i.X.Type(), i.Field)
	case *ssa.IndexAddr:
		in.Op, in.Args = summary.OpIndexAddr, b.list(i.X, i.Index)
	case *ssa.Index:
		in.Op, in.Args = summary.OpIndex, b.list(i.X, i.Index)
	case *ssa.Lookup:
		in.Op, in.Args, in.CommaOk = summary.OpLookup, b.list(i.X, i.Index), i.CommaOk
	case *ssa.UnOp:
		in.Args = b.list(i.X)
		switch i.Op {
		case token.MUL:
			in.Op = summary.OpLoad
		case token.ARROW:
			in.Op, in.CommaOk = summary.OpRecv, i.CommaOk
		default:
			in.Op, in.Sym = summary.OpUn, i.Op.String()
		}
	case *ssa.BinOp:
		in.Op, in.Sym, in.Args = summary.OpBin, i.Op.String(), b.list(i.X, i.Y)
	case *ssa.Store:
		in.Op, in.Args = summary.OpStore, b.list(i.Addr, i.Val)
	case *ssa.MapUpdate:
		in.Op, in.Args = summary.OpMapUpdate, b.list(i.Map, i.Key, i.Value)
	case *ssa.MakeMap:
		in.Op = summary.OpMakeMap
	case *ssa.MakeSlice:
		in.Op, in.Args = summary.OpMakeSlice, b.list(i.Len, i.Cap)
	case *ssa.MakeChan:
		in.Op, in.Args = summary.OpMakeChan, b.list(i.Size)
	case *ssa.Slice:
		in.Op, in.Args = summary.OpSlice, b.list(i.X, i.Low, i.High, i.Max)
	case *ssa.MakeInterface:
		in.Op, in.Args, in.Elem = summary.OpMakeInterface, b.list(i.X), b.names.typ(i.X.Type())
	case *ssa.TypeAssert:
		in.Op, in.Args, in.CommaOk = summary.OpTypeAssert, b.list(i.X), i.CommaOk
		in.Elem = b.names.typ(i.AssertedType)
	case *ssa.ChangeType:
		in.Op, in.Args = summary.OpConvert, b.list(i.X)
	case *ssa.ChangeInterface:
		in.Op, in.Args = summary.OpConvert, b.list(i.X)
	case *ssa.Convert:
		in.Op, in.Args = summary.OpConvert, b.list(i.X)
	case *ssa.MultiConvert:
		in.Op, in.Args = summary.OpConvert, b.list(i.X)
	case *ssa.SliceToArrayPointer:
		in.Op, in.Args = summary.OpConvert, b.list(i.X)
	case *ssa.Extract:
		in.Op, in.Args, in.N = summary.OpExtract, b.list(i.Tuple), i.Index
	case *ssa.Phi:
		in.Op, in.Args, in.Sym = summary.OpPhi, b.list(i.Edges...), i.Comment
	case *ssa.Range:
		in.Op, in.Args = summary.OpRange, b.list(i.X)
	case *ssa.Next:
		in.Op, in.Args = summary.OpNext, b.list(i.Iter)
	case *ssa.Send:
		in.Op, in.Args = summary.OpSend, b.list(i.Chan, i.X)
	case *ssa.Select:
		b.selection(&in, i)
	case *ssa.MakeClosure:
		b.closure(&in, i)
	case *ssa.Call:
		in.Op = summary.OpCall
		b.call(&in, &i.Call)
	case *ssa.Go:
		in.Op = summary.OpGo
		b.call(&in, &i.Call)
	case *ssa.Defer:
		in.Op, in.Deferred = summary.OpDefer, true
		b.call(&in, &i.Call)
	case *ssa.RunDefers:
		in.Op = summary.OpRunDefers
	case *ssa.Return:
		in.Op, in.Args = summary.OpReturn, b.list(i.Results...)
	case *ssa.If:
		in.Op, in.Args, in.Site = summary.OpIf, b.list(i.Cond), b.names.site(i.Cond.Pos())
	case *ssa.Jump:
		in.Op = summary.OpJump
	case *ssa.Panic:
		in.Op, in.Args = summary.OpPanic, b.list(i.X)
	}
	return in
}

func (b *body) selection(in *summary.Instr, i *ssa.Select) {
	in.Op = summary.OpSelect
	if i.Blocking {
		in.N = 1
	}
	for _, s := range i.States {
		in.States = append(in.States, summary.State{
			Send: s.Dir == types.SendOnly, Chan: b.ref(s.Chan), Value: b.ref(s.Send), Site: b.names.site(s.Pos),
		})
	}
}

func (b *body) closure(in *summary.Instr, i *ssa.MakeClosure) {
	fn, ok := i.Fn.(*ssa.Function)
	if ok && isBound(fn) {
		in.Op, in.Args, in.Name = summary.OpBoundMethod, b.list(i.Bindings...), fn.Object().Name()
		in.Sym = b.names.object(fn.Object().(*types.Func))
		if types.IsInterface(i.Bindings[0].Type()) {
			in.Mode = summary.Invoke
		}
		return
	}
	in.Op, in.Args = summary.OpMakeClosure, b.list(append([]ssa.Value{i.Fn}, i.Bindings...)...)
	if ok {
		in.Sym = b.symbol(fn)
	}
}

// call writes the callee and the arguments of a call, and the site of its
// selector or name.
func (b *body) call(in *summary.Instr, c *ssa.CallCommon) {
	args := b.list(c.Args...)
	switch callee := c.Value.(type) {
	case *ssa.Builtin:
		in.Mode, in.Sym, in.Args = summary.Builtin, callee.Name(), args
	case *ssa.Function:
		in.Mode, in.Sym, in.Args, in.TypeArgs = summary.Static, b.callee(callee), args, b.typeArgs(callee)
		if obj, ok := callee.Object().(*types.Func); ok {
			in.Name = obj.Name()
			if isThunk(callee) && types.IsInterface(obj.Signature().Recv().Type()) {
				in.Mode = summary.Invoke
			}
		}
	default:
		in.Mode, in.Args = summary.Value, append(b.list(c.Value), args...)
		if c.IsInvoke() {
			in.Mode, in.Sym, in.Name = summary.Invoke, b.names.object(c.Method), c.Method.Name()
		}
	}
	syntax := b.calls[c.Pos()]
	if syntax == nil {
		return
	}
	in.Spread = syntax.Ellipsis.IsValid()
	fun := ast.Unparen(syntax.Fun)
	for {
		switch f := fun.(type) {
		case *ast.IndexExpr:
			fun = ast.Unparen(f.X)
			continue
		case *ast.IndexListExpr:
			fun = ast.Unparen(f.X)
			continue
		case *ast.SelectorExpr:
			in.Site = b.names.site(f.Sel.Pos())
			if locks(f.Sel.Name) {
				in.Expr = excerpt(f.X)
			}
		case *ast.Ident:
			in.Site = b.names.site(f.Pos())
		case *ast.FuncLit:
			if in.Op == summary.OpCall {
				in.Site = b.names.site(f.Pos())
			}
		}
		return
	}
}

// locks reports whether a method name is one that locks or unlocks, so that
// the receiver's source text is worth keeping.
func locks(name string) bool {
	switch name {
	case "Lock", "RLock", "TryLock", "TryRLock", "Unlock", "RUnlock", "LockContext", "UnlockContext", "Acquire", "TryAcquire", "Release":
		return true
	}
	return false
}

// excerpt returns the source text of an expression, at most 60 bytes.
func excerpt(e ast.Expr) string {
	s := types.ExprString(e)
	if len(s) > 60 {
		s = s[:57] + "..."
	}
	return s
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// fieldName returns the name of a field of a struct type, or of a type
// parameter whose types are all structs.
func fieldName(t types.Type, index int) string {
	if s, ok := deref(t).Underlying().(*types.Struct); ok {
		return s.Field(index).Name()
	}
	if i, ok := t.Underlying().(*types.Interface); ok {
		for e := range i.EmbeddedTypes() {
			if u, ok := e.(*types.Union); ok && u.Len() > 0 {
				e = u.Term(0).Type()
			}
			if s, ok := deref(e).Underlying().(*types.Struct); ok {
				return s.Field(index).Name()
			}
		}
	}
	return ""
}
