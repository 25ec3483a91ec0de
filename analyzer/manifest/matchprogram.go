package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

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
			return one(main, "its Dockerfile lies in the program's directory", c.rest(argv, main), true)
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
			return one(main, fmt.Sprintf("its name %s", n), c.rest(argv, main), false)
		}
	}
	return nil
}

// rest returns the arguments of a command line without the name of a program,
// which a script that runs it may stand before. If nothing says what the
// image's entry point is, the first word may be an argument itself.
func (c *Container) rest(argv []string, main string) []string {
	for i, a := range argv {
		if i > 0 && strings.Contains(a, "/") && path.Base(a) == path.Base(main) {
			return argv[i+1:]
		}
	}
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
