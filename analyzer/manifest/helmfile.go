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

// helmfiles reads each helmfile that no other names as one source: the
// releases that it installs, each with its name, namespace and values. A
// helmfile is a template; of its actions the environment's name and values and
// the release's name are known, and a line that consists of another is left out.
func (d *discovery) helmfiles() {
	nested := map[string]bool{}
	for _, f := range d.tree.helmfiles {
		for _, sub := range d.helmState(f).nested {
			nested[sub] = nested[sub] || sub != f
		}
	}
	for _, f := range d.tree.helmfiles {
		if nested[f] {
			continue
		}
		releases, gaps := d.helmfile(f, map[string]bool{})
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

// helmfile reads a helmfile and those that it names; seen are those that were
// read before.
func (d *discovery) helmfile(file string, seen map[string]bool) ([]release, []graph.Gap) {
	if seen[file] {
		return nil, nil
	}
	seen[file] = true
	src, err := d.tree.read(file)
	if err != nil {
		return nil, []graph.Gap{{Kind: "manifest", Site: graph.Site{File: file}, Text: err.Error(), Hard: true}}
	}
	state := d.helmState(file)
	text, line := d.withoutTemplate(string(src), state.values)
	var gaps []graph.Gap
	if line > 0 {
		gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: line}, Text: "helmfile: what templates give is not read"})
		if len(state.files) > 0 {
			gaps[len(gaps)-1].Text += ": they may use " + strings.Join(state.files, ", ")
		}
	}
	var out []release
	for _, doc := range documents([]byte(text)) {
		n, line, err := parseNode(doc)
		if err != nil {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file, Line: line}, Text: "not valid YAML: " + err.Error(), Hard: true})
			continue
		}
		for _, e := range items(field(n, "releases")) {
			rel, ok := d.helmfileRelease(file, state.inherited(e), state, graph.Site{File: file, Line: e.Line + doc.line, Col: e.Column})
			if ok {
				out = append(out, rel)
			} else if rel.remote != "" {
				gaps = append(gaps, graph.Gap{Kind: "manifest", Site: rel.site, Text: "helmfile: there is no chart in " + rel.remote, Hard: true})
			}
		}
	}
	gaps = append(gaps, state.gaps...)
	for _, sub := range state.nested {
		more, gs := d.helmfile(sub, seen)
		out, gaps = append(out, more...), append(gaps, gs...)
	}
	return out, gaps
}

func (d *discovery) helmfileRelease(file string, n *yaml.Node, state *helmState, site graph.Site) (release, bool) {
	dir := path.Dir(file)
	n = filledIn(n, map[string]string{"Release.Name": text(n, "name"), "Release.Namespace": text(n, "namespace")})
	rel := release{name: text(n, "name"), namespace: text(n, "namespace"), site: site}
	if rel.name == "" || text(n, "installed") == "false" || !rel.locate(d.tree, dir, text(n, "chart")) {
		return rel, false
	}
	for _, v := range items(field(n, "values")) {
		at, ok := d.tree.within(dir, v.Value)
		switch {
		case v.Kind == yaml.MappingNode:
			rel.inline = append(rel.inline, inlineValues(v))
		case !ok || strings.Contains(v.Value, "{{"):
		case strings.HasSuffix(v.Value, ".gotmpl"):
			if values := d.templated(at, state); values != nil {
				rel.inline = append(rel.inline, values)
			}
		default:
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
