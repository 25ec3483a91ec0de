package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/coordlint/coordlint/graph"
)

// A localFS is the disk, without what lies outside of the root, without files
// that are too large, and with kustomization files that fetch nothing.
type localFS struct {
	filesys.FileSystem
	tree *tree
	gaps []graph.Gap

	dir     string          // of the kustomization
	plain   map[string]bool // files that are named as resources
	files   []string        // of those, what was read and marked
	claimed map[string]bool // objects of these that bear their marks after the build
	absent  []absentee      // what is patched and would be fetched

	reads    int       // of files
	deadline time.Time // after which nothing is read any more, so that building ends
}

// maxReads is how many files one kustomization may read, those that it uses
// included, each as often as it is used.
const maxReads = 20_000

// ReadFile implements filesys.FileSystem.
func (f *localFS) ReadFile(name string) ([]byte, error) {
	if f.reads++; f.reads > maxReads || time.Now().After(f.deadline) {
		return nil, fmt.Errorf("it reads more than %d files, or takes longer than %s", maxReads, buildTime)
	}
	rel, ok := f.tree.within("", name)
	if !ok {
		return nil, errors.New("it lies outside of the root")
	}
	src, err := f.tree.read(rel)
	switch {
	case err != nil:
		return nil, err
	case f.plain[rel]:
		if marked := f.tree.resources(rel, src); marked != nil {
			f.files = append(f.files, rel)
			return marked.marked, nil
		}
		return src, nil
	case !kustomizeName.MatchString(path.Base(rel)):
		return src, nil
	}
	return f.clean(rel, src), nil
}

// clean takes out of a kustomization file what would be fetched or run, each
// with a gap, marks what it generates, and rewrites obsolete fields, of which
// the library would warn on standard error.
func (f *localFS) clean(rel string, src []byte) []byte {
	n, _, err := parseNode(document{text: src})
	if err != nil || n == nil || n.Kind != yaml.MappingNode {
		return src
	}
	gap := func(at *yaml.Node, format string, args ...any) {
		site := graph.Site{File: rel, Line: at.Line, Col: at.Column}
		for _, g := range f.gaps {
			if g.Site == site {
				return
			}
		}
		f.gaps = append(f.gaps, graph.Gap{Kind: "manifest", Site: site, Text: "kustomization: " + fmt.Sprintf(format, args...), Hard: true})
	}
	var kept []*yaml.Node
	for _, p := range pairs(n) {
		switch p.key.Value {
		case "helmCharts", "helmChartInflationGenerator", "helmGlobals":
			gap(p.key, "%s would be fetched", p.key.Value)
			continue
		case "buildMetadata":
			continue
		case "resources", "bases", "components":
			var list []*yaml.Node
			for _, e := range items(p.value) {
				to, inside := f.tree.within(path.Dir(rel), e.Value)
				dir, there := f.tree.stat(to)
				switch {
				case remote(e.Value):
					gap(e, "%s would be fetched", e.Value)
				case !inside:
					gap(e, "%s lies outside of the root", e.Value)
				case !there:
					gap(e, "%s is not there", e.Value)
				default:
					f.plain[to] = f.plain[to] || !dir
					list = append(list, e)
				}
			}
			v := *p.value
			v.Content = list
			p.value = &v
		case "patches", "patchesStrategicMerge", "patchesJson6902":
			v := *p.value
			v.Content = nil
			for _, e := range items(p.value) {
				if u := fetched(e, 0); u != nil || remote(e.Value) {
					gap(e, "%s would be fetched", or(e.Value, "a patch"))
				} else if f.idle(rel, e) {
					gap(e, "the patch is for an object that is not there, or would be fetched")
				} else {
					v.Content = append(v.Content, e)
				}
			}
			if p.value = &v; len(v.Content) == 0 {
				continue
			}
		default:
			if e := fetched(p.value, 0); e != nil {
				gap(e, "%s would be fetched", e.Value)
				continue
			}
		}
		kept = append(kept, p.key, p.value)
	}
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.MappingNode, Content: kept})
	if err != nil {
		return src
	}
	var k types.Kustomization
	if k.Unmarshal(out) != nil {
		return out
	}
	k.FixKustomization()
	if k.FixKustomizationPreMarshalling(dirFS{f, path.Dir(rel)}) != nil {
		return out
	}
	generated(&k, n, rel)
	if k.MetaData == nil {
		k.MetaData = &types.ObjectMeta{Name: "cleaned"} // where nothing is left, the library would take it for a mistake
	}
	fixed, err := json.Marshal(&k) // which is YAML, too
	if err != nil {
		return out
	}
	return fixed
}

// A dirFS reads names relative to a directory of the tree.
type dirFS struct {
	*localFS
	dir string
}

// ReadFile implements filesys.FileSystem.
func (d dirFS) ReadFile(name string) ([]byte, error) {
	rel, ok := d.tree.within(d.dir, name)
	if !ok || strings.Contains(name, "\n") {
		return nil, errors.New("no file")
	}
	return d.tree.read(rel)
}

// remote reports whether kustomize would fetch a resource.
func remote(name string) bool {
	return strings.Contains(name, "://") || strings.HasPrefix(name, "git@") || strings.HasPrefix(name, "git::") ||
		strings.HasPrefix(name, "github.com/") || strings.HasPrefix(name, "gitlab.com/") || strings.Contains(name, "?ref=")
}

// fetched returns a scalar under keys that name files whose value is a URL.
func fetched(n *yaml.Node, depth int) *yaml.Node {
	n = follow(n)
	if n == nil || depth > 5 {
		return nil
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for _, e := range items(n) {
			if e.Kind == yaml.ScalarNode && (strings.HasPrefix(e.Value, "https://") || strings.HasPrefix(e.Value, "http://")) {
				return e
			}
			if f := fetched(e, depth+1); f != nil {
				return f
			}
		}
	case yaml.MappingNode:
		for _, p := range pairs(n) {
			if p.key.Value == "path" && (strings.HasPrefix(p.value.Value, "https://") || strings.HasPrefix(p.value.Value, "http://")) {
				return p.value
			}
			if p.key.Value == "literals" || p.key.Value == "patch" {
				continue
			}
			if f := fetched(p.value, depth+1); f != nil {
				return f
			}
		}
	}
	return nil
}
