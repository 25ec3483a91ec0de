// Package manifest reads how a system is deployed: Kubernetes objects (plain,
// from Helm charts, from Kustomize), docker compose files and Dockerfiles. It
// says which program runs where, under which names, how many times, with
// which environment and files, and which of several descriptions is the
// deployment of record. Nothing is executed and nothing is fetched: what a
// description would fetch is a gap.
//
// Of this module it imports package graph alone.
package manifest

import (
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Options say what to read. The zero Options find everything by themselves.
type Options struct {
	Paths []string  // files or directories that describe the deployment, relative to the root, or absolute; "-" is Stdin; none: they are searched
	Stdin io.Reader // read for the path "-"
	Env   string    // the environment, such as "prod": the name of an overlay, a values file, a compose file or a profile
	Mains []string  // directories of the system's main packages, relative to the root
}

// Discover reads the deployment descriptions under root. What cannot be read
// is a Gap, with file and line where they are known; the rest is read. The
// Set is never nil.
func Discover(root string, opt Options) (*Set, []graph.Gap) {
	abs, err := filepath.Abs(root)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return &Set{}, []graph.Gap{{Kind: "manifest", Text: "root cannot be read: " + cause(err).Error(), Hard: true}}
	}
	t := look(abs)
	d := &discovery{tree: t, opt: opt, gaps: t.gaps}
	d.match = d.matcher()
	switch {
	case len(opt.Paths) > 0:
		d.named()
	default:
		d.find()
	}
	set := d.choose()
	if opt.Env != "" && !d.environment() {
		d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Text: "no overlay, values file, compose file or profile is named " + opt.Env})
	}
	for _, f := range d.match.files {
		set.Dockerfiles = append(set.Dockerfiles, f)
	}
	gaps := append(d.gaps, d.match.gaps...)
	slices.SortStableFunc(gaps, func(a, b graph.Gap) int {
		if c := a.Site.Compare(b.Site); c != 0 {
			return c
		}
		return strings.Compare(a.Text, b.Text)
	})
	return set, slices.CompactFunc(gaps, func(a, b graph.Gap) bool { return a.Site == b.Site && a.Text == b.Text })
}

// environment reports whether anything bears the name of the environment that
// the user asks for.
func (d *discovery) environment() bool {
	return d.known || slices.ContainsFunc(d.found, func(c *candidate) bool { return rank(c.source.Path, d.opt.Env) == -2 })
}

// A discovery holds the sources that were found, before one is chosen.
type discovery struct {
	tree     *tree
	opt      Options
	match    *matcher
	found    []*candidate
	known    bool // something other than a source's path bears the environment's name
	gaps     []graph.Gap
	deployed []string  // paths that a build tool names as what it deploys
	releases []release // charts that a build tool installs
	hosts    []string  // that the configuration files name; nil: not looked yet
}

// A candidate is one source with what it describes.
type candidate struct {
	source  Source
	set     *Set
	gaps    []graph.Gap
	mains   []string // programs that it runs
	built   int      // of which in an image whose Dockerfile lies in the tree
	base    int      // how many others build on it
	special bool     // it is for one vendor's environment, and another runs as much anywhere
	late    bool     // it only fills holes: optional parts of another source

	over string // a compose file that it is read over, the base of its project; it adds programs alone
}

func (d *discovery) matcher() *matcher {
	m := &matcher{tree: d.tree, plans: map[string]*plan{}, images: map[string]*image{}, parts: map[string]bool{}}
	m.mains = slices.Clone(d.opt.Mains)
	for i := range m.mains {
		m.mains[i] = path.Clean(filepath.ToSlash(m.mains[i]))
	}
	slices.Sort(m.mains)
	m.mains = slices.Compact(m.mains)
	for _, main := range m.mains {
		m.names = append(m.names, mainNames(main, d.tree.module(main)))
		for dir := main; ; dir = path.Dir(dir) {
			if module := d.tree.module(dir); module != "" {
				m.modules = append(m.modules, unversioned(module))
				break
			}
			if dir == "." {
				break
			}
		}
	}
	slices.Sort(m.modules)
	m.modules = slices.Compact(m.modules)
	for _, f := range d.tree.dockerfiles {
		src, err := d.tree.read(f)
		if err != nil {
			d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f}, Text: "Dockerfile: " + err.Error(), Hard: true})
			continue
		}
		file, gap := parseDockerfile(f, src)
		if gap != nil {
			d.gaps = append(d.gaps, *gap)
			continue
		}
		m.files = append(m.files, file)
	}
	slices.SortFunc(m.files, func(a, b *Dockerfile) int { return strings.Compare(a.Path, b.Path) })
	return m
}

// add reads one source and keeps it, unless it describes nothing.
func (d *discovery) add(kind, at string, read func(r *reader) ([]object, bool)) *candidate {
	r := &reader{set: &Set{}}
	objects, ok := read(r)
	if ok {
		r.readObjects(objects)
	}
	c := &candidate{source: Source{Name: kind + ":" + at, Kind: kind, Path: at}, set: r.set, gaps: r.gaps}
	d.found = append(d.found, c)
	return c
}

// find searches the tree for sources.
func (d *discovery) find() {
	t := d.tree
	d.skaffold()
	d.helmfiles()
	d.gitops()
	inner := t.parts()
	for _, dir := range t.charts {
		if !slices.Contains(inner, dir) {
			d.chart(dir)
		}
	}
	ks := t.kustomizations()
	d.overlays(ks)
	d.plain(ks)
	d.composed(".")
	d.unread()
}

// unread says which deployment tools' files are not looked into. What they
// build on, such as charts, is read by itself.
func (d *discovery) unread() {
	for _, f := range d.tree.programs {
		d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f, Line: 1}, Text: "what " + path.Base(f) + " deploys is not read"})
	}
}
