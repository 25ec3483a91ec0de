package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/coordlint/coordlint/analyzer/source"
)

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
		root = source.FindRoot(cwd)
	}
	rel, err = filepath.Rel(root, cwd)
	return root, filepath.ToSlash(rel), err
}
