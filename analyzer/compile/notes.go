package compile

import (
	"cmp"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// directive matches the comments that silence findings: //coordlint:..., and
// //nolint if it names coordlint, all, or nothing.
var directive = regexp.MustCompile(`^//\s?(coordlint:\S|nolint\s*(:\s*([\w-]+\s*,\s*)*(coordlint|all)\b|//|$))`)

// notes returns the directives of a file. One in or right above the package
// clause covers the package, one in the comment of a function the function,
// any other its own line and, if it stands alone, the line after its comment.
func (n *names) notes(f *ast.File) []summary.Note {
	var notes []summary.Note
	code := map[int]bool{} // lines with code that begins or ends on them; made when needed
	for _, group := range f.Comments {
		for _, c := range group.List {
			if !directive.MatchString(c.Text) {
				continue
			}
			if len(code) == 0 {
				code = n.codeLines(f)
			}
			site := n.site(c.Pos())
			note := summary.Note{Site: site, Text: strings.TrimSpace(strings.TrimLeft(c.Text, "/")), Scope: "line", Until: site.Line}
			after := n.site(group.End()).Line + 1
			switch {
			case after == n.site(f.Package).Line || site.Line == n.site(f.Package).Line:
				note.Scope, note.Until = "package", n.site(f.FileEnd).Line
			case code[site.Line]:
			default:
				note.Until = after
				if d := n.funcAt(f, after, group); d != nil {
					note.Scope, note.Until = "func", n.site(d.End()).Line
				}
			}
			notes = append(notes, note)
		}
	}
	return notes
}

// funcAt returns the function declaration that begins on a line or that doc
// documents.
func (n *names) funcAt(f *ast.File, line int, doc *ast.CommentGroup) *ast.FuncDecl {
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && (d.Doc == doc || n.site(d.Type.Func).Line == line) {
			return d
		}
	}
	return nil
}

func (n *names) codeLines(f *ast.File) map[int]bool {
	lines := map[int]bool{0: true}
	ast.Inspect(f, func(node ast.Node) bool {
		switch node := node.(type) {
		case nil, *ast.File:
		case *ast.Comment, *ast.CommentGroup:
			return false
		default:
			lines[n.site(begin(node)).Line] = true
			lines[n.site(node.End()-1).Line] = true
		}
		return true
	})
	return lines
}

// begin returns where a node begins, its doc comment left out.
func begin(node ast.Node) token.Pos {
	switch d := node.(type) {
	case *ast.FuncDecl:
		return d.Type.Func
	case *ast.GenDecl:
		return d.TokPos
	}
	return node.Pos()
}

// generatedLine is what generators write, some with another mark at the end
// than the one that go generate asks for.
var generatedLine = regexp.MustCompile(`(?i)^//\s*(code )?generated (by|from) .*|^//.*do not edit`)

// saysGenerated reports whether a comment before the package clause says that
// the file is generated.
func saysGenerated(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() < f.Package && generatedLine.MatchString(c.Text) {
				return true
			}
		}
	}
	return false
}

// generated returns the files of a package that say so of themselves, sorted.
func (n *names) generated(files []*ast.File) []string {
	var out []string
	for _, f := range files {
		if saysGenerated(f) {
			out = append(out, n.site(f.Package).File)
		}
	}
	slices.Sort(out)
	return out
}

func compareSites(a, b summary.Site) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}
