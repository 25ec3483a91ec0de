package manifest

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// run finds the program of a command line.
func (m *matcher) run(c *Container, img *image, argv []string) *Program {
	if len(argv) == 0 {
		return nil
	}
	name := argv[0]
	if path.Base(name) == "go" && len(argv) > 2 && argv[1] == "run" {
		main, rest := m.goRun(c, c.workdir(), argv[2:])
		if main != "" {
			return &Program{Main: main, Args: rest, WorkDir: c.WorkDir, Certain: true, Why: "it runs " + strings.Join(argv[:3], " ")}
		}
	}
	if main := m.watched(c, argv); main != "" {
		return &Program{Main: main, WorkDir: c.WorkDir, Certain: true, Why: "it builds it when it starts: " + name, argv0: path.Base(main)}
	}
	if img == nil {
		return nil
	}
	where := name
	if strings.Contains(name, "/") {
		where = join(c.workdir(), name)
	}
	p, ok := img.program(where)
	if !ok || len(p.mains) == 0 {
		if named := img.named(path.Base(name)); len(named) > 0 && !ok {
			p, ok = named[len(named)-1], true
		}
	}
	switch {
	case ok && len(p.mains) == 1:
		return &Program{Main: p.mains[0], Args: argv[1:], WorkDir: c.WorkDir, Certain: true, Why: fmt.Sprintf("%s builds %s", p.site, name)}
	case ok && p.named != "":
		if main := m.exact(p.named); main != "" {
			return &Program{Main: main, Args: argv[1:], WorkDir: c.WorkDir, Why: fmt.Sprintf("%s copies %s", p.site, p.named)}
		}
	}
	return nil
}

// goRun resolves the package argument of go run.
func (m *matcher) goRun(c *Container, dir string, args []string) (main string, rest []string) {
	for i, a := range args {
		if strings.HasPrefix(a, "-") {
			continue
		}
		rest = args[i+1:]
		if strings.HasSuffix(a, ".go") {
			a = path.Dir(a)
			for len(rest) > 0 && strings.HasSuffix(rest[0], ".go") {
				rest = rest[1:]
			}
		}
		if rel, ok := c.InTree(join(dir, a)); ok && slices.Contains(m.mains, rel) {
			return rel, rest
		}
		return m.suffix(path.Clean(a)), rest
	}
	return "", nil
}

// idle reports whether all that a container runs is a command that waits for
// ever: it is there for people, who run commands in it.
func (c *Container) idle() bool {
	argv := unwrap(append(slices.Clone(c.Command), c.Args...))
	if len(argv) < 2 {
		return false
	}
	last := argv[len(argv)-1]
	switch path.Base(argv[0]) {
	case "sleep":
		return true
	case "tail":
		return last == "/dev/null"
	}
	return false
}

func (c *Container) workdir() string {
	if c.WorkDir == "" {
		return "/"
	}
	return path.Clean(c.WorkDir)
}

// InTree returns what a path in the container is under the root: through
// files and directories that are mounted or copied into its image.
func (c *Container) InTree(p string) (rel string, ok bool) {
	p = join(c.workdir(), p)
	for i := len(c.Mounts) - 1; i >= 0; i-- {
		m := c.Mounts[i]
		if m.Source == "" {
			continue
		}
		if rest, in := beneath(p, m.Path); in && (m.Dir || rest == "") {
			return path.Join(m.Source, rest), true
		}
	}
	return "", false
}

// File returns what lies at a path in the container: either a file of the
// tree (Source), or content that a ConfigMap or the like holds.
func (c *Container) File(p string) (Mount, bool) {
	p = join(c.workdir(), p)
	for i := len(c.Mounts) - 1; i >= 0; i-- {
		m := c.Mounts[i]
		rest, in := beneath(p, m.Path)
		switch {
		case in && rest == "" && !m.Dir:
			return m, true
		case in && m.Dir && m.Source != "":
			m.Path, m.Source, m.Dir = p, path.Join(m.Source, rest), false
			return m, true
		}
	}
	return Mount{}, false
}

// unwrap takes shells and init programs off a command line.
func unwrap(argv []string) []string {
	for range 4 {
		if len(argv) == 0 {
			return argv
		}
		switch path.Base(argv[0]) {
		case "sh", "bash", "ash", "zsh":
			at := slices.IndexFunc(argv, func(s string) bool { return strings.HasPrefix(s, "-") && strings.Contains(s, "c") })
			if at < 0 || at+1 >= len(argv) {
				return argv
			}
			cmds := commands(argv[at+1])
			if len(cmds) == 0 {
				return nil
			}
			argv = cmds[len(cmds)-1]
		case "tini", "dumb-init", "exec", "env", "nohup", "catatonit", "sudo", "su-exec", "gosu", "tini-static", "docker-init":
			skip := 1
			if b := path.Base(argv[0]); (b == "su-exec" || b == "gosu") && len(argv) > 1 {
				skip = 2
			}
			argv = argv[skip:]
			for len(argv) > 0 && (strings.HasPrefix(argv[0], "-") || assignment(argv[0])) {
				argv = argv[1:]
			}
		default:
			return argv
		}
	}
	return argv
}
