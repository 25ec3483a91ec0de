// Package stubs gives tests the outlines of real libraries as modules on disk.
// A module that requires them type-checks without network.
package stubs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/outline"
)

// A Dir is a directory in which outlines are laid out as modules, those that
// were asked for.
type Dir struct {
	path string
	mu   sync.Mutex
	have map[string]bool
}

// At returns the stub modules below the directory path.
func At(path string) *Dir { return &Dir{path: path, have: map[string]bool{}} }

// Replace returns a go.mod in which stub modules stand for those that it
// requires, and for those that these require in turn; it writes them if they
// are not there. Other requirements stay as they are.
func (d *Dir) Replace(gomod []byte) ([]byte, error) {
	have := requires(string(gomod))
	var add strings.Builder
	done := map[string]bool{}
	queue := slices.Clone(have)
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		ar := outline.Module(r.path)
		if ar == nil || done[r.path] {
			continue
		}
		done[r.path] = true
		if err := d.write(r.path, ar); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(have, func(h require) bool { return h.path == r.path }) {
			fmt.Fprintf(&add, "require %s %s // indirect\n", r.path, r.version)
		}
		fmt.Fprintf(&add, "replace %s => %s\n", r.path, filepath.Join(d.path, filepath.FromSlash(r.path)))
		queue = append(queue, requires(string(ar.Files[0].Data))...) // go.mod stands first
	}
	return append(append(slices.Clone(gomod), '\n'), add.String()...), nil
}

// write writes one module, once.
func (d *Dir) write(module string, ar *txtar.Archive) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.have[module] {
		return nil
	}
	d.have[module] = true
	for _, f := range ar.Files {
		name := filepath.Join(d.path, filepath.FromSlash(module), filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
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
