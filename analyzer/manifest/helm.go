package manifest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/coordlint/coordlint/graph"
)

// renderTime bounds the rendering of one chart. Charts of a hundred templates
// render in well under a second.
const renderTime = 10 * time.Second

// maxChart is the number of bytes of one chart's files that are loaded.
const maxChart = 64 << 20

// maxTries is how often a chart is rendered again without, or with a stand-in
// for, what made it fail.
const maxTries = 40

// A helmChart is a chart under the root.
type helmChart struct {
	tree  *tree
	dir   string            // relative to the root
	moved map[string]string // directories of the loaded chart -> of the tree, for dependencies that lie elsewhere
	chart *chart.Chart
	gaps  []graph.Gap
}

// openChart loads a chart from disk. Dependencies come from charts/ and from
// file:// repositories under the root; what would have to be fetched is a gap.
func openChart(t *tree, dir string) (*helmChart, []graph.Gap) {
	h := &helmChart{tree: t, dir: dir, moved: map[string]string{}}
	files, err := h.load(dir, "")
	if err != nil {
		return nil, []graph.Gap{{Kind: "manifest", Site: graph.Site{File: dir}, Text: "chart: " + err.Error(), Hard: true}}
	}
	files = h.local(files)
	if h.chart, err = loader.LoadFiles(files); err != nil {
		file := "Chart.yaml"
		if strings.Contains(err.Error(), "values.yaml") {
			file = "values.yaml"
		}
		return nil, []graph.Gap{{Kind: "manifest", Site: graph.Site{File: path.Join(dir, file)}, Text: "chart: " + brief(err.Error()), Hard: true}}
	}
	return h, nil
}

// load reads the files of a chart directory, under prefix in the chart.
func (h *helmChart) load(dir, prefix string) ([]*loader.BufferedFile, error) {
	var out []*loader.BufferedFile
	total := 0
	base := filepath.Join(h.tree.root, filepath.FromSlash(dir))
	err := filepath.WalkDir(base, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return cause(err)
		}
		rel, _ := filepath.Rel(base, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules") {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		data, err := h.tree.read(path.Join(dir, rel))
		if err != nil {
			h.gaps = append(h.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: path.Join(dir, rel)}, Text: "chart: " + err.Error(), Hard: true})
			return nil
		}
		if total += len(data); total > maxChart {
			return errors.New("has more than 64 MB")
		}
		out = append(out, &loader.BufferedFile{Name: prefix + rel, Data: data})
		return nil
	})
	return out, err
}

// local adds dependencies whose repository is a directory under the root, as
// `helm dependency build` does, unless charts/ has them.
func (h *helmChart) local(files []*loader.BufferedFile) []*loader.BufferedFile {
	n := h.node("Chart.yaml", "requirements.yaml")
	for _, d := range items(field(n, "dependencies")) {
		name := text(d, "name")
		repo, ok := strings.CutPrefix(text(d, "repository"), "file://")
		if !ok || name == "" || strings.Contains(name, "/") || slices.ContainsFunc(files, func(f *loader.BufferedFile) bool {
			return strings.HasPrefix(f.Name, "charts/"+name+"/") || strings.HasPrefix(f.Name, "charts/"+name+"-") && strings.HasSuffix(f.Name, ".tgz")
		}) {
			continue
		}
		dir, ok := h.tree.within(h.dir, repo)
		if is, there := h.tree.stat(dir); !ok || !is || !there || dir == h.dir || strings.HasPrefix(h.dir+"/", dir+"/") {
			continue
		}
		more, err := h.load(dir, "charts/"+name+"/")
		if err != nil {
			continue
		}
		h.moved["charts/"+name] = dir
		files = append(files, more...)
	}
	return files
}

// parts lists the charts that others of the tree depend on by path.
func (t *tree) parts() []string {
	var out []string
	for _, dir := range t.charts {
		h := &helmChart{tree: t, dir: dir}
		for _, d := range items(field(h.node("Chart.yaml", "requirements.yaml"), "dependencies")) {
			if repo, ok := strings.CutPrefix(text(d, "repository"), "file://"); ok {
				if part, ok := t.within(dir, repo); ok && part != dir {
					out = append(out, part)
				}
			}
		}
	}
	return out
}

// node parses the first of some files of the chart that has dependencies.
func (h *helmChart) node(names ...string) *yaml.Node {
	for _, name := range names {
		if src, err := h.tree.read(path.Join(h.dir, name)); err == nil {
			if n, _, err := parseNode(document{text: src}); err == nil && field(n, "dependencies") != nil {
				return n
			}
		}
	}
	return nil
}

