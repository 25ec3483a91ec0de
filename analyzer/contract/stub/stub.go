// Package stub writes the Go code that protoc-gen-go and protoc-gen-go-grpc
// would write for proto files, as far as a linker needs it: messages with
// their fields and getters, clients, servers, and what registers them. It
// stands for generated code that is not checked in.
//
// The package imports nothing of this module.
package stub

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/emicklei/proto"
)

// A File is a parsed proto file.
type File struct {
	Path  string // relative to the root, with forward slashes
	Proto *proto.Proto
}

// goPackage returns the import path and the name of a file's Go package, both
// empty if it does not say.
func (f File) goPackage() (importPath, name string) {
	for _, e := range f.Proto.Elements {
		if o, ok := e.(*proto.Option); ok && o.Name == "go_package" {
			importPath, name, _ = strings.Cut(o.Constant.Source, ";")
			importPath = strings.TrimPrefix(importPath, "./")
			if name == "" {
				name = path.Base(importPath)
			}
			return importPath, cleanName(name)
		}
	}
	return "", ""
}

func (f File) protoPackage() string {
	for _, e := range f.Proto.Elements {
		if p, ok := e.(*proto.Package); ok {
			return p.Name
		}
	}
	return ""
}

func cleanName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
}

// For returns the source of the Go package with an import path, and whether
// the files say enough to write it: their go_package is the path or an end of
// it, or they are the only ones whose go_package ends in the path's last
// element.
func For(importPath string, files []File) ([]byte, bool) {
	members := chosen(importPath, files)
	if len(members) == 0 {
		return nil, false
	}
	g := &generator{self: map[string]bool{}, kinds: map[string]kind{}, imports: map[string]string{}}
	for _, f := range files {
		own := slices.ContainsFunc(members, func(m File) bool { return m.Path == f.Path })
		pkg := f.protoPackage()
		g.declare(pkg, "", f.Proto.Elements, own)
	}
	for _, f := range members {
		g.file(f)
	}
	_, name := members[0].goPackage()
	return g.source(name), true
}

// chosen returns the files that make up the package with an import path.
func chosen(importPath string, files []File) []File {
	by := func(is func(p string) bool) []File {
		var out []File
		paths := map[string]bool{}
		for _, f := range files {
			if p, _ := f.goPackage(); p != "" && is(p) {
				out = append(out, f)
				paths[p] = true
			}
		}
		if len(paths) != 1 {
			return nil
		}
		return out
	}
	for _, is := range []func(string) bool{
		func(p string) bool { return p == importPath },
		func(p string) bool { return strings.HasSuffix(importPath, "/"+p) },
		func(p string) bool { return path.Base(p) == path.Base(importPath) },
	} {
		if out := by(is); out != nil {
			slices.SortFunc(out, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
			return withoutTwins(out)
		}
	}
	return nil
}

// withoutTwins drops copies of a file: trees keep one in each service.
func withoutTwins(files []File) []File {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(f File) bool {
		key := f.protoPackage()
		for _, e := range f.Proto.Elements {
			switch e := e.(type) {
			case *proto.Message:
				key += " " + e.Name
			case *proto.Service:
				key += " " + e.Name
			}
		}
		twin := seen[key]
		seen[key] = true
		return twin
	})
}

// kind says what a name of a proto package is.
type kind struct {
	goName string
	enum   bool
}

// A generator writes one Go package.
type generator struct {
	self    map[string]bool   // full names of the messages and enums of this package
	kinds   map[string]kind   // of all messages and enums, by full name
	imports map[string]string // alias -> import path
	out     bytes.Buffer
}

// declare enters the messages and enums below a scope.
func (g *generator) declare(scope, goScope string, elements []proto.Visitee, own bool) {
	add := func(name string, enum bool) (full, goName string) {
		full, goName = strings.TrimPrefix(scope+"."+name, "."), camel(name)
		if goScope != "" {
			goName = goScope + "_" + goName
		}
		if own || !g.self[full] {
			g.kinds[full] = kind{goName, enum}
			g.self[full] = g.self[full] || own
		}
		return full, goName
	}
	for _, e := range elements {
		switch e := e.(type) {
		case *proto.Message:
			if !e.IsExtend {
				full, goName := add(e.Name, false)
				g.declare(full, goName, e.Elements, own)
			}
		case *proto.Enum:
			add(e.Name, true)
		}
	}
}

func (g *generator) file(f File) {
	scope := f.protoPackage()
	for _, e := range f.Proto.Elements {
		switch e := e.(type) {
		case *proto.Message:
			if !e.IsExtend {
				g.message(scope, e)
			}
		case *proto.Enum:
			g.enum(scope, "", e)
		case *proto.Service:
			g.service(scope, f.Path, e)
		}
	}
}

// source returns the file.
func (g *generator) source(name string) []byte {
	var b bytes.Buffer
	b.WriteString("// Code generated from proto files; DO NOT EDIT.\n\npackage " + name + "\n\nimport (\n")
	aliases := make([]string, 0, len(g.imports))
	for alias := range g.imports {
		aliases = append(aliases, alias)
	}
	slices.Sort(aliases)
	for _, alias := range aliases {
		b.WriteString("\t" + alias + " \"" + g.imports[alias] + "\"\n")
	}
	b.WriteString(")\n\n")
	b.Write(g.out.Bytes())
	return b.Bytes()
}

// camel returns the Go name of a proto name, as protoc-gen-go makes it.
func camel(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		lower := i+1 < len(s) && s[i+1] >= 'a' && s[i+1] <= 'z'
		switch {
		case c == '.':
			b.WriteByte('_')
		case c == '_' && (i == 0 || s[i-1] == '.'):
			b.WriteByte('X')
		case c == '_' && lower:
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		default:
			if c >= 'a' && c <= 'z' && (i == 0 || s[i-1] == '_' || s[i-1] == '.' || s[i-1] >= '0' && s[i-1] <= '9') {
				c -= 'a' - 'A'
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}
