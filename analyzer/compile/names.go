package compile

import (
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// names writes types and symbols as strings, and remembers which declared
// types were written. It is used by one goroutine.
type names struct {
	fset  *token.FileSet
	cache map[types.Type]string
	seen  map[*types.TypeName]bool
}

func newNames(fset *token.FileSet) *names {
	return &names{fset: fset, cache: map[types.Type]string{}, seen: map[*types.TypeName]bool{}}
}

func (n *names) site(pos token.Pos) summary.Site {
	if !pos.IsValid() {
		return summary.Site{}
	}
	p := n.fset.PositionFor(pos, false)
	return summary.Site{File: filepath.ToSlash(p.Filename), Line: p.Line, Col: p.Column}
}

// typ writes a type as types.TypeString does with full package paths, but so
// that identical types are equal strings: aliases are replaced by what they
// stand for, parameters have no names, the empty interface is any.
func (n *names) typ(t types.Type) string {
	if t == nil {
		return ""
	}
	if s, ok := n.cache[t]; ok {
		return s
	}
	var b strings.Builder
	n.write(&b, t)
	n.cache[t] = b.String()
	return b.String()
}

func (n *names) write(b *strings.Builder, t types.Type) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		b.WriteString(basicName(t))
	case *types.Named:
		n.writeNamed(b, t)
	case *types.TypeParam:
		b.WriteString(t.Obj().Name())
	case *types.Pointer:
		b.WriteByte('*')
		b.WriteString(n.typ(t.Elem()))
	case *types.Slice:
		b.WriteString("[]" + n.typ(t.Elem()))
	case *types.Array:
		b.WriteString("[" + strconv.FormatInt(t.Len(), 10) + "]" + n.typ(t.Elem()))
	case *types.Map:
		b.WriteString("map[" + n.typ(t.Key()) + "]" + n.typ(t.Elem()))
	case *types.Chan:
		n.writeChan(b, t)
	case *types.Signature:
		b.WriteString("func")
		n.writeSignature(b, t)
	case *types.Tuple:
		n.writeTuple(b, t, false)
	case *types.Struct:
		n.writeStruct(b, t)
	case *types.Interface:
		n.writeInterface(b, t)
	case *types.Union:
		for i := range t.Len() {
			if i > 0 {
				b.WriteString(" | ")
			}
			if t.Term(i).Tilde() {
				b.WriteByte('~')
			}
			b.WriteString(n.typ(t.Term(i).Type()))
		}
	default:
		b.WriteString(t.String()) // the opaque types of ssa
	}
}

func basicName(t *types.Basic) string {
	switch t.Kind() {
	case types.Uint8:
		return "byte"
	case types.Int32:
		return "int32"
	case types.UnsafePointer:
		return "unsafe.Pointer"
	}
	return t.Name()
}

func (n *names) writeNamed(b *strings.Builder, t *types.Named) {
	b.WriteString(n.typeName(t.Obj()))
	if args := t.TypeArgs(); args.Len() > 0 {
		b.WriteByte('[')
		for i := range args.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(n.typ(args.At(i)))
		}
		b.WriteByte(']')
	}
}

// typeName returns "path.T"; "path.T@FILE:LINE" for a type that a function
// declares.
func (n *names) typeName(obj *types.TypeName) string {
	pkg := obj.Pkg()
	if pkg == nil {
		return obj.Name() // error, comparable
	}
	n.seen[obj] = true
	s := pkg.Path() + "." + obj.Name()
	if parent := obj.Parent(); parent != nil && parent != pkg.Scope() {
		site := n.site(obj.Pos())
		s += "@" + site.File + ":" + strconv.Itoa(site.Line)
	}
	return s
}

func (n *names) writeChan(b *strings.Builder, t *types.Chan) {
	elem := n.typ(t.Elem())
	switch t.Dir() {
	case types.SendOnly:
		b.WriteString("chan<- " + elem)
	case types.RecvOnly:
		b.WriteString("<-chan " + elem)
	default:
		if strings.HasPrefix(elem, "<-") {
			elem = "(" + elem + ")"
		}
		b.WriteString("chan " + elem)
	}
}