// values returns the overriding values for an environment: values-ENV.yaml,
// values.ENV.yaml, ENV.yaml or values/ENV.yaml of the chart.
func (h *helmChart) values(env string) (map[string]any, error) {
	if env == "" {
		return map[string]any{}, nil
	}
	for _, name := range []string{"values-" + env, "values." + env, "values_" + env, env + "-values", "values/" + env, "environments/" + env, env, env + "/values"} {
		for _, ext := range []string{".yaml", ".yml"} {
			if src, err := h.tree.read(path.Join(h.dir, name+ext)); err == nil {
				v, err := chartutil.ReadValues(src)
				return v, err
			}
		}
	}
	return map[string]any{}, nil
}

// render renders the chart with overriding values. It returns the objects of
// all templates. A template that fails is a gap; the others still count.
func (h *helmChart) render(over map[string]any) (objects []object, gaps []graph.Gap) {
	// Rendering changes the chart: each starts from a fresh one.
	fresh, gs := openChart(h.tree, h.dir)
	if fresh == nil {
		return nil, gs
	}
	gaps = append(gaps, fresh.gaps...)
	h = fresh
	gaps = append(gaps, h.bounded()...)
	var out map[string]string
	for range maxTries {
		var err error
		out, err = h.try(over)
		if err == nil {
			break
		}
		site, culprit := h.culprit(err)
		if h.standIn(err.Error(), over) {
			if !slices.ContainsFunc(gaps, func(g graph.Gap) bool { return g.Site == site }) {
				gaps = append(gaps, graph.Gap{Kind: "manifest", Site: site, Text: "chart: what is missing counts as empty: " + brief(err.Error())})
			}
			continue
		}
		gaps = append(gaps, graph.Gap{Kind: "manifest", Site: site, Text: "chart: " + brief(err.Error()), Hard: true})
		if culprit == "" || !h.drop(culprit) {
			return nil, gaps
		}
	}
	for _, name := range slices.Sorted(maps.Keys(out)) {
		if path.Base(name) == "NOTES.txt" || strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		file := h.file(name)
		src, _ := h.tree.read(file)
		place := align(file, string(src), out[name])
		objs, gs := parseObjects(file, []byte(out[name]), func(before int) locator {
			return func(line, col int) graph.Site { return place(line + before) }
		})
		objects = append(objects, objs...)
		gaps = append(gaps, gs...)
	}
	return objects, gaps
}

// brief makes one line of at most 300 bytes of a library's error.
func brief(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		s = s[:170] + " ... " + s[len(s)-120:]
	}
	return s
}

// try renders once, under a time limit.
func (h *helmChart) try(over map[string]any) (map[string]string, error) {
	type result struct {
		out map[string]string
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: fmt.Errorf("cannot be rendered: %v", p)}
			}
			done <- r
		}()
		r.out, r.err = h.once(over)
	}()
	limit := time.NewTimer(renderTime)
	defer limit.Stop()
	select {
	case r := <-done:
		return r.out, r.err
	case <-limit.C:
		return nil, fmt.Errorf("rendering took more than %s", renderTime)
	}
}

func (h *helmChart) once(over map[string]any) (map[string]string, error) {
	if err := chartutil.ProcessDependenciesWithMerge(h.chart, over); err != nil {
		return nil, err
	}
	name := cmp.Or(h.chart.Name(), path.Base(h.dir))
	vals, err := chartutil.ToRenderValuesWithSchemaValidation(h.chart, over, chartutil.ReleaseOptions{Name: name, Namespace: "default", Revision: 1, IsInstall: true}, chartutil.DefaultCapabilities, true)
	if err != nil {
		return nil, err
	}
	return new(engine.Engine).Render(h.chart, vals)
}

var templateError = regexp.MustCompile(`([\w./-]+\.(?:ya?ml|tpl|txt|json)):(\d+)(?::(\d+))?`)

// culprit finds the template and line that an error names.
func (h *helmChart) culprit(err error) (graph.Site, string) {
	m := templateError.FindStringSubmatch(err.Error())
	if m == nil {
		return graph.Site{File: path.Join(h.dir, "Chart.yaml")}, ""
	}
	site := graph.Site{File: h.file(m[1])}
	site.Line, _ = strconv.Atoi(m[2])
	site.Col, _ = strconv.Atoi(m[3])
	return site, m[1]
}

// drop removes a template from the loaded chart.
func (h *helmChart) drop(name string) bool {
	var walk func(c *chart.Chart) bool
	walk = func(c *chart.Chart) bool {
		for i, t := range c.Templates {
			if path.Join(c.ChartFullPath(), t.Name) == name {
				c.Templates = slices.Delete(c.Templates, i, i+1)
				return true
			}
		}
		return slices.ContainsFunc(c.Dependencies(), walk)
	}
	return walk(h.chart)
}

// file returns where a template of the loaded chart, such as
// NAME/charts/SUB/templates/x.yaml, lies in the tree.
func (h *helmChart) file(name string) string {
	_, rest, _ := strings.Cut(name, "/")
	for from, to := range h.moved {
		if in, ok := beneath(rest, from); ok {
			return path.Join(to, in)
		}
	}
	return path.Join(h.dir, rest)
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
