package contract

import (
	"path/filepath"
	"sync"

	"github.com/coordlint/coordlint/analyzer/contract/stub"
)

// A Generator writes Go packages for the proto files of a tree, where the
// generated ones are not checked in. It may be used by several goroutines.
type Generator struct {
	Root string // absolute

	once  sync.Once
	files []stub.File
}

// Package returns the source of the Go package with an import path, and
// whether proto files of the tree say what is in it. Names of the files are
// relative to the root; those that cannot be read or parsed are left out: Read
// makes gaps of them.
func (g *Generator) Package(importPath string, protos []string) ([]byte, bool) {
	g.once.Do(func() {
		for _, name := range protos {
			src, err := load(filepath.Join(g.Root, filepath.FromSlash(name)))
			if err != nil {
				continue
			}
			if _, missing := unclosed(src); missing > 0 {
				continue
			}
			if parsed, err := parse(src); err == nil && parsed != nil {
				g.files = append(g.files, stub.File{Path: name, Proto: parsed})
			}
		}
	})
	return stub.For(importPath, g.files)
}
