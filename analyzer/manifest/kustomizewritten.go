package manifest

import (
	"bytes"
	"path"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/api/types"

	"github.com/coordlint/coordlint/graph"
)

// writtenKey is the annotation that says, through a build, where an object was
// written: FILE#INDEX among the objects of a file, FILE:LINE:COL of what a
// kustomization generates. The library's own (buildMetadata) says no more than
// the file, and costs four fifths of a build: it writes down what each
// transformer does to each object.
const writtenKey = "coordlint/written"

// A resourceFile is a file of objects as kustomizations name it.
type resourceFile struct {
	objects []object
	marked  []byte // its objects, each with where it was written
}

// resources returns a file that a kustomization names, parsed once for all. It
// is nil if the file cannot be marked: it is not all objects, or its items share anchors.
func (t *tree) resources(rel string, src []byte) *resourceFile {
	if f, ok := t.written[rel]; ok {
		return f
	}
	t.written[rel] = nil
	objs, gaps := parseObjects(rel, src, func(before int) locator { return inFile(rel, before) })
	if len(objs) == 0 || len(gaps) > 0 {
		return nil
	}
	docs := 0
	for _, d := range documents(src) {
		n, _, err := parseNode(d)
		if err != nil {
			return nil
		}
		if n != nil {
			docs++
		}
	}
	if docs != len(objs) && (docs > len(objs) || bytes.Contains(src, []byte("*"))) {
		return nil
	}
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	for i, o := range objs {
		if enc.Encode(annotated(o.node, rel+"#"+itoa(i))) != nil {
			return nil
		}
	}
	if enc.Close() != nil {
		return nil
	}
	t.written[rel] = &resourceFile{objs, out.Bytes()}
	return t.written[rel]
}

// annotated returns a copy of an object with one more annotation.
func annotated(o *yaml.Node, written string) *yaml.Node {
	with := func(n *yaml.Node, key string, value *yaml.Node) *yaml.Node {
		out := &yaml.Node{Kind: yaml.MappingNode}
		if n = follow(n); n != nil && n.Kind == yaml.MappingNode {
			*out = *n
			out.Content = nil
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value != key {
					out.Content = append(out.Content, n.Content[i], n.Content[i+1])
				}
			}
		}
		out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value)
		return out
	}
	place := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: written, Style: yaml.DoubleQuotedStyle}
	meta := field(o, "metadata")
	return with(o, "metadata", with(meta, "annotations", with(field(meta, "annotations"), writtenKey, place)))
}

// generated marks what a kustomization file generates with the lines that say so.
func generated(k *types.Kustomization, file *yaml.Node, rel string) {
	mark := func(args *types.GeneratorArgs, entry *yaml.Node) {
		if entry == nil || args.Behavior != "" && args.Behavior != "create" {
			return
		}
		if args.Options == nil {
			args.Options = &types.GeneratorOptions{}
		}
		if args.Options.Annotations == nil {
			args.Options.Annotations = map[string]string{}
		}
		args.Options.Annotations[writtenKey] = graph.Site{File: rel, Line: entry.Line, Col: entry.Column}.String()
	}
	for i := range k.ConfigMapGenerator {
		mark(&k.ConfigMapGenerator[i].GeneratorArgs, field(file, "configMapGenerator", itoa(i)))
	}
	for i := range k.SecretGenerator {
		mark(&k.SecretGenerator[i].GeneratorArgs, field(file, "secretGenerator", itoa(i)))
	}
}

// origin takes off a built object where it was written: the place of each of
// its nodes, given the parsed object.
func (f *localFS) origin(res *resource.Resource) (file string, place func(built *yaml.Node) locator) {
	notes := res.GetAnnotations()
	written := notes[writtenKey]
	delete(notes, writtenKey)
	_ = res.SetAnnotations(notes) // it fails for what has no metadata, which has no mark either
	if file, index, ok := strings.Cut(written, "#"); ok && f.tree.written[file] != nil {
		i, _ := strconv.Atoi(index)
		o := f.tree.written[file].objects[i]
		return file, func(built *yaml.Node) locator { return origin(built, o) }
	}
	if written == "" {
		if file, o, ok := f.named(res.GetKind(), res.GetName()); ok {
			return file, func(built *yaml.Node) locator { return origin(built, o) }
		}
	}
	site := graph.Site{File: path.Join(f.dir, "kustomization.yaml")}
	if parts := strings.Split(written, ":"); len(parts) == 3 {
		site.File = parts[0]
		site.Line, _ = strconv.Atoi(parts[1])
		site.Col, _ = strconv.Atoi(parts[2])
	}
	return site.File, func(*yaml.Node) locator { return func(int, int) graph.Site { return site } }
}

// claim notes which objects bear a mark, and so come from nowhere else.
func (f *localFS) claim(all []*resource.Resource) {
	f.claimed = map[string]bool{}
	for _, res := range all {
		f.claimed[res.GetAnnotations()[writtenKey]] = true
	}
}

// named finds the object that a built one was made of by its name alone, where
// a patch took its annotations away: overlays put prefixes and suffixes around
// its name, and a patch may change its kind.
func (f *localFS) named(kind, name string) (in string, found object, ok bool) {
	for _, file := range f.files {
		for i, o := range f.tree.written[file].objects {
			if f.claimed[file+"#"+itoa(i)] || !strings.Contains(name, o.name) || o.kind != kind && (o.name != name || field(o.node, "spec", "template") == nil) {
				continue
			}
			if better := o.kind == kind && found.kind != kind || len(o.name) > len(found.name); !ok || better {
				in, found, ok = file, o, true
			}
		}
	}
	return in, found, ok
}
