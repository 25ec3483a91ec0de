package link

import (
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/BurntSushi/toml"
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/analyzer/manifest"
)

// configFiles holds the configuration files of the tree, parsed when asked for.
type configFiles struct {
	files  []File
	byBase map[string][]int
	byDir  map[string][]int // in the order of their names
	mu     sync.Mutex       // guards parsed
	parsed map[string]*configDoc
}

// A configDoc is one parsed configuration file.
type configDoc struct {
	file string
	node *yaml.Node
}

// A configNode is a value in a configuration file.
type configNode struct {
	text   string
	scalar bool
	node   *yaml.Node
}

func newConfigFiles(files []File) *configFiles {
	c := &configFiles{files: files, byBase: map[string][]int{}, byDir: map[string][]int{}, parsed: map[string]*configDoc{}}
	for i, f := range files {
		base, dir := path.Base(f.Path), path.Dir(f.Path)
		c.byBase[base] = append(c.byBase[base], i)
		c.byDir[dir] = append(c.byDir[dir], i)
	}
	for _, list := range c.byDir {
		slices.SortFunc(list, func(a, b int) int { return strings.Compare(files[a].Path, files[b].Path) })
	}
	return c
}

// find returns the files that a path of the program may mean: one that is
// mounted there, one at that place relative to the program, or the one in the
// tree whose path ends so and that is nearest to the program.
func (c *configFiles) find(name string, env *Environment) []*configDoc {
	name = path.Clean(strings.TrimSpace(name))
	if name == "." || name == "" {
		return nil
	}
	for _, f := range env.Files {
		if path.Clean(f.Path) == name || !path.IsAbs(name) && strings.HasSuffix(f.Path, "/"+strings.TrimLeft(name, "./")) {
			return c.parse(f)
		}
	}
	for _, b := range env.Binds {
		if rest, ok := strings.CutPrefix(name, strings.TrimSuffix(b.Path, "/")); ok && (rest == "" || rest[0] == '/') {
			if f, ok := c.exact(path.Clean(b.Source + rest)); ok {
				return c.parse(f)
			}
		}
	}
	var best File
	score := -1
	for _, i := range c.byBase[path.Base(name)] {
		f := c.files[i]
		s := 2*commonSuffix(f.Path, name) + 3*commonPrefix(f.Path, env.Dir+"/x")
		switch {
		case f.Path == path.Join(env.Dir, name):
			s += 1000
		case f.Path == path.Join(env.Module, name) || f.Path == strings.TrimPrefix(name, "/"):
			s += 500
		case commonSuffix(f.Path, name) < len(strings.Split(strings.Trim(name, "./"), "/")) && path.IsAbs(name) == false && strings.Contains(strings.TrimPrefix(name, "./"), "/"):
			continue
		}
		if s > score || s == score && f.Path < best.Path {
			best, score = f, s
		}
	}
	if score < 0 {
		if f, ok := c.standIn(name, env); ok {
			return c.parse(f)
		}
		return c.directory(name, env)
	}
	return c.parse(best)
}

