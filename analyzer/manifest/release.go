package manifest

import (
	"maps"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/strvals"

	"github.com/coordlint/coordlint/graph"
)

// A release is a chart as a deployment tool installs it.
type release struct {
	name, namespace string
	chart           string           // directory relative to the root; "" if it would be fetched
	remote          string           // then its name
	files           []string         // values files relative to the root, the last counts most
	inline          []map[string]any // values in the tool's own file, likewise, after files
	sets            []string         // KEY=VALUE as for helm --set, after these
	site            graph.Site
}

// over merges the values of a release. What cannot be read is a gap.
func (rel *release) over(t *tree) (map[string]any, []graph.Gap) {
	out := map[string]any{}
	var gaps []graph.Gap
	for _, f := range rel.files {
		src, err := t.read(f)
		if err != nil {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: rel.site, Text: "values file " + f + ": " + err.Error()})
			continue
		}
		v, err := chartutil.ReadValues(src)
		if err != nil {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f}, Text: "values file: " + brief(err.Error()), Hard: true})
			continue
		}
		out = override(out, v)
	}
	for _, v := range rel.inline {
		out = override(out, v)
	}
	for _, s := range rel.sets {
		if err := strvals.ParseInto(s, out); err != nil {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: rel.site, Text: "value " + s + ": " + brief(err.Error())})
		}
	}
	return out, gaps
}

// override merges values into others, table by table.
func override(under, over map[string]any) map[string]any {
	out := maps.Clone(under)
	for k, v := range over {
		a, ok := out[k].(map[string]any)
		b, also := v.(map[string]any)
		if ok && also {
			v = override(a, b)
		}
		out[k] = v
	}
	return out
}

// release renders what a release installs. Of a chart that would be fetched,
// only a known store is read.
func (r *reader) release(t *tree, rel release) []object {
	if rel.chart == "" {
		values := map[string]any{}
		for _, v := range rel.inline {
			values = override(values, v)
		}
		r.dependencies([]dependency{{name: path.Base(rel.remote), alias: rel.name, values: values, site: rel.site}})
		return nil
	}
	h, gaps := openChart(t, rel.chart)
	r.gaps = append(r.gaps, gaps...)
	if h == nil {
		return nil
	}
	h.name, h.namespace = rel.name, rel.namespace
	over, gaps := rel.over(t)
	r.gaps = append(r.gaps, gaps...)
	objs, gaps := h.render(over)
	r.gaps = append(r.gaps, gaps...)
	r.dependencies(h.absent(over))
	return objs
}

// inlineValues decodes a mapping of values. A value with an action of a
// template in it is left out.
func inlineValues(n *yaml.Node) map[string]any {
	var v map[string]any
	if n == nil || decode(n, &v) != nil {
		return nil
	}
	return withoutActions(v)
}

func withoutActions(v map[string]any) map[string]any {
	out := map[string]any{}
	for k, x := range v {
		switch x := x.(type) {
		case string:
			if strings.Contains(x, "{{") {
				continue
			}
		case map[string]any:
			out[k] = withoutActions(x)
			continue
		}
		out[k] = x
	}
	return out
}

// locate completes a release's chart: a directory under the root, or the
// name of one that would be fetched.
func (rel *release) locate(t *tree, dir, chart string) bool {
	at, ok := t.within(dir, chart)
	if ok && slices.Contains(t.charts, at) {
		rel.chart = at
		return true
	}
	rel.remote = chart
	return chart != "" && !strings.HasPrefix(chart, ".") && !strings.HasPrefix(chart, "/")
}

// chart reads a chart as build tools install it, else with its own values,
// and those of the environment.
func (d *discovery) chart(dir string) {
	h, gaps := openChart(d.tree, dir)
	if h == nil {
		d.gaps = append(d.gaps, gaps...)
		return
	}
	if h.chart.Metadata != nil && h.chart.Metadata.Type == "library" {
		return
	}
	over, err := h.values(d.opt.Env)
	d.known = d.known || len(over) > 0
	if err != nil {
		d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: dir}, Text: "values for " + d.opt.Env + ": " + err.Error(), Hard: true})
	}
	var releases []release
	for _, rel := range d.releases {
		if rel.chart == dir {
			releases = append(releases, rel)
		}
	}
	d.add("helm", dir, func(r *reader) ([]object, bool) {
		var out []object
		for _, rel := range releases {
			rel.inline = append(rel.inline, over)
			out = append(out, r.release(d.tree, rel)...)
		}
		if len(releases) > 0 {
			return out, true
		}
		objs, gaps := h.render(over)
		r.gaps = append(r.gaps, gaps...)
		r.dependencies(h.absent(over))
		return objs, true
	})
	if on := h.switches(); on != nil {
		c := d.add("helm", dir, func(r *reader) ([]object, bool) {
			objs, _ := h.render(on)
			return objs, true
		})
		c.source.Name += " (optional parts)"
		c.late = true
	}
}
