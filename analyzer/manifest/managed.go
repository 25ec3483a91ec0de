package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// managers are the configuration files of programs that build and run others.
var managers = []string{"modd.conf", "Procfile", "Procfile.dev", "supervisord.conf", "process-compose.yaml", "process-compose.yml", ".air.toml", "air.toml", "reflex.conf", "Tiltfile.procs"}

// managed finds the programs that a process manager starts whose
// configuration file lies in dir, the container's working directory, or is
// named on the command line.
func (m *matcher) managed(c *Container, dir string, argv []string, index int) []Program {
	var files []string
	for _, a := range argv {
		if slices.Contains(managers, path.Base(a)) {
			if rel, ok := c.InTree(a); ok {
				files = append(files, rel)
			}
		}
	}
	for _, name := range managers {
		files = append(files, path.Join(dir, name))
	}
	for _, file := range files {
		src, err := m.tree.read(file)
		if err != nil {
			continue
		}
		if found := m.manager(c, file, dir, string(src), index); len(found) > 0 {
			return found
		}
	}
	return nil
}

// managerKey is what stands before a command in such files: "daemon
// +sigkill:", "web:", "command=", "cmd = ".
var managerKey = regexp.MustCompile(`^[\w.+ -]*[:=]\s*`)

// manager reads the commands of a process manager's file, of whatever
// program: go build names what a binary is made of, and the command that runs
// the binary, or go run, is a program.
func (m *matcher) manager(c *Container, file, dir, src string, index int) []Program {
	built := map[string]string{} // path of a binary -> main package
	var out []Program
	add := func(main string, args []string, line int, why string) {
		for i := range out {
			if out[i].Main == main && out[i].Args == nil {
				out = slices.Delete(out, i, i+1)
				break
			}
		}
		out = append(out, Program{Main: main, Args: args, WorkDir: c.WorkDir, Container: index, Certain: true, Why: why, Site: graph.Site{File: file, Line: line}})
	}
	line := 0
	for text := range strings.Lines(src) {
		line++
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' || strings.HasPrefix(text, "//") {
			continue
		}
		text = managerKey.ReplaceAllString(text, "")
		text = strings.Trim(text, `"'`)
		for _, words := range commands(text) {
			for len(words) > 0 && (assignment(words[0]) || words[0] == "exec") {
				words = words[1:]
			}
			if len(words) == 0 {
				continue
			}
			if words[0] == "go" && len(words) > 2 && words[1] == "build" {
				if main, bin := m.goBuilt(dir, words[2:]); main != "" {
					built[path.Clean(bin)] = main
					add(main, nil, line, "built by "+file)
				}
				continue
			}
			if words[0] == "go" && len(words) > 2 && words[1] == "run" {
				if main, rest := m.goRun(c, c.workdir(), words[2:]); main != "" {
					add(main, rest, line, "run by "+file)
				}
				continue
			}
			if main, ok := built[path.Clean(words[0])]; ok {
				add(main, append([]string{}, words[1:]...), line, "run by "+file)
			}
		}
	}
	return out
}

// goBuilt resolves the package and the output of a go build command that runs
// in a directory of the tree.
func (m *matcher) goBuilt(dir string, args []string) (main, bin string) {
	pkg := "."
	for i := 0; i < len(args); i++ {
		a := args[i]
		if !strings.HasPrefix(a, "-") {
			pkg = a
			continue
		}
		name, value, ok := strings.Cut("-"+strings.TrimLeft(a, "-"), "=")
		if !ok && slices.Contains(valued, name) && i+1 < len(args) {
			i++
			value = args[i]
		}
		if name == "-o" {
			bin = value
		}
	}
	if strings.HasSuffix(pkg, ".go") {
		pkg = path.Dir(pkg)
	}
	rel := path.Join(dir, pkg)
	if !slices.Contains(m.mains, rel) {
		return "", ""
	}
	if bin == "" {
		bin = path.Base(rel)
	}
	return rel, bin
}