// directory returns the files of a directory that a path of the program may
// mean, in the order of their names.
func (c *configFiles) directory(name string, env *Environment) []*configDoc {
	for _, dir := range []string{path.Join(env.Dir, name), path.Join(env.Module, name), strings.TrimPrefix(name, "/")} {
		var out []*configDoc
		for _, i := range c.byDir[dir] {
			out = append(out, c.parse(c.files[i])...)
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

func (c *configFiles) exact(name string) (File, bool) {
	for _, i := range c.byBase[path.Base(name)] {
		if c.files[i].Path == name {
			return c.files[i], true
		}
	}
	return File{}, false
}

func commonSuffix(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(strings.TrimLeft(b, "./"), "/")
	n := 0
	for n < len(x) && n < len(y) && x[len(x)-1-n] == y[len(y)-1-n] {
		n++
	}
	return n
}

func commonPrefix(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && x[n] == y[n] {
		n++
	}
	return n
}

// parse reads YAML, JSON, TOML, HCL, .env and properties files. A file that is none
// of them has no nodes.
func (c *configFiles) parse(f File) []*configDoc {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d, ok := c.parsed[f.Path]; ok {
		if d == nil {
			return nil
		}
		return []*configDoc{d}
	}
	node := &yaml.Node{}
	var err error
	switch ext := path.Ext(f.Path); ext {
	case ".toml":
		var v map[string]any
		if err = toml.Unmarshal([]byte(f.Content), &v); err == nil {
			err = node.Encode(v)
		}
	case ".hcl":
		if v, ok := parseHCL(f.Content); ok {
			err = node.Encode(v)
		}
	case ".env", ".properties", ".ini", ".conf":
		node = pairs(f.Content)
	default:
		if manifest.IsEnvFile(path.Base(f.Path)) {
			node = pairs(f.Content)
			break
		}
		err = yaml.Unmarshal([]byte(f.Content), node)
	}
	if err != nil || node.Kind == 0 {
		c.parsed[f.Path] = nil
		return nil
	}
	if node.Kind == yaml.DocumentNode && len(node.Content) > 0 {
		node = node.Content[0]
	}
	d := &configDoc{file: f.Path, node: node}
	c.parsed[f.Path] = d
	return []*configDoc{d}
}

// pairs reads NAME=value lines.
func pairs(content string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, line := range strings.Split(content, "\n") {
		line = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "export "))
		k, v, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: strings.TrimSpace(k)},
			&yaml.Node{Kind: yaml.ScalarNode, Value: strings.Trim(strings.TrimSpace(v), `"'`)})
	}
	return n
}

// lookup returns the values at a key path. Keys are compared without case, as
// the libraries do; indices and the wildcards all and unknown go through
// lists and maps.
func (d *configDoc) lookup(keys []string) []configNode {
	nodes := []*yaml.Node{d.node}
	for _, key := range keys {
		var next []*yaml.Node
		for _, n := range nodes {
			next = append(next, below(n, key)...)
		}
		nodes = next
	}
	var out []configNode
	for _, n := range nodes {
		n = resolveAlias(n)
		switch n.Kind {
		case yaml.ScalarNode:
			if n.Tag == "!!null" {
				continue
			}
			out = append(out, configNode{text: n.Value, scalar: true, node: n})
		case yaml.MappingNode, yaml.SequenceNode:
			out = append(out, configNode{node: n})
		}
	}
	return out
}

func resolveAlias(n *yaml.Node) *yaml.Node {
	for i := 0; i < 10 && n.Kind == yaml.AliasNode && n.Alias != nil; i++ {
		n = n.Alias
	}
	return n
}

func below(n *yaml.Node, key string) []*yaml.Node {
	n = resolveAlias(n)
	wild := key == "all" || key == "unknown"
	switch n.Kind {
	case yaml.MappingNode:
		var out []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			if wild || strings.EqualFold(n.Content[i].Value, key) {
				out = append(out, n.Content[i+1])
			}
		}
		if len(out) == 0 && !wild {
			loose := looseKey(key)
			for i := 0; i+1 < len(n.Content); i += 2 {
				if looseKey(n.Content[i].Value) == loose {
					out = append(out, n.Content[i+1])
				}
			}
		}
		return out
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i < len(n.Content) {
			return n.Content[i : i+1]
		}
		if wild {
			return n.Content
		}
	}
	return nil
}

func looseKey(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

func structTag(s string) reflect.StructTag { return reflect.StructTag(s) }

// upperSnake is the name of the environment variable of a field without a tag.
func upperSnake(s string) string {
	var b []rune
	runes := []rune(s)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b = append(b, '_')
		}
		b = append(b, unicode.ToUpper(r))
	}
	return string(slices.Clip(b))
}
