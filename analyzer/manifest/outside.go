package manifest

import (
	"os"
	"path/filepath"
	"reflect"

	"github.com/coordlint/coordlint/graph"
)

// outside reads what the user names and does not lie under the root: a plain
// file, such as what another program has rendered, a compose file, a chart, a
// kustomization, or a directory of manifests. Files that it mounts and builds
// are not of the system's tree, and are not known.
func (d *discovery) outside(name string) {
	info, err := os.Stat(name)
	if err != nil {
		d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: name}, Text: cause(err).Error(), Hard: true})
		return
	}
	dir, base := filepath.Clean(name), "."
	var t *tree
	if info.IsDir() {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			t = look(real)
		} else {
			t = look(dir)
		}
	} else {
		dir, base = filepath.Dir(name), filepath.Base(name)
		t = &tree{root: dir, helmed: map[string]bool{}, idle: map[graph.Site]bool{}, written: map[string]*resourceFile{}}
		t.add(base, base)
	}
	sub := &discovery{tree: t, opt: Options{Paths: []string{base}, Env: d.opt.Env, Mains: d.opt.Mains}, match: d.match}
	sub.named()
	place := func(s *graph.Site) {
		if s.File != "" && !filepath.IsAbs(s.File) {
			s.File = filepath.Join(dir, filepath.FromSlash(s.File))
		}
	}
	for _, c := range sub.found {
		c.source.Path = name
		c.source.Name = c.source.Kind + ":" + name
		for _, w := range c.set.Workloads {
			for _, ct := range append(w.Init, w.Containers...) {
				ct.plan, ct.Context = nil, ""
				for i := range ct.Mounts {
					if ct.Mounts[i].Source != "" {
						ct.Mounts[i].Source, ct.Mounts[i].Known = "", false
					}
				}
			}
		}
		eachSite(reflect.ValueOf(c.set), map[any]bool{}, place)
		eachSite(reflect.ValueOf(c.gaps), map[any]bool{}, place)
		d.found = append(d.found, c)
	}
	gaps := append(t.gaps, sub.gaps...)
	eachSite(reflect.ValueOf(gaps), map[any]bool{}, place)
	d.gaps = append(d.gaps, gaps...)
	d.known = d.known || sub.known
}

// eachSite calls f once on each site in what a value holds. seen are the
// pointers that were followed.
func eachSite(v reflect.Value, seen map[any]bool, f func(*graph.Site)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.CanInterface() && !seen[v.Interface()] {
			seen[v.Interface()] = true
			eachSite(v.Elem(), seen, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			eachSite(v.Index(i), seen, f)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[graph.Site]() {
			if v.CanAddr() && v.CanInterface() {
				f(v.Addr().Interface().(*graph.Site))
			}
			return
		}
		for i := range v.NumField() {
			eachSite(v.Field(i), seen, f)
		}
	}
}