// writeSignature writes the parameters and results, without the word func and
// the receiver.
func (n *names) writeSignature(b *strings.Builder, t *types.Signature) {
	n.writeTuple(b, t.Params(), t.Variadic())
	switch t.Results().Len() {
	case 0:
	case 1:
		b.WriteByte(' ')
		b.WriteString(n.typ(t.Results().At(0).Type()))
	default:
		b.WriteByte(' ')
		n.writeTuple(b, t.Results(), false)
	}
}

func (n *names) writeTuple(b *strings.Builder, t *types.Tuple, variadic bool) {
	b.WriteByte('(')
	for i := range t.Len() {
		if i > 0 {
			b.WriteString(", ")
		}
		s := n.typ(t.At(i).Type())
		if variadic && i == t.Len()-1 {
			s = "..." + strings.TrimPrefix(s, "[]")
		}
		b.WriteString(s)
	}
	b.WriteByte(')')
}

func (n *names) writeStruct(b *strings.Builder, t *types.Struct) {
	b.WriteString("struct{")
	for i := range t.NumFields() {
		if i > 0 {
			b.WriteString("; ")
		}
		f := t.Field(i)
		if !f.Embedded() {
			b.WriteString(f.Name() + " ")
		}
		b.WriteString(n.typ(f.Type()))
		if tag := t.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
	}
	b.WriteByte('}')
}

func (n *names) writeInterface(b *strings.Builder, t *types.Interface) {
	if t.NumMethods() == 0 && t.NumEmbeddeds() == 0 {
		b.WriteString("any")
		return
	}
	var parts []string
	for i := range t.NumMethods() {
		m := t.Method(i)
		var sig strings.Builder
		n.writeSignature(&sig, m.Signature())
		parts = append(parts, m.Name()+sig.String())
	}
	slices.Sort(parts)
	for i := range t.NumEmbeddeds() {
		if e := types.Unalias(t.EmbeddedType(i)); !isPlainInterface(e) {
			parts = append(parts, n.typ(e)) // a constraint
		}
	}
	b.WriteString("interface{" + strings.Join(parts, "; ") + "}")
}

// isPlainInterface reports whether t is an interface that is nothing but its
// methods, which its embedder lists.
func isPlainInterface(t types.Type) bool {
	i, ok := t.Underlying().(*types.Interface)
	return ok && i.IsMethodSet()
}

// signature writes the type of a function without its receiver.
func (n *names) signature(t *types.Signature) string {
	var b strings.Builder
	b.WriteString("func")
	n.writeSignature(&b, t)
	return b.String()
}

// object returns the symbol of a declared function or method, of an interface
// too: its full name without type arguments.
func (n *names) object(f *types.Func) string {
	f = f.Origin()
	recv := f.Signature().Recv()
	if recv == nil {
		if f.Pkg() == nil {
			return f.Name()
		}
		return f.Pkg().Path() + "." + f.Name()
	}
	t, star := types.Unalias(recv.Type()), ""
	if p, ok := t.(*types.Pointer); ok {
		t, star = types.Unalias(p.Elem()), "*"
	}
	switch t := t.(type) {
	case *types.Named:
		return "(" + star + n.typeName(t.Origin().Obj()) + ")." + f.Name()
	case *types.Interface:
		return "(interface)." + f.Name()
	}
	return "(" + star + n.typ(t) + ")." + f.Name()
}

// symbol returns the symbol of a function of ssa. Instances, bound methods and
// thunks have that of the method or function that they stand for.
func (n *names) symbol(f *ssa.Function) string {
	if f.Parent() != nil {
		parent := n.symbol(f.Parent())
		return parent + "$" + strconv.Itoa(slices.Index(f.Parent().AnonFuncs, f)+1)
	}
	if obj, ok := f.Object().(*types.Func); ok {
		if strings.HasPrefix(f.Name(), "init#") {
			return obj.Pkg().Path() + "." + f.Name()
		}
		return n.object(obj)
	}
	if f.Pkg != nil {
		return f.Pkg.Pkg.Path() + "." + f.Name()
	}
	return f.String()
}
