package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"slices"
)

// keys hashes, import by import, what a node depends on.
type keys struct {
	id    hash.Hash // all, and where it is
	key   hash.Hash // what its compilation depends on
	types hash.Hash // what its types depend on
}

// keysOf begins the keys of a node with its own files.
func (g *pkgGraph) keysOf(n *node, c content) *keys {
	k := &keys{sha256.New(), sha256.New(), sha256.New()}
	l, dir := n.l, g.relDir(n.l.Dir)
	files := slices.Sorted(slices.Values(slices.Concat(l.GoFiles, l.CgoFiles)))
	for i, f := range files {
		files[i] = filepath.Base(f)
	}
	all := fmt.Sprintf("%q %q %q %q %d %s\n", l.ImportPath, l.Name, dir, files, len(l.CgoFiles), goVersion(l))
	if dir == "" && n.bodies {
		all += l.Dir // which positions name
	}
	module := ""
	if l.Module != nil {
		module = l.Module.Path
	}
	fmt.Fprintf(k.id, "%s%q %v %x\n", all, l.Dir, n.bodies, c.full)
	fmt.Fprintf(k.key, "%s%q %v %x\n", all, module, n.bodies, c.full)
	fmt.Fprintf(k.types, "%s%x\n", all, c.skeleton)
	return k
}

func (k *keys) all(text string) {
	for _, h := range []hash.Hash{k.id, k.key, k.types} {
		io.WriteString(h, text)
	}
}

func (k *keys) absent(as string) { k.all(as + " absent\n") }

func (k *keys) cycle(as string) { k.all(as + " cycle\n") }

func (k *keys) imports(as string, d *node) {
	io.WriteString(k.id, as+" "+d.id+"\n")
	for _, h := range []hash.Hash{k.key, k.types} {
		io.WriteString(h, as+" "+d.l.ImportPath+" "+d.typesKey+"\n")
	}
}

func (k *keys) sums() (id, key, types string) {
	sum := func(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
	return sum(k.id), sum(k.key), sum(k.types)
}
