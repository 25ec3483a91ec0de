package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// siblings returns the paths of the modules of the tree that hold packages
// which the module in dir, relative to the root, imports and go list did not
// find: they were never published, or their go.mod is not required, and no
// go.work joins them. Where the module's own packages were not found either,
// what its go.mod requires of the tree may be why.
func (w *walker) siblings(dir, path string, pkgs []*listed, failure error) []string {
	failed := failure != nil
	var missing []string
	for _, p := range pkgs {
		if p.Error == nil || len(p.GoFiles) > 0 || p.Standard {
			continue
		}
		if within(p.ImportPath, path) {
			failed = true
		} else {
			missing = append(missing, p.ImportPath)
		}
	}
	if !failed && len(missing) == 0 {
		return nil
	}
	var mods []string
	for _, d := range w.mods {
		if mod := readMod(w.tree.Root, d).path; d != dir && mod != "" {
			mods = append(mods, mod)
		}
	}
	var out []string
	for _, p := range missing {
		best := ""
		for _, mod := range mods {
			if within(p, mod) && len(mod) > len(best) {
				best = mod
			}
		}
		if best != "" {
			out = append(out, best)
		}
	}
	if failed {
		for _, r := range required(filepath.Join(w.tree.Root, filepath.FromSlash(dir), "go.mod")) {
			for _, mod := range mods {
				if within(mod, r) { // itself, or a part of what was one module once
					out = append(out, mod)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within reports whether a path is that of a module or of a package below it.
func within(path, mod string) bool {
	return path == mod || strings.HasPrefix(path, mod+"/")
}

// required returns the paths of the modules that a go.mod requires.
func required(file string) []string {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	f, err := modfile.ParseLax(file, data, nil)
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range f.Require {
		out = append(out, r.Mod.Path)
	}
	return out
}
