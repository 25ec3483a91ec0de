package manifest

import (
	"path"
	"regexp"
	"slices"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"

	"github.com/coordlint/coordlint/graph"
)

// maxMissing is how many objects that would be fetched may have patches.
const maxMissing = 50

// An absentee is an object that a kustomization patches and that is not there,
// since the base that has it would be fetched.
type absentee struct{ kind, name string }

// unpatchable is what the library says of a patch without an object.
var unpatchable = regexp.MustCompile(`(?:failed to find unique target for patch|no resource matches strategic merge patch) "?(\w+)\.[\w.\[\]]*/([\w.-]+?)\.\[`)

// build builds the kustomization of a directory on the disk. If bases would be
// fetched, patches of what is in them alone are left out.
func (f *localFS) build(opts *krusty.Options, dir string) (resmap.ResMap, error) {
	for {
		m, err := krusty.MakeKustomizer(opts).Run(f, dir)
		if err == nil || len(f.gaps) == 0 || len(f.absent) >= maxMissing {
			return m, err
		}
		found := unpatchable.FindStringSubmatch(err.Error())
		if found == nil || slices.Contains(f.absent, absentee{found[1], found[2]}) {
			return m, err
		}
		f.absent = append(f.absent, absentee{found[1], found[2]})
	}
}

// idle reports whether an entry of a file's list of patches is for an object
// that is absent. It is so whoever uses the file.
func (f *localFS) idle(file string, entry *yaml.Node) bool {
	site := graph.Site{File: file, Line: entry.Line, Col: entry.Column}
	if !f.tree.idle[site] && f.patches(path.Dir(file), entry) {
		f.tree.idle[site] = true
	}
	return f.tree.idle[site]
}

// patches reports whether a patch in a directory is for an absent object.
func (f *localFS) patches(dir string, entry *yaml.Node) bool {
	if len(f.absent) == 0 {
		return false
	}
	patch := entry.Value
	if entry.Kind == yaml.MappingNode {
		if t := field(entry, "target"); t != nil && slices.Contains(f.absent, absentee{text(t, "kind"), text(t, "name")}) {
			return true
		}
		if patch = text(entry, "patch"); patch == "" {
			patch = text(entry, "path")
		}
	}
	src := []byte(patch)
	if rel, ok := f.tree.within(dir, patch); ok && path.Ext(patch) != "" {
		if read, err := f.tree.read(rel); err == nil {
			src = read
		}
	}
	return slices.ContainsFunc(documents(src), func(d document) bool {
		n, _, err := parseNode(d)
		return err == nil && slices.Contains(f.absent, absentee{text(n, "kind"), text(n, "metadata", "name")})
	})
}
