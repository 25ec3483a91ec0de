package manifest

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/ignore"

	"github.com/coordlint/coordlint/graph"
)

// renderTime bounds the rendering of one chart. Charts of a hundred templates
// render in well under a second.
const renderTime = 10 * time.Second

// allRenders bounds the rendering of all charts together.
const allRenders = 2 * time.Minute

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

	name, namespace string // of the release; "": the chart's name, and default

	patched map[string]patched // templates that measure changed, by their names in the chart
}

// openChart loads a chart from disk. Dependencies come from charts/ and from
// file:// repositories under the root; what would have to be fetched is a gap.
func openChart(t *tree, dir string) (*helmChart, []graph.Gap) {
	h := &helmChart{tree: t, dir: dir, moved: map[string]string{}, patched: map[string]patched{}}
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
	src, _ := h.tree.read(path.Join(dir, ".helmignore"))
	rules, err := ignore.Parse(bytes.NewReader(src))
	if err != nil {
		h.gaps = append(h.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: path.Join(dir, ".helmignore")}, Text: "chart: " + err.Error()})
		rules = ignore.Empty()
	}
	rules.AddDefaults()
	left := func(rel string, d fs.DirEntry) bool {
		info, err := d.Info()
		return err == nil && rules.Ignore(rel, info)
	}
	err = filepath.WalkDir(base, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return cause(err)
		}
		rel, _ := filepath.Rel(base, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || left(rel, d)) {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() && !h.linked(path.Join(dir, rel), d) || left(rel, d) {
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

// linked reports whether an entry is a symbolic link to a file of the tree.
func (h *helmChart) linked(rel string, d fs.DirEntry) bool {
	dir, ok := h.tree.stat(rel)
	return d.Type()&fs.ModeSymlink != 0 && ok && !dir
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
