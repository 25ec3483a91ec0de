package load

import (
	"go/types"
	"strings"
)

// An Object is what a symbol of the catalog names.
type Object struct {
	types.Object
	Interface bool // a method of an interface
}

// Lookup finds a symbol in a package: "path.F", "(*path.T).M", "path.T.Field".
// field says that it is a field. It returns nil if there is no such thing, or
// if another type declares the method: an embedded one, or what an alias
// stands for.
func Lookup(pkg *types.Package, symbol string, field bool) *Object {
	rest, ptr := strings.CutPrefix(symbol, "(*")
	if !ptr {
		rest = strings.TrimPrefix(symbol, "(")
	}
	method := len(rest) < len(symbol)
	rest, ok := strings.CutPrefix(rest, pkg.Path()+".")
	if !ok {
		return nil
	}
	if !method && !field {
		return object(pkg.Scope().Lookup(rest), false)
	}
	typ, name, _ := strings.Cut(strings.ReplaceAll(rest, ").", "."), ".")
	tn, ok := pkg.Scope().Lookup(typ).(*types.TypeName)
	if !ok || tn.IsAlias() { // symbols name the type that declares
		return nil
	}
	if field {
		st, ok := tn.Type().Underlying().(*types.Struct)
		for i := 0; ok && i < st.NumFields(); i++ {
			if st.Field(i).Name() == name {
				return object(st.Field(i), false)
			}
		}
		return nil
	}
	if it, ok := tn.Type().Underlying().(*types.Interface); ok && !ptr {
		for m := range it.ExplicitMethods() {
			if m.Name() == name {
				return object(m, true)
			}
		}
		return nil
	}
	named, ok := types.Unalias(tn.Type()).(*types.Named)
	for i := 0; ok && i < named.NumMethods(); i++ {
		m := named.Method(i)
		_, isPtr := m.Signature().Recv().Type().(*types.Pointer)
		if m.Name() == name && isPtr == ptr && named.Obj() == tn {
			return object(m, false)
		}
	}
	return nil
}

func object(o types.Object, iface bool) *Object {
	if o == nil {
		return nil
	}
	return &Object{o, iface}
}
