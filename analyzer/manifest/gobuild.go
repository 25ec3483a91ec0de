package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// run reads a shell script of a RUN instruction for the programs that it
// builds: go build and go install, after cd, with -o, -C, and patterns.
func (b *builder) run(img *image, script string, site graph.Site) {
	b.script(img, img.workdir, script, site, 0)
}

// script reads a script that runs in a directory of the image, and those of
// the tree that it calls.
func (b *builder) script(img *image, dir, script string, site graph.Site, depth int) {
	vars := b.at
	for _, here := range []string{"`pwd`", "$(pwd)"} {
		script = strings.ReplaceAll(script, here, dir)
	}
	for _, words := range commands(script) {
		for len(words) > 0 && (assignment(words[0]) || words[0] == "env" || words[0] == "exec" || words[0] == "time") {
			if name, value, ok := strings.Cut(words[0], "="); ok {
				vars[name] = b.word(value, vars)
			}
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		for i := range words {
			words[i] = b.word(words[i], vars)
		}
		switch {
		case words[0] == "cd" && len(words) > 1:
			dir = join(dir, words[1])
		case path.Base(words[0]) == "go" && len(words) > 1 && (words[1] == "build" || words[1] == "install"):
			img.builds = true
			b.goBuild(img, dir, words[1], words[2:], site)
		case (words[0] == "mv" || words[0] == "cp") && len(words) > 2:
			args := slices.DeleteFunc(slices.Clone(words[1:]), func(s string) bool { return strings.HasPrefix(s, "-") })
			if len(args) == 2 {
				if p, ok := img.program(join(dir, args[0])); ok {
					p.path = join(dir, args[1])
					img.files = append(img.files, p)
				}
			}
		default:
			name, _ := called(words)
			if rel, ok := img.source(join(dir, name)); ok && name != "" && depth < maxScripts {
				if text, ok := b.tree.script(rel); ok {
					b.script(img, dir, text, site, depth+1)
				}
			}
		}
	}
}

func join(dir, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(dir, p)
}

// valued are the flags of go build whose value may be the next word.
var valued = []string{"-o", "-C", "-ldflags", "-tags", "-mod", "-gcflags", "-asmflags", "-p", "-buildmode", "-modfile", "-pkgdir",
	"-overlay", "-installsuffix", "-gccgoflags", "-toolexec", "-pgo", "-compiler", "-coverpkg", "-covermode"}

func (b *builder) goBuild(img *image, dir, verb string, args []string, site graph.Site) {
	out := ""
	var pkgs []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if !strings.HasPrefix(a, "-") {
			pkgs = append(pkgs, a)
			continue
		}
		name, value, ok := strings.Cut("-"+strings.TrimLeft(a, "-"), "=")
		if !ok && slices.Contains(valued, name) && i+1 < len(args) {
			i++
			value = args[i]
		}
		switch name {
		case "-o":
			out = value
		case "-C":
			dir = join(dir, value)
		}
	}
	if len(pkgs) == 0 {
		pkgs = []string{"."}
	}
	var mains []string
	for _, p := range pkgs {
		mains = append(mains, b.packages(img, dir, p)...)
	}
	slices.Sort(mains)
	mains = slices.Compact(mains)
	if len(mains) == 0 {
		return
	}
	if verb == "build" && out != "" && !strings.HasSuffix(out, "/") && len(mains) == 1 {
		img.files = append(img.files, placed{path: join(dir, out), mains: mains, site: site})
		return
	}
	into := "/go/bin"
	if v, ok := b.at["GOBIN"]; ok && v != "" {
		into = v
	} else if verb == "build" {
		into = join(dir, out)
	}
	for _, m := range mains {
		name := path.Base(m)
		if m == "." {
			name = path.Base(dir)
		}
		img.files = append(img.files, placed{path: path.Join(into, name), mains: []string{m}, site: site})
	}
}

// packages returns the directories of the main packages that a package
// argument of go build means.
func (b *builder) packages(img *image, dir, arg string) []string {
	all := arg == "..." || strings.HasSuffix(arg, "/...")
	p := strings.TrimSuffix(strings.TrimSuffix(arg, "..."), "/")
	if strings.HasSuffix(p, ".go") {
		p = path.Dir(p)
		if !strings.HasPrefix(p, ".") {
			p = "./" + p
		}
	}
	var rel string
	ok := false
	if p == "" || p[0] == '.' || p[0] == '/' {
		p = join(dir, p)
		if rel, ok = img.source(p); !ok {
			// Built on an image of the system's own that holds the sources:
			// the longest main directory that ends the path.
			return b.suffix(p)
		}
	} else if m := b.suffix(p); !all {
		return m
	} else {
		rel, ok = b.prefix(p)
	}
	if !ok {
		return nil
	}
	var out []string
	for _, m := range b.mains {
		if m == rel {
			out = append(out, m)
		} else if _, in := beneath(m, rel); all && (in || rel == ".") {
			out = append(out, m)
		}
	}
	return out
}

// suffix returns the longest main directory that an import path or a path in
// the image ends in.
func (b *builder) suffix(p string) []string {
	best := ""
	for _, m := range b.mains {
		if m != "." && (p == m || strings.HasSuffix(p, "/"+m)) && len(m) > len(best) {
			best = m
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// prefix returns the directory of the tree that an import path with /... means.
func (b *builder) prefix(p string) (string, bool) {
	for ; strings.Contains(p, "/"); p = p[strings.Index(p, "/")+1:] {
		if dir, ok := b.tree.stat(p); ok && dir {
			return p, true
		}
	}
	return ".", true
}

// program returns the program at a path of the image, or, for a bare name,
// the only one of that name.
func (i *image) program(p string) (placed, bool) {
	for n := len(i.files) - 1; n >= 0; n-- {
		if i.files[n].path == p && i.files[n].source == "" {
			return i.files[n], true
		}
	}
	return placed{}, false
}

// named returns the programs whose file has a name, wherever they lie.
func (i *image) named(name string) []placed {
	var out []placed
	for _, f := range i.files {
		if len(f.mains) > 0 && path.Base(f.path) == name {
			out = append(out, f)
		}
	}
	return out
}
