package source

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/ast/astutil"
)

// plainConstants gives the constants of a file that C declares the value 0, so
// that they have a type: code that uses them would be ill-typed without. It is
// for libraries, whose constants' values nobody reads.
func plainConstants(f *ast.File) {
	for _, decl := range f.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		astutil.Apply(d, nil, func(c *astutil.Cursor) bool {
			if sel, ok := c.Node().(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "C" {
					c.Replace(&ast.BasicLit{ValuePos: sel.Pos(), Kind: token.INT, Value: "0"})
				}
			}
			return true
		})
	}
}
