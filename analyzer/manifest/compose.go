package manifest

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// compose reads compose files that are merged in order, the first being the
// base. profile names the profiles to enable.
func (r *reader) compose(t *tree, files []string, profiles []string) bool {
	var cd types.ConfigDetails
	c := &composer{reader: r, tree: t, main: files[0]}
	for _, f := range files {
		src, err := t.read(f)
		if err != nil {
			r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f}, Text: err.Error(), Hard: true})
			return false
		}
		n, line, err := parseNode(document{text: src})
		if err != nil {
			r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f, Line: line}, Text: "not valid YAML: " + err.Error(), Hard: true})
			return false
		}
		if n == nil {
			continue // nothing but comments
		}
		c.nodes = append(c.nodes, composeFile{f, n})
		cd.ConfigFiles = append(cd.ConfigFiles, types.ConfigFile{Filename: filepath.Join(t.root, filepath.FromSlash(f)), Content: withoutVersion(src)})
	}
	if len(c.nodes) == 0 {
		return false
	}
	dir, env := t.project(files[0], c.nodes)
	cd.WorkingDir = filepath.Join(t.root, filepath.FromSlash(dir))
	cd.Environment = c.dotEnv(env)
	p, err := c.load(cd, profiles)
	if err != nil {
		r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: c.errorSite(err), Text: "compose: " + brief(c.relative(err.Error())), Hard: true})
		return false
	}
	for _, f := range c.nodes {
		c.included(f, 0)
	}
	first := len(r.set.Workloads)
	for _, s := range sorted(p.Services) {
		c.service(p, s)
	}
	for _, s := range sorted(p.Services) {
		c.links(s, r.set.Workloads[first:])
	}
	return true
}

// included adds the files that a compose file includes or extends, for the
// places of what they hold.
func (c *composer) included(f composeFile, depth int) {
	var names []string
	for _, i := range items(field(f.node, "include")) {
		names = append(names, texts(i, "path")...)
		if i.Kind == yaml.ScalarNode {
			names = append(names, i.Value)
		}
	}
	for _, s := range pairs(field(f.node, "services")) {
		names = append(names, texts(s.value, "extends", "file")...)
	}
	for _, name := range names {
		rel, ok := c.tree.within(path.Dir(f.name), name)
		if !ok || depth > 5 || slices.ContainsFunc(c.nodes, func(o composeFile) bool { return o.name == rel }) {
			continue
		}
		src, err := c.tree.read(rel)
		if err != nil {
			continue
		}
		if n, _, err := parseNode(document{text: src}); err == nil && n != nil {
			more := composeFile{rel, n}
			c.nodes = append([]composeFile{more}, c.nodes...)
			c.included(more, depth+1)
		}
	}
}

// links gives workloads the names under which a service links to them.
func (c *composer) links(s types.ServiceConfig, all []*Workload) {
	for _, l := range append(slices.Clone(s.Links), s.ExternalLinks...) {
		name, alias, ok := strings.Cut(l, ":")
		for _, w := range all {
			if ok && (w.Name == name || slices.Contains(w.Hosts, name)) {
				w.Hosts = unique(append(w.Hosts, alias), w.Name)
			}
		}
	}
}

type composer struct {
	*reader
	tree  *tree
	main  string // the first file
	nodes []composeFile
}

type composeFile struct {
	name string
	node *yaml.Node
}

var versionKey = regexp.MustCompile(`(?m)^version[ \t]*:`)

// withoutVersion renames the obsolete version key, of which the library would
// warn on standard error.
func withoutVersion(src []byte) []byte {
	return versionKey.ReplaceAllFunc(src, func(m []byte) []byte { return append([]byte("x-"), m...) })
}

// at returns the place of a service's field; the last file that has it wins.
func (c *composer) at(service string, keys ...string) graph.Site {
	for i := len(c.nodes) - 1; i >= 0; i-- {
		if n := field(c.nodes[i].node, append([]string{"services", service}, keys...)...); n != nil {
			return graph.Site{File: c.nodes[i].name, Line: n.Line, Col: n.Column}
		}
	}
	if len(keys) > 0 {
		return c.at(service, keys[:len(keys)-1]...)
	}
	return graph.Site{File: c.main}
}

// declared is the place of a service's name, in the first file if it is there.
func (c *composer) declared(service string) graph.Site {
	site := graph.Site{File: c.main}
	for _, f := range c.nodes {
		for _, p := range pairs(field(f.node, "services")) {
			if p.key.Value == service && (site.Line == 0 || f.name == c.main) {
				site = graph.Site{File: f.name, Line: p.key.Line, Col: p.key.Column}
			}
		}
	}
	return site
}

