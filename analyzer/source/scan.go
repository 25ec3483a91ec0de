package source

import (
	"context"
	"errors"
	"go/build"
	"go/scanner"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A dirScanner lists packages by reading directories, as go did before there
// were modules: imports are found under the tree itself, in vendor
// directories, in GOPATH and in the standard library.
type dirScanner struct {
	root   string // of the tree, absolute
	base   string // directory that prefix names, absolute
	prefix string // import path of base; "" if nothing tells
	ctxt   build.Context
	found  map[string]*listed // by import path
	order  []*listed
	std    map[string]bool
	gopath []string
	gaps   []Gap
}

// scan lists the packages of dirs, which are relative to root and lie in base,
// and what they import. Prefix is the import path of base; if it is "", it is
// guessed from how the packages import each other, and returned.
func scan(ctx context.Context, cfg Config, root, base, prefix string, dirs []string) (string, []*listed, []Gap) {
	env := environ(cfg)
	s := &dirScanner{root: root, base: base, ctxt: build.Default, found: map[string]*listed{}, std: map[string]bool{}}
	s.ctxt.BuildTags = cfg.Tags
	s.ctxt.CgoEnabled = true
	if v := value(env, "GOOS"); v != "" {
		s.ctxt.GOOS = v
	}
	if v := value(env, "GOARCH"); v != "" {
		s.ctxt.GOARCH = v
	}
	s.gopath = filepath.SplitList(value(env, "GOPATH"))
	var own []*listed
	for _, dir := range dirs {
		if p := s.read(filepath.Join(root, filepath.FromSlash(dir))); p != nil {
			own = append(own, p)
		}
	}
	s.prefix = prefix
	if prefix == "" {
		s.prefix = s.guess(own)
	}
	mod := &listedModule{Path: s.prefix, Dir: base, Main: true}
	for _, p := range own {
		p.ImportPath, p.Module = s.pathOf(p.Dir), mod
		s.found[p.ImportPath] = p
		s.order = append(s.order, p)
	}
	for i := 0; i < len(s.order); i++ {
		s.resolve(s.order[i])
	}
	s.addStd(ctx, cfg)
	return s.prefix, s.order, s.gaps
}

// read reads the package in dir; nil if it has no Go files that count.
func (s *dirScanner) read(dir string) *listed {
	bp, err := s.ctxt.ImportDir(dir, 0)
	p := &listed{
		Dir: dir, Name: bp.Name, GoFiles: bp.GoFiles, CgoFiles: bp.CgoFiles,
		IgnoredGoFiles: bp.IgnoredGoFiles, Imports: bp.Imports,
	}
	var none *build.NoGoError
	if errors.As(err, &none) {
		return nil
	}
	if err != nil {
		p.Error = &listedError{Pos: dir, Err: err.Error()}
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			p.Error = &listedError{Pos: list[0].Pos.String(), Err: list[0].Msg}
		}
	}
	return p
}

// pathOf returns the import path of a directory of the tree.
func (s *dirScanner) pathOf(dir string) string {
	rel, err := filepath.Rel(s.base, dir)
	if err != nil {
		return filepath.ToSlash(dir)
	}
	rel = filepath.ToSlash(rel)
	if after, ok := strings.CutPrefix(rel, "src/"); ok && s.prefix == "" {
		return after // the tree is a GOPATH
	}
	return path.Join(s.prefix, rel)
}

// guess returns the import path of the base: the prefix under which most of
// the imports of its packages are directories of the base.
func (s *dirScanner) guess(own []*listed) string {
	rels := map[string]bool{}
	imports := map[string]bool{}
	for _, p := range own {
		if rel := inside(s.base, p.Dir); rel != "" && rel != "." {
			rels[rel] = true
		}
		for _, imp := range p.Imports {
			imports[imp] = true
		}
	}
	votes := map[string]int{}
	for imp := range imports {
		for i, c := range imp {
			if c == '/' && rels[imp[i+1:]] {
				votes[imp[:i]]++
			}
		}
	}
	best := ""
	for _, p := range slices.Sorted(maps.Keys(votes)) {
		if best == "" || votes[p] > votes[best] {
			best = p
		}
	}
	if best == "" {
		best = s.rootImport(own, slices.Sorted(maps.Keys(imports)))
	}
	if strings.HasSuffix(best, "/src") || best == "src" {
		return ""
	}
	return best
}

// rootImport returns the import that ends in the name of the package in the
// base itself, which programs below it import; "" unless there is just one.
func (s *dirScanner) rootImport(own []*listed, imports []string) string {
	i := slices.IndexFunc(own, func(p *listed) bool { return inside(s.base, p.Dir) == "." && p.Name != "main" })
	if i < 0 {
		return ""
	}
	found := ""
	for _, imp := range imports {
		host, _, _ := strings.Cut(imp, "/")
		if path.Base(imp) != own[i].Name || !strings.Contains(host, ".") {
			continue
		}
		if found != "" {
			return ""
		}
		found = imp
	}
	return found
}

// resolve finds the directories of what p imports. What is found nowhere is
// left to the type checker, which knows the line.
func (s *dirScanner) resolve(p *listed) {
	for _, imp := range p.Imports {
		if imp == "C" || imp == "unsafe" || s.found[imp] != nil {
			continue
		}
		if s.isStd(imp) {
			s.std[imp] = true
			continue
		}
		dir := s.locate(p.Dir, imp)
		if dir == "" {
			continue
		}
		if dep := s.read(dir); dep != nil {
			dep.ImportPath, dep.DepOnly = imp, true
			s.found[imp] = dep
			s.order = append(s.order, dep)
		}
	}
}

// isStd reports whether imp is of the standard library.
func (s *dirScanner) isStd(imp string) bool {
	st, err := os.Stat(filepath.Join(s.ctxt.GOROOT, "src", filepath.FromSlash(imp)))
	return err == nil && st.IsDir()
}

// locate finds the directory of an import: in the vendor directories above the
// importing directory, then in GOPATH. A vendored package has the path that it
// is imported by, as in a module; of several copies the first found is taken.
func (s *dirScanner) locate(from, imp string) string {
	is := func(d string) bool {
		st, err := os.Stat(d)
		return err == nil && st.IsDir()
	}
	for d := from; inside(s.root, d) != ""; d = filepath.Dir(d) {
		if v := filepath.Join(d, "vendor", filepath.FromSlash(imp)); is(v) {
			return v
		}
		if d == s.root || d == filepath.Dir(d) {
			break
		}
	}
	for _, gp := range s.gopath {
		if v := filepath.Join(gp, "src", filepath.FromSlash(imp)); is(v) {
			return v
		}
	}
	return ""
}

// addStd adds the packages of the standard library that were imported.
func (s *dirScanner) addStd(ctx context.Context, cfg Config) {
	pkgs, gaps := standard(ctx, cfg, s.root, ".", slices.Sorted(maps.Keys(s.std)))
	s.gaps = append(s.gaps, gaps...)
	s.order = append(s.order, pkgs...)
}
