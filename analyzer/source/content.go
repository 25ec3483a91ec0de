package source

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/coordlint/coordlint/analyzer/cache"
)

// A content is a hash of the files of a package.
type content struct {
	full     string
	skeleton string // without the bodies of functions; lines stay where they are
}

// contents hashes the files of all packages of the units. Files of released
// modules and of the standard library do not change: their versions stand for
// them.
func contents(root string, units []*unit, store *cache.Store) map[*listed]content {
	out := map[*listed]content{}
	versions := map[string]string{}
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, u := range units {
		keep := newPolicy(root, u)
		for _, l := range u.pkgs {
			if v := released(root, l, versions); v != "" {
				mu.Lock()
				out[l] = content{v, v}
				mu.Unlock()
				continue
			}
			g.Go(func() error {
				c := contentOf(l, keep.bodies(l), store)
				mu.Lock()
				out[l] = c
				mu.Unlock()
				return nil
			})
		}
	}
	_ = g.Wait() // the functions return no errors: a file that cannot be read is content too
	return out
}

// released returns what names the content of a package of the standard library
// or of a module in the module cache; "" for any other, whose files may change.
func released(root string, l *listed, versions map[string]string) string {
	if l.Standard {
		goroot := strings.TrimSuffix(l.Dir, string(filepath.Separator)+filepath.FromSlash(l.ImportPath))
		v, ok := versions[goroot]
		if !ok {
			text, err := os.ReadFile(filepath.Join(goroot, "..", "VERSION"))
			if v, _, _ = strings.Cut(string(text), "\n"); err != nil || strings.Contains(v, "devel") {
				v = ""
			}
			versions[goroot] = v
		}
		return v
	}
	m := l.Module
	if m != nil && m.Replace != nil {
		m = m.Replace
	}
	if m == nil || m.Version == "" || l.outline != nil || inside(root, l.Dir) != "" || !strings.Contains(l.Dir, "@"+m.Version) {
		return ""
	}
	return m.Path + "@" + m.Version
}

// contentOf hashes the files of one package. Their skeleton is that of a store,
// if it knows it.
func contentOf(l *listed, bodies bool, store *cache.Store) content {
	var texts [][]byte
	h := sha256.New()
	if l.outline != nil {
		texts = append(texts, l.outline)
	}
	for _, name := range slices.Sorted(slices.Values(slices.Concat(l.GoFiles, l.CgoFiles))) {
		if l.outline != nil {
			break
		}
		if !filepath.IsAbs(name) {
			name = filepath.Join(l.Dir, name)
		}
		st, err := os.Stat(name)
		var text []byte
		switch {
		case err != nil:
			text = []byte(reason(err).Error())
		case st.Size() > maxFile:
			text = fmt.Append(nil, st.Size(), st.ModTime().UnixNano())
		default:
			if text, err = os.ReadFile(name); err != nil {
				text = []byte(reason(err).Error())
			}
		}
		texts = append(texts, text)
	}
	for _, text := range texts {
		fmt.Fprintf(h, "%x\n", sha256.Sum256(text))
	}
	c := content{full: string(h.Sum(nil))}
	c.skeleton = c.full
	if !bodies || store == nil {
		return c
	}
	key := store.Key("skeleton", c.full)
	if known, ok := store.Get(key); ok {
		c.skeleton = string(known)
		return c
	}
	c.skeleton = skeletonOf(texts)
	store.Put(key, []byte(c.skeleton))
	return c
}

// skeletonOf hashes files without what stands in the bodies of functions but for
// line breaks. Bodies of literals stay: types of variables may depend on them.
func skeletonOf(texts [][]byte) string {
	h := sha256.New()
	for _, text := range texts {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
		if err != nil {
			fmt.Fprintf(h, "%x\n", sha256.Sum256(text))
			continue
		}
		from := 0
		for _, decl := range f.Decls {
			d, ok := decl.(*ast.FuncDecl)
			if !ok || d.Body == nil {
				continue
			}
			begin, end := int(d.Body.Lbrace-f.FileStart)+1, int(d.Body.Rbrace-f.FileStart)
			h.Write(text[from:begin])
			h.Write(bytes.Repeat([]byte("\n"), bytes.Count(text[begin:end], []byte("\n"))))
			from = end
		}
		h.Write(text[from:])
		h.Write([]byte{0})
	}
	return string(h.Sum(nil))
}
