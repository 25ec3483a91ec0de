package manifest

import (
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// watched finds the program that a command line builds before it runs it, as
// development images do: with a watcher that is told a go build or go run
// line (CompileDaemon, reflex, wgo, nodemon), or with air, whose file says it.
func (m *matcher) watched(c *Container, argv []string) string {
	if path.Base(argv[0]) == "air" {
		return m.airs(c, argv[1:])
	}
	for i := range argv {
		text := argv[i]
		if strings.HasPrefix(text, "-") {
			if _, value, ok := strings.Cut(text, "="); ok {
				text = value
			}
		}
		if path.Base(text) == "go" && i > 0 && i+2 < len(argv) {
			text = strings.Join(argv[i:], " ")
		}
		if main := m.built(c, text); main != "" {
			return main
		}
	}
	return ""
}

// built returns the main package that a script builds or runs with go.
func (m *matcher) built(c *Container, script string) string {
	if !strings.Contains(script, "go build") && !strings.Contains(script, "go run") {
		return ""
	}
	for _, words := range commands(script) {
		at := slices.IndexFunc(words, func(w string) bool { return path.Base(w) == "go" })
		if at < 0 || at+1 >= len(words) || words[at+1] != "build" && words[at+1] != "run" {
			continue
		}
		dir, target := c.workdir(), "."
		for i, args := 0, words[at+2:]; i < len(args); i++ {
			name, value, ok := strings.Cut(args[i], "=")
			if !strings.HasPrefix(name, "-") {
				target = args[i]
				break
			}
			name = "-" + strings.TrimLeft(name, "-")
			if !ok && slices.Contains(valued, name) && i+1 < len(args) {
				i++
				value = args[i]
			}
			if name == "-C" {
				dir = join(dir, value)
			}
		}
		if main, _ := m.goRun(c, dir, []string{target}); main != "" {
			return main
		}
	}
	return ""
}

// airs returns the main package that air's file builds.
func (m *matcher) airs(c *Container, args []string) string {
	names := []string{".air.toml", ".air.conf"}
	if i := slices.Index(args, "-c"); i >= 0 && i+1 < len(args) {
		names = args[i+1 : i+2]
	}
	for _, name := range names {
		rel, ok := c.InTree(name)
		if !ok {
			continue
		}
		src, err := m.tree.read(rel)
		if err != nil {
			continue
		}
		var file struct {
			Build struct {
				Cmd string `toml:"cmd"`
			} `toml:"build"`
		}
		if toml.Unmarshal(src, &file) == nil {
			return m.built(c, file.Build.Cmd)
		}
	}
	return ""
}

// forwards reports whether an image adds nothing but settings to a proxy's, so
// that all it serves lies behind it.
func (i *image) forwards() bool {
	if len(i.files) == 0 {
		return false
	}
	for _, f := range i.files {
		if _, in := beneath(f.path, "/etc"); !in && path.Ext(f.path) != ".conf" {
			return false
		}
	}
	return true
}
