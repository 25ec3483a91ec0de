package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A matcher finds the programs that workloads run.
type matcher struct {
	tree   *tree
	mains  []string
	names  [][]string        // names[i] are the names that mains[i] goes by, the best first
	files  []*Dockerfile     // by path
	plans  map[string]*plan  // how images are built, by repository and by its last part
	images map[string]*image // built images, by plan
	gaps   []graph.Gap

	modules []string        // of the mains, without their versions
	parts   map[string]bool // names of images that a module of these publishes
}

// workload sets what a workload runs: programs, or a known technology.
func (m *matcher) workload(w *Workload) {
	for i, c := range w.Containers {
		infra, platform := known(c.Image)
		if m.own(c.Image) {
			infra, platform = "", ""
		}
		img := m.image(c, infra+platform != "")
		if img != nil {
			c.adopt(img)
			if !img.builds && len(img.programs()) == 0 && infra+platform == "" {
				infra, platform = known(img.base)
				if platform == "build" || platform == "proxy" && !img.forwards() {
					platform = ""
				}
			}
		}
		found := m.programs(w, c, img, i, infra+platform != "")
		w.Programs = append(w.Programs, found...)
		if len(found) == 0 {
			why := platform + " image " + repository(c.Image)
			if infra+platform == "" && c.idle() {
				platform, why = "idle", "a container that only sleeps"
			}
			if w.Infra == "" && infra != "" {
				w.Infra = infra
			}
			if w.Platform == "" && platform != "" {
				w.Platform = why
			}
		}
	}
	own := slices.ContainsFunc(w.Containers, func(c *Container) bool { i, p := known(c.Image); return i+p == "" })
	if len(w.Programs) > 0 || w.Infra != "" || own && len(w.Containers) > 1 {
		w.Platform = ""
	}
	if len(w.Programs) > 0 {
		w.Infra = ""
	}
	if len(w.Programs) == 0 && w.Infra == "" && w.Platform == "" {
		// A workload that bears the name of a technology, built from an own image.
		w.Infra, _ = known(w.Name)
		for _, c := range w.Containers {
			if w.Infra == "" && c.Context != "" {
				w.Infra, _ = known(path.Base(c.Context)) // or from a directory of that name
			}
		}
		if w.Infra == "" {
			w.Infra = w.ownStore()
		}
		if _, p := known(w.Name); p != "" && p != "build" && p != "proxy" {
			w.Platform = p + ", by its name"
		}
	}
}

// programs lists the programs of the image, without doubles.
func (i *image) programs() []placed {
	var out []placed
	for _, f := range i.files {
		if len(f.mains) > 0 {
			out = append(out, f)
		}
	}
	return out
}

// adopt gives the container what the image sets and the manifest does not.
func (c *Container) adopt(img *image) {
	if img.file != nil {
		c.Dockerfile, c.Context = img.file.Path, img.context
	}
	if len(c.Command) == 0 {
		if len(c.Args) == 0 {
			c.Args = slices.Clone(img.cmd)
		}
		c.Command = slices.Clone(img.entry)
	}
	if c.WorkDir == "" {
		c.WorkDir = img.workdir
	}
	for _, v := range img.env {
		if _, ok := c.Lookup(v.Name); !ok {
			c.Env = append(c.Env, v)
		}
	}
	slices.SortStableFunc(c.Env, func(a, b EnvVar) int { return strings.Compare(a.Name, b.Name) })
	for _, f := range img.files {
		if f.source != "" && !slices.ContainsFunc(c.Mounts, func(m Mount) bool { return m.Path == f.path }) {
			c.Mounts = append(c.Mounts, Mount{Path: f.path, Source: f.source, Known: true, From: "image", Dir: f.dir, Site: f.site})
		}
	}
	slices.SortStableFunc(c.Mounts, func(a, b Mount) int { return strings.Compare(a.Path, b.Path) })
}

// image builds the container's image, or returns nil if nothing says how.
func (m *matcher) image(c *Container, published bool) *image {
	p := c.plan
	if p == nil && c.Image != "" {
		repo := repository(c.Image)
		if p = m.plans[repo]; p == nil {
			p = m.plans[path.Base(repo)]
		}
		if p == nil && !published {
			p = m.byName(path.Base(repo))
			for rest, ok := path.Base(repo), true; p == nil && ok; {
				if _, rest, ok = strings.Cut(rest, "-"); ok {
					p = m.byName(rest)
				}
			}
		}
	}
	if p == nil || p.main != "" {
		return nil
	}
	key := fmt.Sprint(p.dockerfile, p.context, p.target, p.args, p.inline)
	if img, ok := m.images[key]; ok {
		return img
	}
	d := m.dockerfile(p)
	var img *image
	if d != nil {
		img = m.tree.build(d, p.context, p.target, p.args, m.mains)
	}
	m.images[key] = img
	return img
}

func (m *matcher) dockerfile(p *plan) *Dockerfile {
	if p.inline != "" {
		d, gap := parseDockerfile(p.site.File, []byte(p.inline))
		if gap != nil {
			gap.Site = p.site
			m.gaps = append(m.gaps, *gap)
		}
		return d
	}
	i, ok := slices.BinarySearchFunc(m.files, p.dockerfile, func(d *Dockerfile, n string) int { return strings.Compare(d.Path, n) })
	if ok {
		return m.files[i]
	}
	src, err := m.tree.read(p.dockerfile)
	if err != nil {
		m.gaps = append(m.gaps, graph.Gap{Kind: "manifest", Site: p.site, Text: fmt.Sprintf("Dockerfile %s: %v", p.dockerfile, err)})
		return nil
	}
	d, gap := parseDockerfile(p.dockerfile, src)
	if gap != nil {
		m.gaps = append(m.gaps, *gap)
	}
	return d
}

// byName finds the Dockerfile of an image by its directory's or its own name.
// It must be the only one.
func (m *matcher) byName(name string) *plan {
	var found []*Dockerfile
	for _, d := range m.files {
		base := path.Base(d.Path)
		own := strings.TrimSuffix(strings.TrimSuffix(base, ".Dockerfile"), ".dockerfile")
		if own == base {
			own = strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(base, "Dockerfile"), "Containerfile"), ".-_")
		}
		if own == "debug" || own == "dev" || own == "test" {
			continue
		}
		if own == "" {
			own = path.Base(path.Dir(d.Path))
		}
		if own == name || plain(own) == plain(name) && plain(own) != "" {
			found = append(found, d)
		}
	}
	if len(found) != 1 {
		return nil
	}
	d := found[0]
	return &plan{dockerfile: d.Path, context: m.context(d), site: graph.Site{File: d.Path}}
}

// context guesses the directory that a Dockerfile is built in: the nearest
// ancestor in which everything lies that it copies.
func (m *matcher) context(d *Dockerfile) string {
	own := path.Dir(d.Path)
	for dir := own; ; dir = path.Dir(dir) {
		if d.copiesFrom(m.tree, dir) {
			return dir
		}
		if dir == "." {
			return own
		}
	}
}
