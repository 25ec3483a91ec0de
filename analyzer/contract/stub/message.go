package stub

import (
	"fmt"
	"strings"

	"github.com/emicklei/proto"
)

// scalars are the Go types of proto's own.
var scalars = map[string]string{
	"double": "float64", "float": "float32", "int32": "int32", "int64": "int64", "uint32": "uint32", "uint64": "uint64",
	"sint32": "int32", "sint64": "int64", "fixed32": "uint32", "fixed64": "uint64", "sfixed32": "int32", "sfixed64": "int64",
	"bool": "bool", "string": "string", "bytes": "[]byte",
}

// wellKnown are the Go packages of google.protobuf.
var wellKnown = map[string]string{
	"Any": "anypb", "Duration": "durationpb", "Empty": "emptypb", "FieldMask": "fieldmaskpb", "Timestamp": "timestamppb",
	"Struct": "structpb", "Value": "structpb", "ListValue": "structpb",
	"BoolValue": "wrapperspb", "BytesValue": "wrapperspb", "DoubleValue": "wrapperspb", "FloatValue": "wrapperspb", "Int32Value": "wrapperspb",
	"Int64Value": "wrapperspb", "StringValue": "wrapperspb", "UInt32Value": "wrapperspb", "UInt64Value": "wrapperspb",
}

func (g *generator) printf(format string, args ...any) { fmt.Fprintf(&g.out, format, args...) }

// message writes a message, and those inside it.
func (g *generator) message(scope string, m *proto.Message) {
	full := strings.TrimPrefix(scope+"."+m.Name, ".")
	name := g.kinds[full].goName
	type field struct{ name, typ, oneof string }
	var fields []field
	var oneofs []string
	for _, e := range m.Elements {
		switch e := e.(type) {
		case *proto.NormalField:
			typ := g.typ(full, e.Type)
			switch {
			case e.Repeated:
				typ = "[]" + typ
			case e.Optional && !strings.HasPrefix(typ, "*") && !strings.HasPrefix(typ, "["):
				typ = "*" + typ
			}
			fields = append(fields, field{camel(e.Name), typ, ""})
		case *proto.MapField:
			fields = append(fields, field{camel(e.Name), "map[" + g.typ(full, e.KeyType) + "]" + g.typ(full, e.Type), ""})
		case *proto.Oneof:
			oneof := camel(e.Name)
			oneofs = append(oneofs, oneof)
			fields = append(fields, field{oneof, "is" + name + "_" + oneof, ""})
			for _, o := range e.Elements {
				if o, ok := o.(*proto.OneOfField); ok {
					fields = append(fields, field{camel(o.Name), g.typ(full, o.Type), oneof})
				}
			}
		case *proto.Message:
			g.message(full, e)
		case *proto.Enum:
			g.enum(full, name, e)
		}
	}
	g.printf("type %s struct {\n", name)
	for _, f := range fields {
		if f.oneof == "" {
			g.printf("\t%s %s\n", f.name, f.typ)
		}
	}
	g.printf("}\n\n")
	g.imports["protoreflect"] = "google.golang.org/protobuf/reflect/protoreflect"
	g.printf("func (*%s) Reset() {}\nfunc (*%[1]s) String() string { return \"\" }\nfunc (*%[1]s) ProtoMessage() {}\n", name)
	g.printf("func (*%s) ProtoReflect() protoreflect.Message { return nil }\n\n", name)
	for _, o := range oneofs {
		g.printf("type is%s_%s interface{ is%[1]s_%[2]s() }\n\n", name, o)
	}
	for _, f := range fields {
		if f.oneof != "" {
			g.printf("type %s_%s struct{ %[2]s %s }\n\nfunc (*%[1]s_%[2]s) is%[1]s_%[4]s() {}\n\n", name, f.name, f.typ, f.oneof)
			g.printf("func (x *%s) Get%s() (v %s) {\n\tif o, ok := x.%s.(*%[1]s_%[2]s); ok {\n\t\treturn o.%[2]s\n\t}\n\treturn v\n}\n\n", name, f.name, f.typ, f.oneof)
			continue
		}
		result, value := f.typ, "x."+f.name
		if strings.HasPrefix(f.typ, "*") && scalar(f.typ[1:]) {
			result, value = f.typ[1:], "*x."+f.name
		}
		g.printf("func (x *%s) Get%s() (v %s) {\n\tif x != nil {\n\t\treturn %s\n\t}\n\treturn v\n}\n\n", name, f.name, result, value)
	}
}

func scalar(typ string) bool {
	for _, t := range scalars {
		if t == typ {
			return true
		}
	}
	return false
}

// enum writes an enum and its values.
func (g *generator) enum(scope, goScope string, e *proto.Enum) {
	name := g.kinds[strings.TrimPrefix(scope+"."+e.Name, ".")].goName
	prefix := name
	if goScope != "" {
		prefix = goScope
	}
	g.printf("type %s int32\n\nfunc (%[1]s) String() string { return \"\" }\n\n", name)
	for _, v := range e.Elements {
		if v, ok := v.(*proto.EnumField); ok {
			g.printf("const %s_%s %s = %d\n", prefix, v.Name, name, v.Integer)
		}
	}
	g.printf("\nvar %s_name = map[int32]string{}\nvar %[1]s_value = map[string]int32{}\n\n", name)
}

// typ returns the Go type of a field's type, which is named from inside scope.
func (g *generator) typ(scope, name string) string {
	if t, ok := scalars[name]; ok {
		return t
	}
	full, ok := g.resolve(scope, name)
	if !ok {
		return g.known(name)
	}
	k := g.kinds[full]
	switch {
	case !g.self[full]:
		return "any" // of another Go package, which may not be there
	case k.enum:
		return k.goName
	}
	return "*" + k.goName
}

// known returns the Go type of one of proto's well-known messages.
func (g *generator) known(name string) string {
	base, ok := strings.CutPrefix(strings.TrimPrefix(name, "."), "google.protobuf.")
	if pkg := wellKnown[base]; ok && pkg != "" {
		g.imports[pkg] = "google.golang.org/protobuf/types/known/" + pkg
		return "*" + pkg + "." + base
	}
	return "any"
}

// resolve finds the full name of a message or enum, innermost scope first.
func (g *generator) resolve(scope, name string) (string, bool) {
	if full, ok := strings.CutPrefix(name, "."); ok {
		_, found := g.kinds[full]
		return full, found
	}
	for {
		full := strings.TrimPrefix(scope+"."+name, ".")
		if _, ok := g.kinds[full]; ok {
			return full, true
		}
		if scope == "" {
			return "", false
		}
		scope = scope[:max(0, strings.LastIndexByte(scope, '.'))]
	}
}
