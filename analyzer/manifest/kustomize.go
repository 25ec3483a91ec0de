package manifest

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/coordlint/coordlint/graph"
)

// buildTime bounds the building of one kustomization, and allBuilds that of
// all together.
const (
	buildTime = 10 * time.Second
	allBuilds = 60 * time.Second
)

// A kustomization is one kustomization file.
type kustomization struct {
	file      string   // relative to the root
	dir       string   // of the file
	component bool     // of kind Component
	uses      []string // directories of other kustomizations
	files     []string // files that it names
}

// kustomizations parses all kustomization files of the tree, for what they
// name. A file that is not YAML is a gap when it is built.
func (t *tree) kustomizations() []kustomization {
	var out []kustomization
	for _, file := range t.kustomize {
		k := kustomization{file: file, dir: path.Dir(file)}
		if src, err := t.read(file); err == nil {
			if n, _, err := parseNode(document{text: src}); err == nil {
				k.component = text(n, "kind") == "Component"
				for _, key := range []string{"resources", "bases", "components", "crds", "generators", "transformers", "patchesStrategicMerge"} {
					for _, name := range texts(n, key) {
						k.name(t, name)
					}
				}
				for _, key := range []string{"patches", "patchesJson6902"} {
					for _, p := range items(field(n, key)) {
						k.name(t, text(p, "path"))
					}
				}
			}
		}
		out = append(out, k)
	}
	return out
}

func (k *kustomization) name(t *tree, name string) {
	rel, ok := t.within(k.dir, name)
	if !ok || name == "" || strings.Contains(name, "\n") {
		return
	}
	dir, there := t.stat(rel)
	switch {
	case there && dir:
		k.uses = append(k.uses, rel)
	case there:
		k.files = append(k.files, rel)
	}
}

// kustomize builds the kustomization of a directory.
func (r *reader) kustomize(t *tree, dir string) (objects []object, ok bool) {
	fsys := &localFS{FileSystem: filesys.MakeFsOnDisk(), tree: t, dir: dir, plain: map[string]bool{}, deadline: time.Now().Add(min(buildTime, allBuilds-t.spent))}
	defer func(start time.Time) { t.spent += time.Since(start) }(time.Now())
	defer func() {
		r.gaps = append(r.gaps, fsys.gaps...)
		if p := recover(); p != nil {
			r.failed(fsys, dir, fmt.Errorf("cannot be built: %v", p))
			objects, ok = nil, false
		}
	}()
	opts := krusty.MakeDefaultOptions()
	opts.LoadRestrictions = types.LoadRestrictionsNone // the tree's own limits hold
	m, err := fsys.build(opts, filepath.Join(t.root, filepath.FromSlash(dir)))
	if err != nil {
		r.failed(fsys, dir, err)
		return nil, false
	}
	fsys.claim(m.Resources())
	for _, res := range m.Resources() {
		file, place := fsys.origin(res)
		text, err := res.AsYAML()
		if err != nil {
			r.gap(graph.Site{File: file}, "kustomization: %v", err)
			continue
		}
		objs, gaps := parseObjects(file, text, func(int) locator { return func(int, int) graph.Site { return graph.Site{File: file} } })
		r.gaps = append(r.gaps, gaps...)
		for i := range objs {
			objs[i].at = place(objs[i].node)
		}
		objects = append(objects, objs...)
	}
	return objects, true
}

func (r *reader) failed(fsys *localFS, dir string, err error) {
	msg := strings.ReplaceAll(err.Error(), fsys.tree.root+string(filepath.Separator), "")
	msg = strings.ReplaceAll(msg, fsys.tree.root, ".")
	site := graph.Site{File: path.Join(dir, "kustomization.yaml")}
	for _, k := range fsys.tree.kustomize {
		if path.Dir(k) == dir {
			site.File = k
		}
	}
	r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: site, Text: "kustomization: " + brief(msg), Hard: true})
}

// origin maps the nodes of a built object to the places of the same fields in
// the object as it was written. A field that was added by an overlay has the
// place of the nearest one around it.
func origin(built *yaml.Node, o object) locator {
	type key struct{ line, col int }
	places := map[key]graph.Site{}
	var walk func(b, w *yaml.Node, site graph.Site)
	walk = func(b, w *yaml.Node, site graph.Site) {
		b, w = follow(b), follow(w)
		if b == nil {
			return
		}
		if w != nil {
			site = o.siteOf(w)
		}
		if _, ok := places[key{b.Line, b.Column}]; !ok {
			places[key{b.Line, b.Column}] = site
		}
		switch b.Kind {
		case yaml.MappingNode:
			for _, p := range pairs(b) {
				var other *yaml.Node
				if w != nil {
					other = field(w, p.key.Value)
				}
				walk(p.value, other, site)
			}
		case yaml.SequenceNode:
			for i, e := range items(b) {
				walk(e, same(w, e, i), site)
			}
		}
	}
	walk(built, o.node, o.site())
	return func(line, col int) graph.Site {
		if s, ok := places[key{line, col}]; ok {
			return s
		}
		return o.site()
	}
}

// same finds the element of a written sequence that a built one comes from:
// the one of the same name, else the one at the same index.
func same(w, e *yaml.Node, i int) *yaml.Node {
	if w == nil {
		return nil
	}
	if name := text(e, "name"); name != "" {
		for _, x := range items(w) {
			if text(x, "name") == name {
				return x
			}
		}
		return nil
	}
	return field(w, itoa(i))
}
