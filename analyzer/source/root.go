package source

import (
	"os"
	"path/filepath"
)

// FindRoot returns the root of the system that dir belongs to: the nearest
// ancestor, dir itself first, that holds coordlint.yaml or .coordlint.yaml;
// else the nearest with .git; else with go.work; else with go.mod; else dir.
func FindRoot(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	for _, names := range [][]string{
		{"coordlint.yaml", ".coordlint.yaml"}, {".git"}, {"go.work"}, {"go.mod"},
	} {
		for d := abs; ; d = filepath.Dir(d) {
			for _, name := range names {
				if _, err := os.Stat(filepath.Join(d, name)); err == nil {
					return d
				}
			}
			if d == filepath.Dir(d) {
				break
			}
		}
	}
	return abs
}
