package link

import (
	"path"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// envFiles is the cell that holds the files of variables a program has read
// into its environment so far.
const envFiles = "environment files"

// loadEnv notes files whose variables a library puts into the environment:
// those that are named, else .env.
func (m *machine) loadEnv(c site, entry *catalog.Entry, recv setID, args []setID) {
	names := m.bareSet(m.argument(c.inst, entry, "path", recv, args))
	for _, list := range m.variadic(c, args) {
		names = m.join(names, m.bareSet(list))
	}
	if names == none || len(args) == 0 {
		names = m.text(".env")
	}
	m.write(m.global(envFiles), root, names)
}

// variable returns a variable of the environment, and whether it is known to
// be set or unset: as the workload sets it, else as a file says that the
// program has read into its environment.
func (m *machine) variable(inst *instance, name string) (v Var, set, known bool) {
	v, set, known = m.env.lookup(name)
	if set {
		return v, set, known
	}
	for _, id := range m.sets[m.read(m.global(envFiles), root, inst)] {
		file := m.byID[m.bare(id)]
		if file.kind != kConst {
			continue
		}
		for _, d := range m.files.find(file.s, &m.env) {
			for _, n := range d.lookup([]string{name}) {
				if n.scalar {
					return Var{Name: name, Value: n.text, Known: true, Site: graph.Site{File: d.file, Line: n.node.Line}}, true, true
				}
			}
		}
	}
	return v, set, known
}

// standIn returns the file that a repository keeps in the place of a file of
// variables that it does not hold, such as .env.example for .env.
func (c *configFiles) standIn(name string, env *Environment) (File, bool) {
	for _, dir := range []string{env.Dir, env.Module, "."} {
		for _, b := range manifest.EnvExamples(path.Base(name)) {
			if f, ok := c.exact(path.Join(dir, path.Dir(strings.TrimLeft(name, "/")), b)); ok {
				return f, true
			}
			if f, ok := c.exact(path.Join(dir, b)); ok {
				return f, true
			}
		}
	}
	return File{}, false
}
