package manifest

import (
	"cmp"
	"path"
	"slices"
	"strings"
)

// overlays reads the kustomizations that no other uses, and those that are
// deployed by themselves although others do.
func (d *discovery) overlays(ks []kustomization) {
	roots, built := standing(ks)
	slices.SortStableFunc(roots, func(a, b kustomization) int { return cmp.Compare(rank(a.dir, d.opt.Env), rank(b.dir, d.opt.Env)) })
	serves := false
	for _, k := range roots {
		if serves && rank(k.dir, d.opt.Env) >= 3 {
			d.found = append(d.found, &candidate{source: Source{Name: "kustomize:" + k.dir, Kind: "kustomize", Path: k.dir}, set: &Set{}})
			continue
		}
		c := d.add("kustomize", k.dir, func(r *reader) ([]object, bool) { return r.kustomize(d.tree, k.dir) })
		c.base = built[k.dir]
		serves = serves || len(c.set.Workloads) > 0
	}
}

// plain reads the manifest files that belong to no chart and to no
// kustomization. Directories are taken together as long as they do not
// declare the same objects: those are environments of one another.
func (d *discovery) plain(ks []kustomization) {
	taken := map[string]bool{}
	for _, k := range ks {
		taken[k.dir] = true // what a kustomization leaves out is out
		for _, f := range k.files {
			taken[f] = true
		}
	}
	root := &folder{path: "."}
	var spare reader
	for _, f := range d.tree.yamls {
		if taken[f] || under(taken, path.Dir(f)) {
			continue
		}
		objs := spare.files(d.tree, []string{f})
		if len(objs) > 0 {
			dir := root.at(path.Dir(f))
			dir.objects = append(dir.objects, objs...)
		}
	}
	d.gaps = append(d.gaps, spare.gaps...)
	for _, g := range root.groups() {
		d.add("yaml", g.path, func(r *reader) ([]object, bool) { return g.objects, true })
	}
}

// under reports whether a directory is one of those, or lies under one that
// is not the root.
func under(dirs map[string]bool, dir string) bool {
	for at := dir; at != "."; at = path.Dir(at) {
		if dirs[at] {
			return true
		}
	}
	return dirs[dir]
}

// A folder is a directory with manifests in or under it.
type folder struct {
	path    string
	subs    []*folder
	objects []object
}

func (f *folder) at(dir string) *folder {
	if dir == f.path || dir == "." {
		return f
	}
	rest := strings.TrimPrefix(dir, f.path+"/")
	name, _, _ := strings.Cut(rest, "/")
	full := path.Join(f.path, name)
	i := slices.IndexFunc(f.subs, func(s *folder) bool { return s.path == full })
	if i < 0 {
		f.subs = append(f.subs, &folder{path: full})
		i = len(f.subs) - 1
	}
	return f.subs[i].at(dir)
}

// A group is what one plain source holds.
type group struct {
	path    string
	objects []object
}

// groups merges a folder and what is under it into one group, unless two of
// them declare the same object, or a name says that they are environments.
func (f *folder) groups() []group {
	var out []group
	if len(f.objects) > 0 {
		out = append(out, group{f.path, f.objects})
	}
	var late []group // of other environments
	split := false
	for _, s := range f.subs {
		gs := s.groups()
		if rank(s.path, "") > rank(f.path, "") {
			late = append(late, gs...)
			continue
		}
		for _, g := range gs {
			if rank(g.path, "") > rank(f.path, "") {
				late = append(late, g)
			} else {
				out = append(out, g)
			}
		}
	}
	if len(out) < 2 {
		return append(out, late...)
	}
	seen := map[string]bool{}
	var all []object
	for _, g := range out {
		for _, o := range g.objects {
			key := o.group + "/" + o.kind + "/" + o.namespace + "/" + o.name
			split = split || seen[key]
			all = append(all, o)
		}
		for _, o := range g.objects {
			seen[o.group+"/"+o.kind+"/"+o.namespace+"/"+o.name] = true
		}
	}
	if split {
		return append(out, late...)
	}
	return append([]group{{f.path, all}}, late...)
}

// lateNames are parts of paths that say that a deployment is not the one that
// serves users. The later in the list, the less it counts.
var lateNames = [][]string{
	{"staging", "stage", "preprod", "canary", "uat", "qa", "demo"},
	{"dev", "development", "local", "minikube", "kind", "k3d", "debug", "sandbox"},
	{"test", "tests", "testing", "e2e", "integration", "ci", "hack", "bench", "benchmark", "loadtest"},
	{"example", "examples", "sample", "samples", "tutorial", "tutorials", "docs", "doc", "template", "templates", "contrib", "third_party"},
}

// parts returns the words of a path, in lower case.
func parts(p string) []string {
	return strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return r == '/' || r == '.' || r == '-' || r == '_' })
}

// rank says how late a source counts by the names in its path: 0 for what
// bears no such name, -1 for production. The environment that the user asks
// for comes before all.
func rank(p, env string) int {
	worst := 0
	prod := false
	for _, part := range parts(p) {
		if env != "" && part == strings.ToLower(env) {
			return -2
		}
		prod = prod || part == "prod" || part == "production"
		for i, names := range lateNames {
			if slices.Contains(names, part) {
				worst = max(worst, i+1)
			}
		}
	}
	if worst == 0 && prod {
		return -1
	}
	return worst
}
