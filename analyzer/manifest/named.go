package manifest

import (
	"io"
	"path"
	"path/filepath"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// named reads the sources that the user names.
func (d *discovery) named() {
	t := d.tree
	d.skaffold()
	for _, p := range d.opt.Paths {
		if p == "-" {
			src, err := io.ReadAll(io.LimitReader(d.opt.Stdin, maxFile+1))
			if err != nil || len(src) > maxFile {
				d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: "-"}, Text: "standard input cannot be read, or is too large", Hard: true})
				continue
			}
			d.add("stdin", "-", func(r *reader) ([]object, bool) {
				objs, gaps := parseObjects("-", src, func(before int) locator { return inFile("-", before) })
				r.gaps = append(r.gaps, gaps...)
				return objs, true
			})
			continue
		}
		rel, ok := t.within(".", p)
		dir, there := t.stat(rel)
		if filepath.IsAbs(p) && !ok {
			d.outside(p)
			continue
		}
		if !ok || !there {
			d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: p}, Text: "is not there, or lies outside of the root", Hard: true})
			continue
		}
		base := path.Base(rel)
		_, isKustomization := t.kustomizationIn(rel)
		switch {
		case dir && slices.Contains(t.charts, rel):
			d.chart(rel)
		case dir && isKustomization:
			d.add("kustomize", rel, func(r *reader) ([]object, bool) { return r.kustomize(t, rel) })
		case kustomizeName.MatchString(base):
			d.add("kustomize", path.Dir(rel), func(r *reader) ([]object, bool) { return r.kustomize(t, path.Dir(rel)) })
		case composeName.MatchString(base):
			d.add("compose", rel, func(r *reader) ([]object, bool) { r.compose(t, []string{rel}, d.profiles()); return nil, true })
		case dir:
			var files []string
			for _, f := range t.yamls {
				if _, in := beneath(f, rel); in || rel == "." {
					files = append(files, f)
				}
			}
			before := len(d.found)
			d.composed(rel)
			composes := slices.Clone(d.found[before:])
			d.found = d.found[:before]
			if c := d.add("yaml", rel, func(r *reader) ([]object, bool) { return r.files(t, files), true }); len(composes) > 0 && len(c.set.Workloads)+len(c.set.Services)+len(c.set.Configs)+len(c.gaps) == 0 {
				d.found = d.found[:before]
			}
			d.found = append(d.found, composes...)
		default:
			d.add("yaml", rel, func(r *reader) ([]object, bool) { return r.files(t, []string{rel}), true })
		}
	}
}

func (t *tree) kustomizationIn(dir string) (string, bool) {
	for _, k := range t.kustomize {
		if path.Dir(k) == dir {
			return k, true
		}
	}
	return "", false
}

func (d *discovery) profiles() []string {
	if d.opt.Env == "" {
		return nil
	}
	return []string{d.opt.Env}
}

// files reads plain manifest files.
func (r *reader) files(t *tree, files []string) []object {
	var out []object
	for _, f := range files {
		src, err := t.read(f)
		if err != nil {
			if path.Ext(f) != ".json" {
				r.gaps = append(r.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f}, Text: err.Error(), Hard: true})
			}
			continue
		}
		objs, gaps := parseObjects(f, src, func(before int) locator { return inFile(f, before) })
		out = append(out, objs...)
		r.gaps = append(r.gaps, gaps...)
	}
	return out
}
