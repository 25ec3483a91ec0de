package manifest

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

// TestCommandLine compares what is rendered of charts and kustomizations,
// written anew after the examples of Helm's and Kustomize's guides, with what
// their command-line tools print: each archive's file "want" is the output of
// helm template (helm v3.22.0) with the chart's name for the release, or of
// kustomize build (kustomize v5.8.1). Documents are compared as values.
func TestCommandLine(t *testing.T) {
	archives, _ := filepath.Glob("testdata/cli/*.txtar")
	if len(archives) != 6 {
		t.Fatalf("%d archives, want three of each tool", len(archives))
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			root, at := unpackArchive(t, ar)
			r := &reader{set: &Set{}}
			var objects []object
			tree := look(root)
			if strings.HasPrefix(filepath.Base(name), "helm") {
				h, gaps := openChart(tree, ".")
				if h == nil {
					t.Fatal(gaps)
				}
				objects, r.gaps = h.render(map[string]any{})
			} else {
				objects, _ = r.kustomize(tree, ".")
			}
			if len(r.gaps) > 0 {
				t.Errorf("gaps: %v", r.gaps)
			}
			var got []*yaml.Node
			for _, o := range objects {
				got = append(got, o.node)
			}
			var want []*yaml.Node
			for _, d := range documents(ar.Files[at].Data) {
				n, _, err := parseNode(d)
				if err != nil {
					t.Fatal(err)
				}
				if n != nil {
					want = append(want, n)
				}
			}
			compareDocuments(t, got, want)
		})
	}
}

func compareDocuments(t *testing.T, got, want []*yaml.Node) {
	t.Helper()
	byName := func(nodes []*yaml.Node) map[string]any {
		out := map[string]any{}
		for _, n := range nodes {
			var v any
			if err := n.Decode(&v); err != nil {
				t.Fatal(err)
			}
			out[fmt.Sprintf("%s/%s/%s", text(n, "kind"), text(n, "metadata", "namespace"), text(n, "metadata", "name"))] = v
		}
		return out
	}
	g, w := byName(got), byName(want)
	if len(w) == 0 || len(g) != len(got) || len(w) != len(want) {
		t.Fatalf("%d documents of %d names, want %d of %d", len(got), len(g), len(want), len(w))
	}
	var names []string
	for name := range w {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !reflect.DeepEqual(g[name], w[name]) {
			t.Errorf("%s:\n got %v\nwant %v", name, g[name], w[name])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d documents, want %d", len(g), len(w))
	}
}
