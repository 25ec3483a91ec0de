package source

import (
	"context"
	"os"
	"path"
	"path/filepath"
)

// moduleAbove returns the directory of the module that a root lies in, with
// the root's path in it; "" if no directory above the root holds a go.mod.
func moduleAbove(root string) (dir, rel string) {
	for d := filepath.Dir(root); ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			rel, err := filepath.Rel(d, root)
			if err != nil {
				return "", ""
			}
			return d, filepath.ToSlash(rel)
		}
		if d == filepath.Dir(d) {
			return "", ""
		}
	}
}

// listAbove lists the packages of a root that is a part of a module, and what
// they import of the rest of it; nil if the root is no such part.
func listAbove(ctx context.Context, cfg Config, w *walker) *unit {
	root := w.tree.Root
	dir, rel := moduleAbove(root)
	if dir == "" || len(dirsOf(w, "")) == 0 {
		return nil
	}
	info := readMod(dir, ".")
	if info.path == "" || newer(info.goVers) {
		return nil
	}
	pkgs, err := goList(ctx, cfg, root, []string{"GOWORK=" + workspace(dir, dir)}, []string{"./..."})
	if err != nil || len(pkgs) == 0 {
		return nil
	}
	return &unit{mod: &Module{Path: path.Join(info.path, rel), Dir: ".", GoVersion: info.goVers}, dir: dir, pkgs: pkgs}
}
