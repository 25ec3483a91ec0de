package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"testing"
)

func TestPlainConstants(t *testing.T) {
	const src = `package kafka

import "C"

const (
	Any       = int32(C.PARTITION_ANY)
	Beginning = Offset(C.OFFSET_BEGINNING)
)

type Offset int64

var partition int32 = Any
`
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "kafka.go", src, 0)
	if err != nil {
		t.Fatal(err)
	}
	plainConstants(f)
	conf := types.Config{FakeImportC: true}
	pkg, err := conf.Check("kafka", fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"Any": "int32", "Beginning": "kafka.Offset"} {
		if got := pkg.Scope().Lookup(name).Type().String(); got != want {
			t.Errorf("%s is of type %s, want %s", name, got, want)
		}
	}
}
