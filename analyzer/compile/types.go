package compile

import (
	"cmp"
	"go/types"
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// declared describes a declared type. Public leaves out the unexported fields
// that embed nothing: neither a decoder nor another package sees them; and the
// place, which a package that was not read from source does not know exactly.
func (n *names) declared(obj *types.TypeName, public bool) summary.Type {
	t := summary.Type{Name: n.typeName(obj)}
	if !public {
		t.Site = n.site(obj.Pos())
	}
	if obj.IsAlias() {
		t.Alias = n.typ(obj.Type())
		return t
	}
	typ := obj.Type()
	if named, ok := typ.(*types.Named); ok {
		for p := range named.TypeParams().TypeParams() {
			t.TypeParams = append(t.TypeParams, p.Obj().Name())
		}
	}
	switch u := typ.Underlying().(type) {
	case *types.Struct:
		t.Underlying = "struct"
		t.Fields = n.fields(u, public)
		t.Methods = n.methods(typ)
	case *types.Interface:
		t.Underlying = "interface"
		for m := range u.Methods() {
			t.Methods = append(t.Methods, summary.Method{Name: m.Name(), Symbol: n.object(m), Sig: n.signature(m.Signature())})
		}
	default:
		t.Underlying = n.typ(u)
		t.Methods = n.methods(typ)
	}
	slices.SortFunc(t.Methods, func(a, b summary.Method) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Symbol, b.Symbol))
	})
	return t
}

func (n *names) fields(s *types.Struct, public bool) []summary.Field {
	var fields []summary.Field
	for i := range s.NumFields() {
		f := s.Field(i)
		if public && !f.Exported() && !f.Embedded() {
			continue
		}
		fields = append(fields, summary.Field{Name: f.Name(), Type: n.typ(f.Type()), Tag: s.Tag(i), Embedded: f.Embedded()})
	}
	return fields
}

// methods returns the method set of *t, in no useful order.
func (n *names) methods(t types.Type) []summary.Method {
	value := types.NewMethodSet(t)
	set := types.NewMethodSet(types.NewPointer(t))
	var methods []summary.Method
	for sel := range set.Methods() {
		f, ok := sel.Obj().(*types.Func)
		if !ok {
			continue
		}
		methods = append(methods, summary.Method{
			Name: f.Name(), Symbol: n.object(f), Path: pathOf(t, sel.Index()),
			Ptr: value.Lookup(f.Pkg(), f.Name()) == nil, Sig: n.signature(f.Signature()),
		})
	}
	return methods
}

// pathOf returns the names of the embedded fields that a selection goes
// through; index is that of a types.Selection.
func pathOf(t types.Type, index []int) []string {
	var path []string
	for _, i := range index[:len(index)-1] {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		s, ok := t.Underlying().(*types.Struct)
		if !ok {
			return path
		}
		path = append(path, s.Field(i).Name())
		t = s.Field(i).Type()
	}
	return path
}
