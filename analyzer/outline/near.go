package outline

import (
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Near returns an outline that may stand for a package without one: that of
// the same package in another major version of its module, the newest, or in a
// module that moved. Others are further import paths of the package, without
// major versions. The outline's imports of its own module are under the name
// that the module has in importPath; Module is that name, and Of the module
// that the outline is of. Calls whose shape changed between the two do not
// type-check: most do.
func Near(importPath string, others []string) (Package, bool) {
	bare := unversioned(importPath)
	for _, other := range append([]string{bare}, others...) {
		other = unversioned(other)
		for _, module := range slices.Backward(Modules()) {
			tail, ok := strings.CutPrefix(other, unversioned(module))
			if !ok || tail != "" && tail[0] != '/' {
				continue
			}
			p, ok := Find(module + tail)
			if !ok || p.Module != module {
				continue
			}
			name := strings.TrimSuffix(importPath, tail)
			return Package{Module: name, Of: module, Source: moved(p.Source, module, name)}, true
		}
	}
	return Package{}, false
}

// unversioned removes the element /vN of an import path, or the .vN of
// gopkg.in.
func unversioned(importPath string) string {
	elems := strings.Split(importPath, "/")
	for i, e := range elems {
		head, version, dot := strings.Cut(e, ".v")
		switch {
		case elems[0] == "gopkg.in" && dot && number(version):
			elems[i] = head
		case i > 0 && e != "" && e[0] == 'v' && number(e[1:]):
			elems[i] = ""
		}
	}
	return path.Join(elems...)
}

func number(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// moved writes the imports of a module in a source file under another name.
func moved(src []byte, from, to string) []byte {
	f, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ImportsOnly)
	if err != nil {
		return src // a test rules this out
	}
	var out []byte
	last := 0
	for _, spec := range f.Imports {
		imp := strings.Trim(spec.Path.Value, `"`)
		tail, ok := strings.CutPrefix(imp, from)
		if !ok || tail != "" && tail[0] != '/' {
			continue
		}
		start := int(spec.Path.Pos() - f.FileStart)
		out = append(append(out, src[last:start]...), strconv.Quote(to+tail)...)
		last = start + len(spec.Path.Value)
	}
	return append(out, src[last:]...)
}
