package manifest

import (
	"path"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

var helmfileName = regexp.MustCompile(`^helmfile\.ya?ml(\.gotmpl)?$`)

// action is an action of a template on a line of a helmfile.
var action = regexp.MustCompile(`\{\{-?\s*(.*?)\s*-?\}\}`)

// helmfiles reads each helmfile as one source: the releases that it installs,
// each with its name, namespace and values. A helmfile is a template; of its
// actions only the environment's name is known, and a line that consists of
// one is left out.
func (d *discovery) helmfiles() {
	for _, f := range d.tree.helmfiles {
		releases, gaps := d.helmfile(f)
		if len(releases) == 0 {
			d.gaps = append(d.gaps, gaps...)
			continue
		}
		d.deployed = append(d.deployed, f)
		d.add("helmfile", f, func(r *reader) ([]object, bool) {
			r.gaps = append(r.gaps, gaps...)
			var out []object
			for _, rel := range releases {
				out = append(out, r.release(d.tree, rel)...)
			}
			return out, true
		})
	}
}

func (d *discovery) helmfile(file string) ([]release, []graph.Gap) {
	src, err := d.tree.read(file)
	if err != nil {
		return nil, []graph.Gap{{Kind: "manifest", Site: graph.Site{File: file}, Text: err.Error(), Hard: true}}
	}
	text, line := d.withoutTemplate(string(src))
	var gaps []graph.Gap
	if line > 0 {
		gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: line}, Text: "helmfile: what templates give is not read"})
	}
	var out []release
	shared := []string{}
	for _, doc := range documents([]byte(text)) {
		n, line, err := parseNode(doc)
		if err != nil {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: line}, Text: "not valid YAML: " + err.Error(), Hard: true})
			continue
		}
		if env := field(n, "environments", d.opt.Env); env != nil {
			d.known = true
		}
		for _, name := range texts(n, "environments", or(d.opt.Env, "default"), "values") {
			if at, ok := d.tree.within(path.Dir(file), name); ok {
				shared = append(shared, at)
			}
		}
		for _, e := range items(field(n, "releases")) {
			rel, ok := d.helmfileRelease(file, e, graph.Site{File: file, Line: e.Line + doc.line, Col: e.Column})
			if ok {
				out = append(out, rel)
			} else if rel.remote != "" {
				gaps = append(gaps, graph.Gap{Kind: "manifest", Site: rel.site, Text: "helmfile: there is no chart in " + rel.remote, Hard: true})
			}
		}
	}
	// The environment's values are for the helmfile's own templates, and
	// charts see them only through these.
	if len(shared) > 0 && line > 0 {
		gaps[0].Text += ": they may use " + strings.Join(shared, ", ")
	}
	return out, gaps
}

func (d *discovery) helmfileRelease(file string, n *yaml.Node, site graph.Site) (release, bool) {
	dir := path.Dir(file)
	rel := release{name: text(n, "name"), namespace: text(n, "namespace"), site: site}
	if rel.name == "" || text(n, "installed") == "false" || !rel.locate(d.tree, dir, text(n, "chart")) {
		return rel, false
	}
	for _, v := range items(field(n, "values")) {
		if v.Kind == yaml.MappingNode {
			rel.inline = append(rel.inline, inlineValues(v))
		} else if at, ok := d.tree.within(dir, v.Value); ok && !strings.HasSuffix(v.Value, ".gotmpl") && !strings.Contains(v.Value, "{{") {
			rel.files = append(rel.files, at)
		}
	}
	for _, s := range items(field(n, "set")) {
		if v := text(s, "value"); !strings.Contains(v, "{{") && text(s, "name") != "" {
			rel.sets = append(rel.sets, text(s, "name")+"="+strings.ReplaceAll(v, ",", `\,`))
		}
	}
	return rel, true
}

// withoutTemplate gives the environment's name for the actions that ask for
// it, empties lines that consist of an action, and leaves other actions in
// place. It returns the first line with an action that it does not know.
func (d *discovery) withoutTemplate(src string) (string, int) {
	lines := strings.Split(src, "\n")
	first := 0
	for i, line := range lines {
		line = action.ReplaceAllStringFunc(line, func(s string) string {
			if a := action.FindStringSubmatch(s)[1]; a == ".Environment.Name" || strings.HasPrefix(a, ".Environment.Name |") {
				return or(d.opt.Env, "default")
			}
			if first == 0 {
				first = i + 1
			}
			return s
		})
		if strings.HasPrefix(strings.TrimSpace(line), "{{") {
			line = ""
		} else if k, v, ok := strings.Cut(line, ": {{"); ok {
			line = k + `: "{{` + strings.ReplaceAll(v, `"`, `'`) + `"`
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n"), first
}
