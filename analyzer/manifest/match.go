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
			if w.Infra == "" && infra != "" {
				w.Infra = infra
			}
			if w.Platform == "" && platform != "" {
				w.Platform = platform + " image " + repository(c.Image)
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

// programs finds the programs that a container runs.
func (m *matcher) programs(w *Workload, c *Container, img *image, index int, published bool) []Program {
	site := c.Site
	one := func(main, why string, args []string, certain bool) []Program {
		return []Program{{Main: main, Args: args, WorkDir: c.WorkDir, Container: index, Certain: certain, Why: why, Site: site}}
	}
	if rest, ok := strings.CutPrefix(c.Image, "ko://"); ok {
		if main := m.suffix(rest); main != "" {
			return one(main, "ko builds "+rest, c.Args, true)
		}
	}
	if p := m.plans[repository(c.Image)]; p != nil && p.main != "" {
		return one(p.main, "built as "+p.site.String(), c.Args, true)
	}
	argv := unwrap(append(slices.Clone(c.Command), c.Args...))
	if p := m.run(c, img, argv); p != nil {
		p.Container, p.Site = index, site
		return []Program{*p}
	}
	found, looked := m.started(c, img, argv, index)
	if len(found) > 0 {
		return found
	}
	if dir, ok := c.InTree(c.workdir()); ok && c.WorkDir != "" {
		if slices.Contains(m.mains, dir) && (img == nil || img.copied(c.workdir()) != dir) {
			return one(dir, "its working directory is the program's", nil, true)
		}
		if found := m.managed(c, dir, argv, index); len(found) > 0 {
			return found
		}
	}
	if img != nil {
		if ps := img.programs(); len(ps) == 1 && len(ps[0].mains) == 1 {
			return one(ps[0].mains[0], "the only program that "+img.file.Path+" builds", nil, true)
		}
	}
	if published {
		return nil
	}
	if len(argv) > 0 {
		if main := m.exact(path.Base(argv[0])); main != "" {
			return one(main, "it runs "+argv[0], argv[1:], img == nil || len(img.programs()) == 0)
		}
	}
	if img != nil && !img.builds && foreign(img.base) || img == nil && foreign(c.Image) {
		return nil
	}
	if len(argv) > 0 && strings.Contains(path.Base(argv[0]), "-") {
		if main := m.like(path.Base(argv[0])); main != "" {
			return one(main, "it runs "+argv[0], argv[1:], false)
		}
	}
	if looked {
		return nil // a script of the system's that runs something else
	}
	if img != nil && img.file != nil {
		if main := m.around(img); main != "" {
			return one(main, "its Dockerfile lies in the program's directory", c.rest(argv), true)
		}
	}
	if m.parts[path.Base(repository(c.Image))] && !m.part(c.Image) {
		return nil // the name is of an image of the system's own, and this is none
	}
	// Other containers of a pod, such as proxies, seldom bear the workload's name.
	names := []string{path.Base(repository(c.Image)), c.Name}
	if len(w.Containers) == 1 {
		names = append(names, w.Name)
	}
	for _, n := range names {
		if main := m.like(n); main != "" {
			return one(main, fmt.Sprintf("its name %s", n), c.rest(argv), false)
		}
	}
	return nil
}

// rest returns the arguments of a command line without the program's name.
// If nothing says what the image's entry point is, the first word may be an
// argument itself.
func (c *Container) rest(argv []string) []string {
	if len(argv) == 0 || len(c.Command) == 0 && !strings.Contains(argv[0], "/") {
		return argv
	}
	return argv[1:]
}

// copied returns what lies at a path of the image, or "".
func (i *image) copied(p string) string {
	rel, _ := i.source(p)
	return rel
}

// around returns the main package in or above whose directory the Dockerfile
// lies, if the Dockerfile's own directory says so.
func (m *matcher) around(img *image) string {
	dir := path.Dir(img.file.Path)
	if slices.Contains(m.mains, dir) && dir != "." {
		return dir
	}
	var under []string
	for _, main := range m.mains {
		if _, ok := beneath(main, dir); ok && dir != "." {
			under = append(under, main)
		}
	}
	if len(under) == 1 {
		return under[0]
	}
	return ""
}

// foreign reports whether an image holds another language's runtime, so that
// no Go program is behind it.
func foreign(base string) bool {
	name := path.Base(repository(base))
	for _, s := range []string{"node", "python", "openjdk", "eclipse-temurin", "java", "jre", "jdk", "dotnet", "aspnet", "runtime-deps", "php", "ruby", "perl", "nginx", "rust", "elixir", "erlang", "bun", "deno"} {
		if name == s || strings.HasPrefix(name, s+"-") || strings.HasSuffix(name, "-"+s) {
			return true
		}
	}
	return strings.Contains(base, "/nodejs") || strings.Contains(base, "/java") || strings.Contains(base, "/python") || strings.Contains(base, "dotnet/")
}
