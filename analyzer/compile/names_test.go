package compile

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

func checked(t *testing.T, src string) (*token.FileSet, *source.Checked) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "p.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Implicits: map[ast.Node]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		Scopes: map[ast.Node]*types.Scope{}, Instances: map[*ast.Ident]types.Instance{}, FileVersions: map[*ast.File]string{},
	}
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	pkg, _ := conf.Check("ex.org/p", fset, []*ast.File{f}, info)
	return fset, &source.Checked{Package: &source.Package{Path: "ex.org/p", Name: "p"}, Fset: fset, Files: []*ast.File{f}, Types: pkg, Info: info}
}

func TestTypeStrings(t *testing.T) {
	fset, p := checked(t, `package p
import "io"
type T struct{}
type G[K comparable, V any] struct{ k K; v V }
type A = map[string]T
type alike = interface{ M(int) (x, y error); io.Reader }
var (
	a A
	b []uint8
	c []rune
	d interface{}
	e func(a, b int, rest ...string) (n int, err error)
	f chan (<-chan int)
	g <-chan func()
	h *G[string, []any]
	i alike
	j [3]struct{ X int `+"`json:\"x\"`"+`; *T }
	k error
	l func(any) func() bool
)`)
	want := map[string]string{
		"a": "map[string]ex.org/p.T",
		"b": "[]byte",
		"c": "[]int32",
		"d": "any",
		"e": "func(int, int, ...string) (int, error)",
		"f": "chan (<-chan int)",
		"g": "<-chan func()",
		"h": "*ex.org/p.G[string,[]any]",
		"i": "interface{M(int) (error, error); Read([]byte) (int, error)}",
		"j": `[3]struct{X int "json:\"x\""; *ex.org/p.T}`,
		"k": "error",
		"l": "func(any) func() bool",
	}
	n := newNames(fset)
	for name, text := range want {
		if got := n.typ(p.Types.Scope().Lookup(name).Type()); got != text {
			t.Errorf("%s: got %s, want %s", name, got, text)
		}
	}
}

// Code that does not type-check and was not emptied makes ssa panic: what it
// stands in is empty, the rest is compiled.
func TestIsolate(t *testing.T) {
	_, p := checked(t, `package p
var bad = undefined()
func Good() int { return 1 }
func Bad() int { for x := range missing { return x }; return unknown.F(1)[2] }
func Calls() int { return Good() + Bad() }
`)
	out := compiled(p)
	var empty, full []string
	for _, f := range out.Funcs {
		if f.Empty {
			empty = append(empty, f.Name)
		} else {
			full = append(full, f.Name)
		}
	}
	if got := strings.Join(empty, " "); got != "Bad" {
		t.Errorf("empty: %s", got)
	}
	if got := strings.Join(full, " "); got != "Calls Good init" {
		t.Errorf("compiled: %s", got)
	}
	if len(out.Gaps) != 2 || out.Gaps[0].Site.Line != 1 || out.Gaps[1].Site.Line != 4 {
		t.Errorf("gaps: %v", out.Gaps)
	}
}

// compiled compiles one package.
func compiled(p *source.Checked) *summary.Package {
	u := &unit{pkg: p, names: newNames(p.Fset)}
	u.compile()
	return u.out
}
