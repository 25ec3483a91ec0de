package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// generic are directory names that say nothing about the program in them.
var generic = []string{"cmd", "server", "main", "service", "app", "src", "api", "rpc", "grpc", "http", "worker", "mq", "job", "cli", "bin", "internal", "daemon", "web", "backend", "svc", "go", "golang", "services", "apps", "pkg"}

// mainNames returns the names that a main package goes by: its directory's,
// and where that is generic, its parent's too. module is the module's path if
// the package is at its root.
func mainNames(dir, module string) []string {
	var out []string
	add := func(n string) {
		if n != "" && n != "." && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	parts := strings.Split(dir, "/")
	base := parts[len(parts)-1]
	if dir == "." {
		base = ""
	}
	var above []string
	for i := len(parts) - 2; i >= 0; i-- {
		if p := parts[i]; !slices.Contains(generic, p) {
			above = append(above, p)
			break
		}
	}
	if slices.Contains(generic, base) {
		for _, p := range above {
			if base != "cmd" && base != "main" && base != "src" {
				add(p + "-" + base)
				add(base + "-" + p)
			}
			if base == "cmd" || base == "main" || base == "src" || base == "server" || base == "service" || base == "app" || base == "svc" {
				add(p)
			}
		}
		if len(above) == 0 {
			add(base)
		}
	} else {
		add(base)
		for _, p := range above {
			add(p + "-" + base)
			add(p + base)
		}
	}
	if module != "" {
		module = unversioned(module)
		add(path.Base(module))
		add(strings.TrimSuffix(path.Base(module), "-go"))
		add(strings.TrimPrefix(path.Base(module), "go-"))
	}
	return out
}

// plain reduces a name to what it is compared by.
func plain(name string) string {
	name = strings.ToLower(name)
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, name)
	for _, s := range []string{"service", "server", "svc", "srv", "app", "deployment"} {
		if t := strings.TrimSuffix(name, s); len(t) > 1 {
			name = t
		}
	}
	return name
}

// exact returns the only main package of a name, or "".
func (m *matcher) exact(name string) string {
	name = strings.TrimSuffix(name, ".exe")
	return m.only(func(n string) bool { return n == name })
}

// like returns the only main package whose name agrees with a workload's, a
// container's or an image's: as it is, else reduced, else as the longest end
// of it after a dash.
func (m *matcher) like(name string) string {
	if main := m.exact(name); main != "" {
		return main
	}
	want := plain(name)
	if want == "" {
		return ""
	}
	if main := m.only(func(n string) bool { return plain(n) == want }); main != "" {
		return main
	}
	for rest := name; ; {
		_, after, ok := strings.Cut(rest, "-")
		if !ok {
			return ""
		}
		rest = after
		if main := m.exact(rest); main != "" {
			return main
		}
		if want := plain(rest); want != "" {
			if main := m.only(func(n string) bool { return plain(n) == want }); main != "" {
				return main
			}
		}
	}
}

// only returns the main package that has a name that agrees, if it is the
// only one. Names that stand first in a package's list count before others,
// and packages of the system proper before those of tutorials and tests.
func (m *matcher) only(agrees func(string) bool) string {
	for order := range 4 {
		found, best, n := "", 0, 0
		for i, main := range m.mains {
			if order >= len(m.names[i]) || !agrees(m.names[i][order]) {
				continue
			}
			late := rank(main, "")
			if n == 0 || late < best {
				found, best, n = main, late, 0
			}
			if late == best {
				n++
			}
		}
		if n == 1 {
			return found
		}
		if n > 1 {
			return ""
		}
	}
	return ""
}

// suffix returns the longest main directory that an import path ends in.
func (m *matcher) suffix(p string) string {
	best := ""
	for _, main := range m.mains {
		if main != "." && (p == main || strings.HasSuffix(p, "/"+main)) && len(main) > len(best) {
			best = main
		}
	}
	return best
}

// copiesFrom reports whether everything that a Dockerfile copies from its
// context lies in dir.
func (d *Dockerfile) copiesFrom(t *tree, dir string) bool {
	for _, s := range d.stages {
		for _, c := range s.Commands {
			var sources []string
			switch c := c.(type) {
			case *instructions.CopyCommand:
				if c.From == "" {
					sources = c.SourcePaths
				}
			case *instructions.AddCommand:
				sources = c.SourcePaths
			}
			for _, s := range sources {
				if strings.ContainsAny(s, "*?[$") || strings.Contains(s, "://") {
					continue
				}
				rel, ok := t.within(dir, strings.TrimPrefix(s, "/"))
				if _, there := t.stat(rel); !ok || !there {
					return false
				}
			}
		}
	}
	return true
}
