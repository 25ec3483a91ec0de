package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// siblings returns the paths of the modules of the tree that hold packages
// which the module in dir imports and go list did not find: they were never
// published, or their go.mod is not required, and no go.work joins them. Where
// the whole of go list failed, it is the modules of the tree that go.mod
// requires.
func (w *walker) siblings(dir string, pkgs []*listed, failure error) []string {
	own := func(path string) string {
		best := ""
		for _, d := range w.mods {
			at := filepath.Join(w.tree.Root, filepath.FromSlash(d))
			mod := readMod(w.tree.Root, d).path
			if at != dir && mod != "" && (path == mod || strings.HasPrefix(path, mod+"/")) && len(mod) > len(best) {
				best = mod
			}
		}
		return best
	}
	var out []string
	add := func(mod string) {
		if mod != "" && !slices.Contains(out, mod) {
			out = append(out, mod)
		}
	}
	failed := failure != nil
	for _, p := range pkgs {
		if p.Error != nil && len(p.GoFiles) == 0 {
			add(own(p.ImportPath))
			failed = true
		}
	}
	if failed {
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			if f, err := modfile.ParseLax("go.mod", data, nil); err == nil {
				for _, r := range f.Require {
					if own(r.Mod.Path) == r.Mod.Path {
						add(r.Mod.Path)
					}
					for _, d := range w.mods { // once one module, now many
						if mod := readMod(w.tree.Root, d).path; mod != "" && strings.HasPrefix(mod, r.Mod.Path+"/") && own(mod) == mod {
							add(mod)
						}
					}
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
