package manifest

import (
	"bytes"
	"cmp"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// An application is what a tool that deploys from the repository installs: a
// chart, a kustomization, or a directory of plain files.
type application struct {
	release        // of a chart
	path    string // of the tree, else; "" if it is not there
	env     string // what tells it apart from the same one elsewhere, by its name and its files
}

// gitops reads the objects of Argo CD (Application, ApplicationSet) and of Flux
// (HelmRelease, Kustomization) in the tree as one source each: all that they
// deploy. Of one thing that is deployed in several environments the one that
// counts most is taken.
func (d *discovery) gitops() {
	var argo, flux []application
	var files [2]string
	r := &reader{set: &Set{}}
	for _, f := range d.tree.yamls {
		src, err := d.tree.read(f)
		if err != nil || !bytes.Contains(src, []byte("argoproj.io/")) && !bytes.Contains(src, []byte(".toolkit.fluxcd.io/")) {
			continue
		}
		objs, _ := parseObjects(f, src, func(before int) locator { return inFile(f, before) }) // the files are read for their errors later
		for _, o := range objs {
			found := d.applications(r, o)
			switch {
			case len(found) == 0:
			case o.group == "argoproj.io":
				argo, files[0] = append(argo, found...), common(files[0], f)
			default:
				flux, files[1] = append(flux, found...), common(files[1], f)
			}
		}
	}
	d.gitopsSource("argocd", files[0], argo, r.gaps)
	d.gitopsSource("flux", files[1], flux, nil)
}

// common returns the directory of both a directory, "" at first, and a file.
func common(dir, file string) string {
	at := path.Dir(file)
	if dir == "" {
		return at
	}
	for dir != "." {
		if _, in := beneath(at, dir); in {
			return dir
		}
		dir = path.Dir(dir)
	}
	return dir
}

func (d *discovery) gitopsSource(kind, at string, apps []application, gaps []graph.Gap) {
	apps = d.nearest(apps)
	if !slices.ContainsFunc(apps, func(a application) bool { return a.chart != "" || a.path != "" }) {
		d.gaps = append(d.gaps, gaps...)
		return
	}
	d.deployed = append(d.deployed, at)
	d.add(kind, at, func(r *reader) ([]object, bool) {
		r.gaps = append(r.gaps, gaps...)
		var out []object
		for _, a := range apps {
			var objs []object
			switch _, kustomized := d.tree.kustomizationIn(a.path); {
			case a.path == "":
				objs = r.release(d.tree, a.release)
			case kustomized:
				objs, _ = r.kustomize(d.tree, a.path)
			default:
				var files []string
				for _, f := range d.tree.yamls {
					if path.Dir(f) == a.path {
						files = append(files, f)
					}
				}
				objs = r.files(d.tree, files)
			}
			for i := range objs {
				objs[i].namespace = or(objs[i].namespace, a.namespace)
			}
			out = append(out, objs...)
		}
		return out, true
	})
}

// nearest keeps, of applications that bear the same name but for the names of
// environments, those of the environment that counts most.
func (d *discovery) nearest(apps []application) []application {
	best := map[string]int{}
	key := func(a application) string {
		words := strings.FieldsFunc(a.name, func(r rune) bool { return r == '-' || r == '_' || r == '.' })
		words = slices.DeleteFunc(words, func(w string) bool { return rank(w, d.opt.Env) != 0 })
		return strings.Join(words, "-")
	}
	for _, a := range apps {
		if n, ok := best[key(a)]; !ok || rank(a.env, d.opt.Env) < n {
			best[key(a)] = rank(a.env, d.opt.Env)
		}
	}
	taken := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(apps), func(a application) bool {
		n := rank(a.env, d.opt.Env)
		d.known = d.known || n == -2
		id := key(a) + " " + cmp.Or(a.chart, a.path, a.remote)
		drop := n != best[key(a)] || taken[id]
		taken[id] = taken[id] || !drop
		return drop
	})
}

