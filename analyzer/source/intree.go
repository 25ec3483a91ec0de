package source

import (
	"context"
	"go/build"
	"path/filepath"
	"slices"
	"strings"
)

// inTree lets packages of other modules of the tree stand for what the
// packages of u import and go did not find: where the module cannot be joined
// with them, for what one of them requires is not on the machine. See
// walker.siblings for those that can.
func (u *unit) inTree(ctx context.Context, cfg Config, w *walker) {
	known := make(map[string]*listed, len(u.pkgs))
	for _, p := range u.pkgs {
		known[p.ImportPath] = p
	}
	s := &dirScanner{root: w.tree.Root, ctxt: build.Default}
	s.ctxt.BuildTags, s.ctxt.CgoEnabled = cfg.Tags, true
	var std []string
	queue := slices.Clone(u.pkgs)
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		for _, imp := range p.Imports {
			dep := known[imp]
			if imp == "C" || imp == "unsafe" || dep != nil && !missing(dep) && !lost(dep) {
				continue
			}
			mod, dir := w.holder(imp)
			if mod == nil || mod.Path == u.mod.Path {
				if dep == nil && p.DepOnly && !strings.Contains(strings.Split(imp, "/")[0], ".") {
					std = append(std, imp)
				}
				continue
			}
			found := s.read(dir)
			if found == nil {
				continue
			}
			found.ImportPath, found.DepOnly, found.Module = imp, true, mod
			if dep == nil {
				dep = found
				u.pkgs = append(u.pkgs, dep)
				known[imp] = dep
			} else {
				*dep = *found
			}
			queue = append(queue, dep)
		}
	}
	slices.Sort(std)
	pkgs, gaps := standard(ctx, cfg, u.dir, u.mod.Dir, slices.Compact(std))
	u.gaps = append(u.gaps, gaps...)
	for _, p := range pkgs {
		if known[p.ImportPath] == nil {
			u.pkgs = append(u.pkgs, p)
		}
	}
}

// holder returns the module of the tree that would hold a package, and the
// directory of the package in it; nil if none does.
func (w *walker) holder(importPath string) (*listedModule, string) {
	var best *listedModule
	for _, d := range w.mods {
		info := readMod(w.tree.Root, d)
		if info.path != "" && within(importPath, info.path) && (best == nil || len(info.path) > len(best.Path)) {
			best = &listedModule{Path: info.path, Dir: filepath.Join(w.tree.Root, filepath.FromSlash(d)), GoVersion: info.goVers}
		}
	}
	if best == nil {
		return nil, ""
	}
	return best, filepath.Join(best.Dir, filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(importPath, best.Path), "/")))
}
