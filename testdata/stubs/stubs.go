// Package stubs gives tests the stub modules below this directory: the import
// paths and the exported API of real libraries, at the versions of real/go.mod,
// without their code. A module that requires them type-checks without network.
//
// The stubs are written by analyzer/catalog/internal/stubgen; see there.
package stubs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dir returns the absolute path of the directory of stubs: testdata/stubs
// beside the go.mod of this repository, which is looked for from the working
// directory upwards. Tests run in their package's directory.
func Dir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		stubs := filepath.Join(dir, "testdata", "stubs")
		if _, err := os.Stat(filepath.Join(stubs, "stubs.go")); err == nil {
			return stubs, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("no testdata/stubs above the working directory")
		}
		dir = parent
	}
}

// Modules returns the paths of all stub modules, sorted.
func Modules(dir string) ([]string, error) {
	var modules []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path == filepath.Join(dir, "real") {
			return fs.SkipDir
		}
		if d.Name() == "go.mod" {
			rel, err := filepath.Rel(dir, filepath.Dir(path))
			if err != nil {
				return err
			}
			modules = append(modules, filepath.ToSlash(rel))
		}
		return nil
	})
	slices.Sort(modules)
	return modules, err
}

// Replace returns a go.mod in which the stubs stand for the modules that it
// requires, and for those that these require in turn. Other requirements stay
// as they are. dir is the directory of stubs; see Dir.
func Replace(gomod []byte, dir string) ([]byte, error) {
	modules, err := Modules(dir)
	if err != nil {
		return nil, err
	}
	have := requires(string(gomod))
	var add strings.Builder
	done := map[string]bool{}
	queue := slices.Clone(have)
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		if done[r.path] || !slices.Contains(modules, r.path) {
			continue
		}
		done[r.path] = true
		if !slices.ContainsFunc(have, func(h require) bool { return h.path == r.path }) {
			fmt.Fprintf(&add, "require %s %s // indirect\n", r.path, r.version)
		}
		stub := filepath.Join(dir, filepath.FromSlash(r.path))
		fmt.Fprintf(&add, "replace %s => %s\n", r.path, stub)
		b, err := os.ReadFile(filepath.Join(stub, "go.mod"))
		if err != nil {
			return nil, err
		}
		queue = append(queue, requires(string(b))...)
	}
	return append(append(slices.Clone(gomod), '\n'), add.String()...), nil
}

type require struct{ path, version string }

// requires reads the require lines of a go.mod.
func requires(gomod string) []require {
	var out []require
	block := false
	for line := range strings.Lines(gomod) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "require" && words[1] == "(":
			block = true
		case len(words) == 1 && words[0] == ")":
			block = false
		case len(words) == 3 && words[0] == "require":
			out = append(out, require{words[1], words[2]})
		case block && len(words) == 2:
			out = append(out, require{words[0], words[1]})
		}
	}
	return out
}