// applications reads an object of such a tool.
func (d *discovery) applications(r *reader, o object) []application {
	switch {
	case o.group == "argoproj.io" && o.kind == "Application":
		return d.argoApplication(r, o, field(o.node, "spec"), o.name)
	case o.group == "argoproj.io" && o.kind == "ApplicationSet":
		return d.argoSet(r, o)
	case o.group == "helm.toolkit.fluxcd.io" && o.kind == "HelmRelease":
		return d.fluxRelease(o)
	case o.group == "kustomize.toolkit.fluxcd.io" && o.kind == "Kustomization":
		if at, ok := d.tree.within("", text(o.node, "spec", "path")); ok {
			if dir, there := d.tree.stat(at); there && dir {
				rel := release{name: o.name, namespace: text(o.node, "spec", "targetNamespace"), site: o.site()}
				return []application{{release: rel, path: at, env: o.name + "/" + at}}
			}
		}
	}
	return nil
}

// argoApplication reads the sources of an Application, or of a template of one
// (docs/operator-manual/application.yaml of Argo CD).
func (d *discovery) argoApplication(r *reader, o object, spec *yaml.Node, name string) []application {
	var out []application
	sources := items(field(spec, "sources"))
	if n := field(spec, "source"); n != nil {
		sources = append(sources, n)
	}
	for _, s := range sources {
		a := application{release: release{name: or(text(s, "helm", "releaseName"), name), namespace: text(spec, "destination", "namespace"), site: o.siteOf(s)}, env: name}
		at, ok := d.tree.within("", text(s, "path"))
		dir, there := d.tree.stat(at)
		switch {
		case text(s, "chart") != "":
			a.remote = text(s, "chart")
		case text(s, "path") == "":
			continue // it only lends its files to another
		case !ok || !there || !dir:
			r.gap(a.site, "%s/%s deploys %s of %s, which is not in the tree", o.kind, o.name, text(s, "path"), text(s, "repoURL"))
			continue
		case slices.Contains(d.tree.charts, at):
			a.chart = at
		default:
			a.path = at
		}
		a.env += "/" + at
		for _, f := range texts(s, "helm", "valueFiles") {
			rel, ok := d.tree.within(a.chart, f)
			if ref, rest, found := strings.Cut(f, "/"); found && strings.HasPrefix(ref, "$") {
				rel, ok = d.tree.within("", rest)
			}
			if ok {
				a.files, a.env = append(a.files, rel), a.env+"/"+rel
			}
		}
		if v := inlineValues(field(s, "helm", "valuesObject")); v != nil {
			a.inline = append(a.inline, v)
		}
		if n := field(s, "helm", "values"); n != nil && n.Kind == yaml.ScalarNode {
			if body, _, err := parseNode(document{text: []byte(n.Value)}); err == nil && body != nil {
				if v := inlineValues(body); v != nil {
					a.inline = append(a.inline, v)
				}
			}
		}
		for _, p := range items(field(s, "helm", "parameters")) {
			if v := text(p, "value"); text(p, "name") != "" && !strings.Contains(v, "{{") {
				a.sets = append(a.sets, text(p, "name")+"="+strings.ReplaceAll(v, ",", `\,`))
			}
		}
		out = append(out, a)
	}
	return out
}

// fluxRelease reads a HelmRelease (api/v2 of helm-controller).
func (d *discovery) fluxRelease(o object) []application {
	spec := field(o.node, "spec")
	a := application{release: release{name: or(text(spec, "releaseName"), o.name), namespace: or(text(spec, "targetNamespace"), o.namespace), site: o.site()}, env: o.name + "/" + o.site().File}
	if !a.locate(d.tree, "", text(spec, "chart", "spec", "chart")) {
		return nil
	}
	for _, f := range texts(spec, "chart", "spec", "valuesFiles") {
		if rel, ok := d.tree.within("", f); ok {
			a.files = append(a.files, rel)
		}
	}
	if v := inlineValues(field(spec, "values")); v != nil {
		a.inline = append(a.inline, v)
	}
	return []application{a}
}
