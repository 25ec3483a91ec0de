package manifest

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// skaffold reads skaffold files: how images are built, and what is deployed.
func (d *discovery) skaffold() {
	for _, f := range d.tree.skaffolds {
		src, err := d.tree.read(f)
		if err != nil {
			d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f}, Text: err.Error(), Hard: true})
			continue
		}
		for _, doc := range documents(src) {
			n, line, err := parseNode(doc)
			if err != nil {
				d.gaps = append(d.gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: f, Line: line}, Text: "not valid YAML: " + err.Error(), Hard: true})
				continue
			}
			at := inFile(f, doc.line)
			for _, a := range items(field(n, "build", "artifacts")) {
				image := text(a, "image")
				if image == "" {
					continue
				}
				context, ok := d.tree.within(path.Dir(f), text(a, "context"))
				if !ok {
					continue
				}
				p := &plan{context: context, target: text(a, "docker", "target"), site: at(a.Line, a.Column)}
				p.args = nodeLabels(field(a, "docker", "buildArgs"))
				p.dockerfile = path.Join(context, "Dockerfile")
				if file := text(a, "docker", "dockerfile"); file != "" {
					p.dockerfile = path.Join(context, file)
				}
				if ko := field(a, "ko"); ko != nil {
					p.main = path.Join(context, text(ko, "dir"), text(ko, "main"))
				}
				d.plan(image, p)
			}
			for _, keys := range [][]string{{"manifests", "kustomize", "paths"}, {"deploy", "kustomize", "paths"}, {"manifests", "rawYaml"}, {"deploy", "kubectl", "manifests"}} {
				for _, p := range texts(n, keys...) {
					rel, ok := d.tree.within(path.Dir(f), p)
					for strings.ContainsAny(rel, "*?[") {
						rel = path.Dir(rel)
					}
					if ok {
						d.deployed = append(d.deployed, rel)
					}
				}
			}
			for _, keys := range [][]string{{"manifests", "helm", "releases"}, {"deploy", "helm", "releases"}} {
				for _, r := range items(field(n, keys...)) {
					d.skaffoldRelease(path.Dir(f), r, at(r.Line, r.Column))
				}
			}
		}
	}
}

// skaffoldRelease notes a release of the helm deployer, and what it deploys.
func (d *discovery) skaffoldRelease(dir string, n *yaml.Node, site graph.Site) {
	rel := release{name: text(n, "name"), namespace: text(n, "namespace"), site: site}
	if !rel.locate(d.tree, dir, text(n, "chartPath")) || rel.chart == "" || rel.name == "" || strings.Contains(rel.name, "{{") {
		return
	}
	d.deployed = append(d.deployed, rel.chart)
	for _, f := range texts(n, "valuesFiles") {
		if at, ok := d.tree.within(dir, f); ok {
			rel.files = append(rel.files, at)
		}
	}
	if v := inlineValues(field(n, "overrides")); v != nil {
		rel.inline = append(rel.inline, v)
	}
	for _, key := range []string{"setValues", "setValueTemplates"} {
		for _, p := range pairs(field(n, key)) {
			if p.value.Kind == yaml.ScalarNode && !strings.Contains(p.value.Value, "{{") {
				rel.sets = append(rel.sets, p.key.Value+"="+strings.ReplaceAll(p.value.Value, ",", `\,`))
			}
		}
	}
	d.releases = append(d.releases, rel)
}

// plan notes how an image is built, under its name and the last part of it.
// The first that names it counts.
func (d *discovery) plan(image string, p *plan) {
	repo := repository(image)
	for _, name := range []string{repo, path.Base(repo)} {
		if d.match.plans[name] == nil {
			d.match.plans[name] = p
		}
	}
}
