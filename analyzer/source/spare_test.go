package source

import (
	"context"
	"go/ast"
	"go/printer"
	"go/token"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// What is good of a bad statement is kept.
func TestSpare(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"elements of a literal", `s := &server{name: "a", gone: gone.New(), port: 80}; println(s.name)`,
			`s := &server{name: "a", port: 80}; println(s.name)`},
		{"a literal in a literal", `println(outer{in: server{name: "a", gone: gone.New()}}.in.name)`,
			`println(outer{in: server{name: "a"}}.in.name)`},
		{"the body of an if", `if err := gone.Ping(); err != nil { println("a") }`,
			`if recover() != nil { println("a") }`},
		{"the arms of an else if", `if true { println("a") } else if gone.Ready() { println("b") } else { println("c") }`,
			`if true { println("a") } else if recover() != nil { println("b") } else { println("c") }`},
		{"the body of a loop", `for gone.Next() { println("a") }`,
			`for recover() != nil { println("a") }`},
		{"the body of a range", `for _, x := range gone.List() { println("a"); println(x) }`,
			`for recover() != nil { println("a") }`},
		{"a bad statement of a good if", `if true { println("a"); gone.Ping() }`,
			`if true { println("a") }`},
		{"nothing of a bad call", `println(gone.Name())`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := extract(t, txtar.Parse([]byte("-- go.mod --\nmodule m\n-- main.go --\n"+`package main

import "example.com/gone"

type server struct {
	name string
	gone *gone.Client
	port int
}

type outer struct{ in server }

func main() {
`+c.body+"\n}\n")))
			tree, err := Load(context.Background(), Config{Dir: dir})
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			err = tree.Check(t.Context(), Checking{Visit: func(p *Checked) {
				body := p.Files[0].Decls[len(p.Files[0].Decls)-1].(*ast.FuncDecl).Body
				if err := printer.Fprint(&b, token.NewFileSet(), body); err != nil {
					t.Error(err)
				}
			}})
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Join(strings.Fields("{ "+c.want+" }"), " ")
			if got := strings.Join(strings.Fields(b.String()), " "); got != strings.ReplaceAll(want, ";", "") {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}
