package manifest

import (
	"bytes"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// locator turns a place in the text that was parsed into a site.
type locator func(line, col int) graph.Site

// inFile is the locator of text that stands in a file as it is.
func inFile(file string, before int) locator {
	return func(line, col int) graph.Site {
		return graph.Site{File: file, Line: line + before, Col: col}
	}
}

// looksLikeObject reports whether text was meant to be a Kubernetes object.
func looksLikeObject(src []byte) bool {
	return bytes.Contains(src, []byte("kind")) && bytes.Contains(src, []byte("apiVersion")) && objectVersion.Match(src) && objectKind.Match(src)
}

// parseObjects returns the Kubernetes objects of a file, Lists taken apart. A
// document that was meant as an object and cannot be parsed is a gap; other
// YAML is none.
func parseObjects(file string, src []byte, place func(before int) locator) ([]object, []graph.Gap) {
	if !looksLikeObject(src) {
		return nil, nil
	}
	var out []object
	var gaps []graph.Gap
	for _, d := range documents(src) {
		if !looksLikeObject(d.text) {
			continue
		}
		n, line, err := parseNode(d)
		if err != nil {
			site := place(0)(line, 0)
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: site, Text: "not valid YAML: " + err.Error(), Hard: true})
			continue
		}
		objs, gs := unpack(n, place(d.line), 0)
		out = append(out, objs...)
		gaps = append(gaps, gs...)
		if len(out) > maxObjects {
			gaps = append(gaps, graph.Gap{Kind: "manifest", Site: graph.Site{File: file}, Hard: true,
				Text: fmt.Sprintf("has more than %d objects: the rest is not read", maxObjects)})
			return out[:maxObjects], gaps
		}
	}
	return out, gaps
}

// unpack makes objects of a node: one, or those of a List.
func unpack(n *yaml.Node, at locator, depth int) ([]object, []graph.Gap) {
	kind, version := text(n, "kind"), text(n, "apiVersion")
	if kind == "" || version == "" || depth > 3 {
		return nil, nil
	}
	if strings.HasSuffix(kind, "List") && field(n, "items") != nil {
		var out []object
		var gaps []graph.Gap
		for _, item := range items(field(n, "items")) {
			objs, gs := unpack(item, at, depth+1)
			out = append(out, objs...)
			gaps = append(gaps, gs...)
		}
		return out, gaps
	}
	group, _, ok := strings.Cut(version, "/")
	if !ok {
		group = ""
	}
	o := object{node: n, at: at, group: group, version: version, kind: kind,
		name: text(n, "metadata", "name"), namespace: text(n, "metadata", "namespace")}
	if o.name == "" {
		o.name = text(n, "metadata", "generateName")
	}
	return []object{o}, nil
}

// An object is a Kubernetes object before its kind is looked at.
type object struct {
	node                 *yaml.Node
	at                   locator
	group, version, kind string
	name, namespace      string
}

// site is the place of a field, or of the nearest enclosing one that exists.
func (o object) site(keys ...string) graph.Site {
	for i := len(keys); i > 0; i-- {
		if n := field(o.node, keys[:i]...); n != nil {
			if i == len(keys) {
				return o.at(n.Line, n.Column)
			}
			return o.at(n.Line, n.Column)
		}
	}
	return o.at(o.node.Line, o.node.Column)
}

func (o object) siteOf(n *yaml.Node) graph.Site {
	if n == nil {
		return o.site()
	}
	return o.at(n.Line, n.Column)
}
