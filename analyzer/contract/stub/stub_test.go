package stub

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/emicklei/proto"
)

func file(t *testing.T, path, text string) File {
	t.Helper()
	p, err := proto.NewParser(strings.NewReader("syntax = \"proto3\";\n" + text)).Parse()
	if err != nil {
		t.Fatal(err)
	}
	return File{Path: path, Proto: p}
}

// The package of an import path is found by its go_package, whole or by its
// end; where that is not certain, there is none.
func TestFor(t *testing.T) {
	a := file(t, "a.proto", `option go_package = "example.com/shop/gen/orderpb"; package a; message A {}`)
	b := file(t, "b.proto", `option go_package = "./gen/userpb;users"; package b; message B {}`)
	c := file(t, "c.proto", `option go_package = "example.com/other/v1/api"; package c; message C {}`)
	d := file(t, "d.proto", `option go_package = "example.com/another/v1/api"; package d; message D {}`)
	for _, tt := range []struct{ path, want string }{
		{"example.com/shop/gen/orderpb", "type A struct"},
		{"example.com/web/pb/orderpb", "type A struct"},
		{"example.com/shop/gen/userpb", "package users"},
		{"example.com/other/v1/api", "type C struct"},
		{"example.com/third/api", ""}, // two would fit
		{"example.com/shop/store", ""},
	} {
		src, ok := For(tt.path, []File{a, b, c, d})
		if ok != (tt.want != "") || !strings.Contains(string(src), tt.want) {
			t.Errorf("%s: found %v:\n%s", tt.path, ok, src)
		}
	}
}

// Whatever a proto file says, what is written parses as Go.
func TestSourceParses(t *testing.T) {
	f := file(t, "x.proto", `option go_package = "x/y-z.v1"; package x.v1;
message _M { M2 a_b = 1; .x.v1.M2 c = 2; google.type.Money money = 3; repeated E e = 4; google.protobuf.Empty none = 5;
  oneof o { string s = 6; } map<int32, bytes> m = 7; message M2 {} enum E { Z = 0; } }
message M2 {}
service S1 { rpc m_1(_M) returns (google.protobuf.Empty); rpc B(stream google.type.Money) returns (stream _M); rpc C(stream _M) returns (M2); }`)
	src, ok := For("x/y-z.v1", []File{f})
	if !ok {
		t.Fatal("no package")
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "x.go", src, 0); err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	for _, want := range []string{"package y_z_v1", "type XM struct", "XM_M2", "\tC *M2", "Money any", "type isXM_O interface", "func (c *s1Client) M_1("} {
		if !strings.Contains(string(src), want) {
			t.Errorf("%q is not in\n%s", want, src)
		}
	}
}
