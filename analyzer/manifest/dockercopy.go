package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// copy places files of the context, or of another stage.
func (b *builder) copy(img *image, from string, sources []string, dest string, site graph.Site) {
	dest = b.word(dest, b.at)
	intoDir := strings.HasSuffix(dest, "/") || dest == "." || len(sources) > 1
	dest = img.abs(dest)
	if from = b.word(from, b.at); from != "" {
		other := b.find(from)
		if other == nil {
			// Another image: only the names of its files are known.
			other = &image{workdir: "/"}
		}
		for _, s := range sources {
			s = path.Clean("/" + b.word(s, b.at))
			img.files = append(img.files, b.moved(other, s, dest, intoDir, site)...)
		}
		return
	}
	for _, s := range sources {
		s = b.word(s, b.at)
		if strings.Contains(s, "://") {
			continue
		}
		rel, ok := b.tree.within(b.context, strings.TrimPrefix(s, "/"))
		if !ok || strings.ContainsAny(s, "*?[") {
			if dir := path.Dir(rel); ok && !strings.ContainsAny(dir, "*?[") {
				img.files = append(img.files, placed{path: dest, source: dir, dir: true, site: site})
			}
			continue
		}
		dir, exists := b.tree.stat(rel)
		p := placed{path: dest, source: rel, dir: dir, site: site}
		if !exists {
			p.source, p.named = "", path.Base(rel)
		}
		if !dir && intoDir {
			p.path = path.Join(dest, path.Base(s))
		}
		img.files = append(img.files, p)
	}
}

// moved lists what lies at src in another stage, as it lies at dest.
func (b *builder) moved(from *image, src, dest string, intoDir bool, site graph.Site) []placed {
	var out []placed
	for _, p := range from.files {
		rest, ok := beneath(p.path, src)
		switch {
		case ok && rest == "" && !p.dir:
			p.path = dest
			if intoDir {
				p.path = path.Join(dest, path.Base(src))
			}
		case ok:
			p.path = path.Join(dest, rest)
		default:
			// src may lie inside of a directory that was placed as a whole.
			rest, ok = beneath(src, p.path)
			if !ok || !p.dir {
				continue
			}
			p.source, p.path = path.Join(p.source, rest), dest
			var there bool
			if p.dir, there = b.tree.stat(p.source); !there {
				p = b.made(p)
			}
			if intoDir && !p.dir {
				p.path = path.Join(dest, path.Base(src))
			}
		}
		out = append(out, p)
	}
	if len(out) == 0 {
		p := placed{path: dest, named: path.Base(src), site: site}
		if intoDir {
			p.path = path.Join(dest, path.Base(src))
		}
		out = append(out, p)
	}
	return out
}

// made turns a file that is not in the tree into one that the stage made: what
// bears the name of the main package's directory that it lies in is its program.
func (b *builder) made(p placed) placed {
	dir, name := path.Split(p.source)
	dir = path.Clean(dir)
	if p.source, p.named = "", name; slices.Contains(b.mains, dir) && path.Base(dir) == name {
		p.mains = []string{dir}
	}
	return p
}

// beneath returns the rest of p under dir.
func beneath(p, dir string) (rest string, ok bool) {
	if p == dir {
		return "", true
	}
	if dir == "/" {
		return strings.TrimPrefix(p, "/"), true
	}
	rest, ok = strings.CutPrefix(p, dir+"/")
	return rest, ok
}

// source returns what a path in the image is in the tree, and whether that is
// a directory. The last instruction that placed it counts.
func (i *image) source(p string) (rel string, ok bool) {
	for n := len(i.files) - 1; n >= 0; n-- {
		f := i.files[n]
		if f.source == "" {
			continue
		}
		if rest, in := beneath(p, f.path); in && (f.dir || rest == "") {
			return path.Join(f.source, rest), true
		}
	}
	return "", false
}
