package manifest

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"

	"github.com/coordlint/coordlint/graph"
)

// render renders the chart with overriding values. It returns the objects of
// all templates. A template that fails is a gap; the others still count.
func (h *helmChart) render(over map[string]any) (objects []object, gaps []graph.Gap) {
	// Rendering changes the chart: each starts from a fresh one.
	fresh, gs := openChart(h.tree, h.dir)
	if fresh == nil {
		return nil, gs
	}
	fresh.name, fresh.namespace = h.name, h.namespace
	h = fresh
	h.measure(h.chart)
	gaps = append(gaps, h.gaps...)
	start := time.Now()
	deadline := start.Add(min(renderTime, allRenders-h.tree.rendered))
	defer func() { h.tree.rendered += time.Since(start) }()
	var out map[string]string
	for range maxTries {
		var err error
		out, err = h.try(over, deadline)
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
			return func(line, col int) graph.Site { return place(line+before, col) }
		})
		for i := range objs {
			objs[i].namespace = cmp.Or(objs[i].namespace, h.namespace)
		}
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

// try renders once, under the limits of the meter.
func (h *helmChart) try(over map[string]any, deadline time.Time) (out map[string]string, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("cannot be rendered: %v", p)
		}
	}()
	if err := chartutil.ProcessDependenciesWithMerge(h.chart, over); err != nil {
		return nil, err
	}
	name := cmp.Or(h.name, h.chart.Name(), path.Base(h.dir))
	vals, err := chartutil.ToRenderValuesWithSchemaValidation(h.chart, over, chartutil.ReleaseOptions{Name: name, Namespace: cmp.Or(h.namespace, "default"), Revision: 1, IsInstall: true}, chartutil.DefaultCapabilities, true)
	if err != nil {
		return nil, err
	}
	m := newMeter(deadline)
	out, err = engine.RenderWithClientProvider(h.chart, vals, m)
	if m.err != nil {
		return nil, overrun{m.err, err}
	}
	return out, err
}

// An overrun is the end of a rendering that would not have ended by itself.
type overrun struct{ why, where error }

func (o overrun) Error() string { return o.why.Error() }

// measure puts calls of the meter into all templates, and drops those that
// cannot be parsed without danger.
func (h *helmChart) measure(c *chart.Chart) {
	c.Templates = slices.DeleteFunc(c.Templates, func(t *chart.File) bool {
		line := tooDeep(string(t.Data))
		if line > 0 {
			h.gaps = append(h.gaps, graph.Gap{Kind: "manifest", Hard: true, Site: graph.Site{File: h.file(path.Join(c.ChartFullPath(), t.Name)), Line: line},
				Text: fmt.Sprintf("chart: bodies lie more than %d deep in one another", maxNesting)})
		}
		return line > 0
	})
	for _, t := range c.Templates {
		text, patches := measured(string(t.Data))
		if len(patches) > 0 {
			name := path.Join(c.ChartFullPath(), t.Name)
			h.patched[name] = patched{string(t.Data), patches}
			t.Data = []byte(text)
		}
	}
	for _, d := range c.Dependencies() {
		h.measure(d)
	}
}

// A patched template is one with calls of the meter.
type patched struct {
	text    string // without them
	patches []patch
}

var templateError = regexp.MustCompile(`([\w./-]+\.(?:ya?ml|tpl|txt|json)):(\d+)(?::(\d+))?`)

// culprit finds the template and line that an error names.
func (h *helmChart) culprit(err error) (graph.Site, string) {
	text := err.Error()
	if o, ok := err.(overrun); ok && o.where != nil {
		text = o.where.Error()
	}
	m := templateError.FindStringSubmatch(text)
	if m == nil {
		return graph.Site{File: path.Join(h.dir, "Chart.yaml")}, ""
	}
	site := graph.Site{File: h.file(m[1])}
	site.Line, _ = strconv.Atoi(m[2])
	site.Col, _ = strconv.Atoi(m[3])
	if p, ok := h.patched[m[1]]; ok && site.Col > 0 {
		site.Col = unpatched(p.text, p.patches, site.Line, site.Col)
	}
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
