package manifest

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// maxGenerated is how many applications one set makes at most.
const maxGenerated = 500

// argoSet reads an ApplicationSet: its template, once for each element of its
// lists and each directory of the tree that its generators name. What other
// generators give is not in the tree.
func (d *discovery) argoSet(r *reader, o object) []application {
	var out []application
	template := field(o.node, "spec", "template")
	for _, g := range items(field(o.node, "spec", "generators")) {
		sets, ok := d.generated(g)
		if !ok {
			r.gap(o.siteOf(g), "%s/%s: what its generator gives is not in the tree", o.kind, o.name)
			continue
		}
		for _, params := range sets[:min(len(sets), maxGenerated)] {
			filled := filledIn(template, params)
			out = append(out, d.argoApplication(r, o, field(filled, "spec"), text(filled, "metadata", "name"))...)
		}
	}
	return out
}

// generated returns the parameters that a generator of the list or the git
// kind gives.
func (d *discovery) generated(g *yaml.Node) (sets []map[string]string, ok bool) {
	for _, e := range items(field(g, "list", "elements")) {
		params := map[string]string{}
		flatten(params, "", e, 0)
		sets = append(sets, params)
	}
	if field(g, "list") != nil {
		return sets, true
	}
	dirs := items(field(g, "git", "directories"))
	for _, dir := range d.tree.directories() {
		matched := false
		for _, e := range dirs {
			if hit, _ := path.Match(text(e, "path"), dir); hit {
				matched = text(e, "exclude") != "true"
				if !matched {
					break
				}
			}
		}
		if matched {
			sets = append(sets, map[string]string{"path": dir, "path.path": dir, "path.basename": path.Base(dir)})
		}
	}
	return sets, len(dirs) > 0
}

// directories lists the directories that hold something to deploy.
func (t *tree) directories() []string {
	out := slices.Clone(t.charts)
	for _, f := range slices.Concat(t.kustomize, t.yamls) {
		out = append(out, path.Dir(f))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// flatten names the scalars of an element, those of mappings in it by their
// keys and dots.
func flatten(out map[string]string, prefix string, n *yaml.Node, depth int) {
	for _, p := range pairs(n) {
		switch {
		case p.value.Kind == yaml.ScalarNode:
			out[prefix+p.key.Value] = p.value.Value
		case depth < 5:
			flatten(out, prefix+p.key.Value+".", p.value, depth+1)
		}
	}
}

var parameter = regexp.MustCompile(`\{\{-?\s*\.?([\w.-]+)\s*-?\}\}`)

// filledIn returns a copy of a template with parameters in their places.
func filledIn(n *yaml.Node, params map[string]string) *yaml.Node {
	if n == nil {
		return nil
	}
	out := *n
	out.Content = nil
	for _, kid := range n.Content {
		out.Content = append(out.Content, filledIn(kid, params))
	}
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "{{") {
		out.Value = parameter.ReplaceAllStringFunc(n.Value, func(s string) string {
			if v, ok := params[parameter.FindStringSubmatch(s)[1]]; ok {
				return v
			}
			return s
		})
	}
	return &out
}
