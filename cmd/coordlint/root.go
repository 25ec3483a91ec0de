package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// findRoot returns the directory that is analysed for a working directory: the
// nearest one upwards that holds coordlint.yaml, else .git, else go.work, else
// go.mod, else the directory itself.
func findRoot(dir string) string {
	for _, mark := range []string{"coordlint.yaml", ".git", "go.work", "go.mod"} {
		for d := dir; ; d = filepath.Dir(d) {
			if _, err := os.Stat(filepath.Join(d, mark)); err == nil {
				return d
			}
			if filepath.Dir(d) == d {
				break
			}
		}
	}
	return dir
}

// locate returns the absolute root, and the working directory relative to it
// with forward slashes. A directory given with -C is the root itself.
func locate(dir string) (root, rel string, err error) {
	cwd, err := filepath.Abs(dir)
	if err != nil {
		return "", "", err
	}
	if info, err := os.Stat(cwd); err != nil || !info.IsDir() {
		return "", "", fmt.Errorf("-C %s: no such directory", dir)
	}
	root = cwd
	if dir == "" {
		root = findRoot(cwd)
	}
	rel, err = filepath.Rel(root, cwd)
	return root, filepath.ToSlash(rel), err
}
