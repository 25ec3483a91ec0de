package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/coordlint/coordlint/graph"
)

// values returns the overriding values for an environment: values-ENV.yaml,
// values.ENV.yaml, ENV.yaml, values/ENV.yaml and the like of the chart.
func (h *helmChart) values(env string) (map[string]any, error) {
	if env == "" {
		return map[string]any{}, nil
	}
	for _, name := range []string{"values-" + env, "values." + env, "values_" + env, env + "-values", "values/" + env, "values/values-" + env, "values/values." + env, "environments/" + env, env, env + "/values"} {
		for _, ext := range []string{".yaml", ".yml"} {
			if src, err := h.tree.read(path.Join(h.dir, name+ext)); err == nil {
				v, err := chartutil.ReadValues(src)
				return v, err
			}
		}
	}
	return map[string]any{}, nil
}

// absent lists the dependencies that the values enable and that are not there.
func (h *helmChart) absent(over map[string]any) []dependency {
	n := h.node("Chart.yaml", "requirements.yaml")
	file := path.Join(h.dir, "Chart.yaml")
	if field(n, "name") == nil {
		file = path.Join(h.dir, "requirements.yaml")
	}
	vals, err := chartutil.CoalesceValues(h.chart, over)
	if err != nil {
		return nil
	}
	var out []dependency
	for _, d := range items(field(n, "dependencies")) {
		name := text(d, "name")
		if slices.ContainsFunc(h.chart.Dependencies(), func(c *chart.Chart) bool { return c.Name() == name }) {
			continue
		}
		on := true
		for _, c := range strings.Split(text(d, "condition"), ",") {
			if v, err := vals.PathValue(strings.TrimSpace(c)); err == nil {
				if b, ok := v.(bool); ok {
					on = b
					break
				}
			}
		}
		if on {
			alias := cmp.Or(text(d, "alias"), name)
			dep := dependency{name: name, alias: alias, release: h.chart.Name(), site: graph.Site{File: file, Line: d.Line, Col: d.Column}}
			dep.values, _ = vals[alias].(map[string]any)
			out = append(out, dep)
		}
	}
	return out
}

// A dependency is a chart that another needs and that is not there.
type dependency struct {
	name, alias, release string
	values               map[string]any
	site                 graph.Site
}

// switches returns values that turn on what the chart's own subcharts can
// deploy and the default values leave off: conditions of dependencies, and
// keys `enabled`. It returns nil if there is nothing to turn on.
func (h *helmChart) switches() map[string]any {
	out := map[string]any{}
	n := h.node("Chart.yaml", "requirements.yaml")
	for _, d := range items(field(n, "dependencies")) {
		name := text(d, "name")
		at := slices.IndexFunc(h.chart.Dependencies(), func(c *chart.Chart) bool { return c.Name() == name })
		if at < 0 || !strings.HasPrefix(text(d, "repository"), "file://") && text(d, "repository") != "" {
			continue
		}
		for _, c := range strings.Split(text(d, "condition"), ",") {
			if c = strings.TrimSpace(c); c != "" {
				turnOn(out, strings.Split(c, "."))
			}
		}
		for key, v := range h.chart.Dependencies()[at].Values {
			if m, ok := v.(map[string]any); ok && m["enabled"] == false {
				turnOn(out, []string{cmp.Or(text(d, "alias"), name), key, "enabled"})
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func turnOn(m map[string]any, keys []string) {
	for _, k := range keys[:len(keys)-1] {
		next, ok := m[k].(map[string]any)
		if !ok {
			next = map[string]any{}
			m[k] = next
		}
		m = next
	}
	m[keys[len(keys)-1]] = true
}
