package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Digests are hashes of what Load found. They are the same on every machine for
// equal trees.
type Digests struct {
	Files string // of the names of all files but those below .git and node_modules, and of what those hold that are no Go code
	Code  string // of the modules with their packages and what these hold, and of what could not be read
}

// Digests returns the hashes of the tree. Checking packages does not change
// them.
func (t *Tree) Digests() Digests { return t.digests }

// digestFiles hashes the files under root. Those greater than 16 MiB, which
// nobody reads, stand for themselves by size and time.
func digestFiles(root string) string {
	var names []string
	_ = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil: // the walker has the gap
		case !d.IsDir():
			names = append(names, name)
		case d.Name() == ".git" || d.Name() == "node_modules":
			return filepath.SkipDir
		}
		return nil
	})
	sums := make([]string, len(names))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	const batch = 64
	for from := 0; from < len(names); from += batch {
		g.Go(func() error {
			for i := from; i < min(from+batch, len(names)); i++ {
				sums[i] = digestFile(names[i])
			}
			return nil
		})
	}
	_ = g.Wait() // the functions return no errors: a file that cannot be read is content too
	h := sha256.New()
	for i, name := range names {
		fmt.Fprintf(h, "%q %s\n", inside(root, name), sums[i])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// digestFile hashes a file that is no Go code, or what a link to one leads to.
func digestFile(name string) string {
	if strings.HasSuffix(name, ".go") {
		return "go"
	}
	target, _ := os.Readlink(name) // "" if it is no link
	info, err := os.Stat(name)
	switch {
	case err != nil || !info.Mode().IsRegular():
		return fmt.Sprintf("%q other", target)
	case info.Size() > maxFile:
		return fmt.Sprintf("%q %d %d", target, info.Size(), info.ModTime().UnixNano())
	}
	f, err := os.Open(name)
	if err != nil {
		return "unreadable"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unreadable"
	}
	return fmt.Sprintf("%q %x", target, h.Sum(nil))
}

// digest hashes what was listed.
func (t *Tree) digest() string {
	h := sha256.New()
	for _, m := range t.Modules {
		fmt.Fprintf(h, "module %q %q %q\n", m.Path, m.Dir, m.GoVersion)
		for _, p := range slices.Concat(m.Packages, m.Deps) {
			fmt.Fprintf(h, "%q %q %q %q %q %s %v %v %v %q\n",
				p.Path, p.Name, p.Dir, p.Module, p.Imports, goVersion(p.node.l), p.Own, p.Bodies, p.Std, p.node.content)
			if p.Dir != "" {
				fmt.Fprintf(h, "%q\n", p.GoFiles)
			}
		}
	}
	for _, g := range t.Gaps() {
		fmt.Fprintf(h, "gap %s %q %v\n", g.Kind, strings.ReplaceAll(g.String(), t.Root, ""), g.Hard)
	}
	return hex.EncodeToString(h.Sum(nil))
}
