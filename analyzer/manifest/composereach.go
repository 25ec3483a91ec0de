package manifest

import (
	"path"
	"strings"

	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// reach checks the files that a compose file includes and extends before the
// library opens them by itself. What lies outside of the root, is not there
// or is too large is a gap; then the file is read without any of them.
func (c *composer) reach(f composeFile, env types.Mapping, seen map[string]bool) bool {
	if seen[f.name] {
		return true
	}
	seen[f.name] = true
	ok := true
	check := func(n *yaml.Node, dir string, more bool) {
		site := graph.Site{File: f.name, Line: n.Line, Col: n.Column}
		name, err := template.SubstituteWithOptions(n.Value, env.Resolve, template.WithoutLogging)
		if err != nil {
			name = n.Value
		}
		rel, inside := c.tree.within(dir, name)
		switch {
		case strings.Contains(name, "://") || strings.HasPrefix(name, "git@"):
			c.gap(site, "compose: %s would be fetched", name)
			ok = false
		case !inside:
			c.gap(site, "compose: %s lies outside of the root", name)
			ok = false
		default:
			src, err := c.tree.read(rel)
			if err != nil {
				c.gap(site, "compose: %s: %v", rel, err)
				ok = false
				return
			}
			if n, _, err := parseNode(document{text: src}); more && err == nil && n != nil {
				ok = c.reach(composeFile{rel, n}, env, seen) && ok
			}
		}
	}
	dir := path.Dir(f.name)
	for _, i := range items(field(f.node, "include")) {
		for _, p := range scalars(i) {
			check(p, dir, true)
		}
		for _, p := range scalars(field(i, "path")) {
			check(p, dir, true)
		}
		for _, p := range scalars(field(i, "env_file")) {
			check(p, dir, false)
		}
	}
	for _, s := range pairs(field(f.node, "services")) {
		if n := field(s.value, "extends", "file"); n != nil && n.Kind == yaml.ScalarNode {
			check(n, dir, true)
		}
	}
	// The library opens the .env beside a file that is included.
	if _, err := c.tree.read(path.Join(dir, ".env")); err != nil {
		if _, there := c.tree.lstat(path.Join(dir, ".env")); there {
			c.gap(graph.Site{File: path.Join(dir, ".env")}, "compose: %v", err)
			ok = false
		}
	}
	return ok
}

// scalars returns a scalar, or those of a sequence.
func scalars(n *yaml.Node) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return []*yaml.Node{n}
	}
	var out []*yaml.Node
	for _, e := range items(n) {
		if e.Kind == yaml.ScalarNode {
			out = append(out, e)
		}
	}
	return out
}

// project returns the directory that a compose file's project is in: its
// own, or, if it is made to be merged with the base file of a directory above
// it, that one. Such a file stands in a directory without a base or .env,
// and its relative paths are there from above and not from its own directory.
func (t *tree) project(file string, nodes []composeFile) (dir, env string) {
	own := path.Dir(file)
	if _, there := t.stat(path.Join(own, ".env")); there || own == "." {
		return own, path.Join(own, ".env")
	}
	for dir = path.Dir(own); ; dir = path.Dir(dir) {
		_, there := t.stat(path.Join(dir, ".env"))
		base := false
		for _, name := range composeBases() {
			_, ok := t.stat(path.Join(dir, name))
			base = base || ok
		}
		if there && base {
			break
		}
		if dir == "." {
			return own, path.Join(own, ".env")
		}
	}
	here, above := 0, 0
	for _, f := range nodes {
		here += t.present(f.node, own, 0)
		above += t.present(f.node, dir, 0)
	}
	if above > here {
		return dir, path.Join(dir, ".env")
	}
	return own, path.Join(dir, ".env")
}

// present counts the relative paths in a node that are there from a directory.
func (t *tree) present(n *yaml.Node, dir string, depth int) int {
	if n == nil || depth > 12 {
		return 0
	}
	if n.Kind == yaml.ScalarNode && (strings.HasPrefix(n.Value, "./") || strings.HasPrefix(n.Value, "../")) {
		name, _, _ := strings.Cut(n.Value, ":")
		if rel, ok := t.within(dir, name); ok {
			if _, there := t.stat(rel); there {
				return 1
			}
		}
	}
	sum := 0
	for _, e := range n.Content {
		sum += t.present(e, dir, depth+1)
	}
	return sum
}

// composeBases are the names of base files, in the order in which compose
// looks for them.
func composeBases() []string {
	return []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}
}

// dotEnv reads the variables of a project's .env.
func (c *composer) dotEnv(file string) types.Mapping {
	out := types.Mapping{}
	src, err := c.tree.read(file)
	if err != nil {
		return out
	}
	vars, err := dotenv.UnmarshalWithLookup(string(src), func(string) (string, bool) { return "", false })
	if err != nil {
		c.gap(graph.Site{File: file}, "not a valid env file: %v", err)
	}
	for k, v := range vars {
		out[k] = v
	}
	return out
}