func sorted(m types.Services) []types.ServiceConfig {
	var out []types.ServiceConfig
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

func (c *composer) service(p *types.Project, s types.ServiceConfig) {
	w := &Workload{Kind: "Compose", Name: s.Name, Namespace: "default", Labels: labels(s.Labels), Site: c.declared(s.Name), Source: c.source}
	n, note := 1.0, "the default of compose"
	if s.Scale != nil || s.Deploy != nil && s.Deploy.Replicas != nil {
		n, note = float64(s.GetScale()), ""
	}
	w.Replicas = graph.Exact(n, graph.Declared, c.at(s.Name, "deploy", "replicas"), note)
	if s.Deploy != nil && strings.HasPrefix(s.Deploy.Mode, "global") {
		w.Replicas = nil // one a node
	}
	hosts := []string{s.ContainerName, s.Hostname}
	for _, net := range s.Networks {
		if net != nil {
			hosts = append(hosts, net.Aliases...)
		}
	}
	w.Hosts = unique(hosts, s.Name)
	w.DependsOn = unique(s.GetDependencies(), "")
	w.HostNetwork = s.NetworkMode == "host"
	ct := &Container{Name: s.Name, Image: s.Image, Command: slices.Clone([]string(s.Entrypoint)), Args: slices.Clone([]string(s.Command)), WorkDir: s.WorkingDir, Site: w.Site}
	c.environment(s, ct)
	for i, port := range s.Ports {
		host, _ := strconv.Atoi(port.Published)
		ct.Ports = append(ct.Ports, Port{Name: port.Name, Number: int(port.Target), Host: host, Protocol: strings.ToUpper(cmp.Or(port.Protocol, "tcp")), Site: c.at(s.Name, "ports", itoa(i))})
	}
	for i, e := range s.Expose {
		if v, err := strconv.Atoi(strings.TrimSuffix(e, "/tcp")); err == nil {
			ct.Ports = append(ct.Ports, Port{Number: v, Protocol: "TCP", Site: c.at(s.Name, "expose", itoa(i))})
		}
	}
	if s.Deploy != nil && s.Deploy.Resources.Limits != nil {
		l := s.Deploy.Resources.Limits
		if l.NanoCPUs > 0 {
			ct.CPU = graph.Exact(float64(l.NanoCPUs), graph.Declared, c.at(s.Name, "deploy", "resources", "limits", "cpus"), "")
		}
		if l.MemoryBytes > 0 {
			ct.Memory = graph.Exact(float64(l.MemoryBytes), graph.Declared, c.at(s.Name, "deploy", "resources", "limits", "memory"), "")
		}
	}
	if ct.CPU == nil && s.CPUS > 0 {
		ct.CPU = graph.Exact(float64(s.CPUS), graph.Declared, c.at(s.Name, "cpus"), "")
	}
	c.volumes(p, s, w, ct)
	if s.Build != nil {
		c.build(s, ct)
	}
	w.Containers = []*Container{ct}
	c.set.Workloads = append(c.set.Workloads, w)
}

// environment lists the variables. Names without a value come from the shell
// that starts compose: they are not known.
func (c *composer) environment(s types.ServiceConfig, ct *Container) {
	for k, v := range s.Environment {
		e := EnvVar{Name: k, Known: v != nil, Site: c.at(s.Name, "environment")}
		if v != nil && !strings.Contains(*v, "${") {
			e.Value = *v
		} else {
			e.Known = false
		}
		found := false
		for i := len(c.nodes) - 1; i >= 0 && !found; i-- {
			env := field(c.nodes[i].node, "services", s.Name, "environment")
			for _, p := range pairs(env) {
				if p.key.Value == k {
					e.Site, found = graph.Site{File: c.nodes[i].name, Line: p.value.Line, Col: p.value.Column}, true
				}
			}
			for _, item := range items(env) {
				if name, _, _ := strings.Cut(item.Value, "="); name == k {
					e.Site, found = graph.Site{File: c.nodes[i].name, Line: item.Line, Col: item.Column}, true
				}
			}
		}
		for i := len(s.EnvFiles) - 1; i >= 0 && !found; i-- {
			if rel, ok := c.tree.within("", s.EnvFiles[i].Path); ok {
				if line := c.envLine(rel, k); line > 0 {
					e.Site, e.From, found = graph.Site{File: rel, Line: line}, "env_file "+rel, true
				}
			}
		}
		ct.Env = append(ct.Env, e)
	}
	slices.SortFunc(ct.Env, func(a, b EnvVar) int { return cmp.Compare(a.Name, b.Name) })
}

func (c *composer) envLine(file, name string) int {
	src, err := c.tree.read(file)
	if err != nil {
		return 0
	}
	at := 0
	for i, line := range bytes.Split(src, []byte("\n")) {
		k, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(string(line)), "export "), "=")
		if ok && strings.TrimSpace(k) == name {
			at = i + 1
		}
	}
	return at
}

// unique sorts names and drops empty ones, doubles and one more.
func unique(names []string, but string) []string {
	var out []string
	for _, n := range names {
		if n != "" && n != but {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
