// Package contract reads .proto files: which services and methods they
// declare, under which names these travel on the wire, and which HTTP routes
// a gateway serves them at. It reads the files that it is given and imports
// only package graph of this module.
package contract

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// maxSize is the size in bytes above which a file is not read. The largest
// hand-written proto files known have half a megabyte.
const maxSize = 8 << 20

// A File is one .proto file.
type File struct {
	Path      string // relative to the root, with forward slashes
	Package   string // the proto package; "" if it declares none
	GoPackage string // the go_package option as written; "" if none
	Imports   []Import
	Services  []Service // in the order of the file
}

// An Import is an import statement.
type Import struct {
	Path string // as written
	File string // the file under the root that it means; "" if none was found
	Site graph.Site
}

// A Service is a service declaration.
type Service struct {
	Name    string   // full name on the wire: pkg.Service
	Methods []Method // in the order of the file
	Site    graph.Site
}

// A Method is an rpc declaration.
type Method struct {
	Name       string  // full name on the wire: pkg.Service/Method
	Request    string  // the request message's name as written
	Response   string  // the response message's name as written
	StreamsIn  bool    // the client sends a stream
	StreamsOut bool    // the server sends a stream
	Routes     []Route // of google.api.http, additional bindings after the first
	Site       graph.Site
}

// A Route is one HTTP binding of a method.
type Route struct {
	Verb string // GET, POST, ...; the kind of a custom pattern
	Path string // template as written, such as /v1/{name=shelves/*}:move
	Body string // "*", a field's name, or "" for none
	Site graph.Site
}

// Read reads the files, whose names are relative to root, with forward
// slashes. The result is sorted by path. A file that cannot be read or parsed
// is a Gap, as is an import that neither the files nor the well-known
// libraries hold; what stands before a syntax error is kept.
func Read(root string, files []string) ([]File, []graph.Gap) {
	var out []File
	var gaps []graph.Gap
	names := slices.Clone(files)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		src, err := load(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			gaps = append(gaps, graph.Gap{Kind: "proto", Site: graph.Site{File: name}, Text: err.Error(), Hard: true})
			continue
		}
		f, g := Parse(name, src)
		out = append(out, f)
		gaps = append(gaps, g...)
	}
	for i := range out {
		gaps = append(gaps, resolve(&out[i], out)...)
	}
	slices.SortStableFunc(gaps, func(a, b graph.Gap) int { return a.Site.Compare(b.Site) })
	return out, gaps
}

func load(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("proto file cannot be read: %w", pathless(err))
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("proto file is no regular file")
	}
	if info.Size() > maxSize {
		return nil, fmt.Errorf("proto file of %d bytes is not read: the limit is %d", info.Size(), maxSize)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("proto file cannot be read: %w", pathless(err))
	}
	return src, nil
}

// pathless drops the absolute path from an error, so that output does not
// depend on where the root lies.
func pathless(err error) error {
	if e, ok := err.(*os.PathError); ok {
		return e.Err
	}
	return err
}

// resolve sets the files of f's imports. protoc looks an import up from its
// -I directories, which no file names: every ancestor of f is tried, nearest
// first, then any file whose path ends so.
func resolve(f *File, files []File) []graph.Gap {
	has := func(name string) bool {
		_, ok := slices.BinarySearchFunc(files, name, func(f File, n string) int { return strings.Compare(f.Path, n) })
		return ok
	}
	var gaps []graph.Gap
	for i := range f.Imports {
		imp := &f.Imports[i]
		for dir := path.Dir(f.Path); imp.File == ""; dir = path.Dir(dir) {
			if name := path.Join(dir, imp.Path); has(name) {
				imp.File = name
			}
			if dir == "." || dir == "/" {
				break
			}
		}
		for _, other := range files {
			if imp.File == "" && strings.HasSuffix(other.Path, "/"+imp.Path) {
				imp.File = other.Path
			}
		}
		if imp.File == "" && !wellKnown(imp.Path) {
			gaps = append(gaps, graph.Gap{Kind: "proto", Site: imp.Site, Text: fmt.Sprintf("import %q is not under the root", imp.Path)})
		}
	}
	return gaps
}

// wellKnown reports whether an import belongs to a library that declares
// types and options alone, or services that no system implements itself.
func wellKnown(name string) bool {
	for _, prefix := range []string{
		"google/", "validate/", "buf/validate/", "protoc-gen-openapiv2/", "protoc-gen-swagger/", "openapiv3/", "gnostic/",
		"gogoproto/", "github.com/gogo/", "github.com/envoyproxy/protoc-gen-validate/", "github.com/mwitkow/go-proto-validators/",
		"k8s.io/", "tagger/", "third_party/googleapis/", "grpc/health/", "grpc/reflection/",
	} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "validate.proto" || name == "gogo.proto"
}
