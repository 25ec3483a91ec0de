package manifest

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

const fine = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: fine}\nspec: {template: {spec: {containers: [{name: x, image: example/fine}]}}}\n"

// laughs returns anchors that explode: nine to the power of nine words.
func laughs() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [", i, i)
		b.WriteString(strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
		b.WriteString("]\n")
	}
	return b.String()
}

// TestHostile reads files made to break readers. Each must end in seconds,
// without a gigabyte; what is beside it must be read; and what was not read
// must be said, at its file.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("[", 200_000)
	object := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\n"
	for _, c := range []struct {
		name  string
		files map[string]string
		gap   string // FILE: and a part of its text; "" if nothing is lost
	}{
		{"anchors that explode", map[string]string{"bad.yaml": object + laughs()}, ""},
		{"anchors that explode in a pod", map[string]string{"bad.yaml": laughs() + "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad}\nspec: {template: {spec: {containers: *a9}}}\n"}, "bad.yaml: "},
		{"anchors that explode in compose", map[string]string{"compose.yml": laughs() + "services: {a: {image: example/a, command: *a9}}\n"}, "compose.yml: "},
		{"anchors that explode in a kustomization", map[string]string{"k/kustomization.yaml": laughs() + "resources: [x.yaml]\n", "k/x.yaml": fine}, "k/kustomization.yaml: "},
		{"anchors that explode in values", map[string]string{"c/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "c/values.yaml": laughs()}, "c/values.yaml: "},
		{"an anchor in itself", map[string]string{"bad.yaml": object + "data: &a {x: *a}\n"}, "bad.yaml: "},
		{"an anchor in itself in a pod", map[string]string{"bad.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad}\nspec: {template: &t {spec: {containers: [{name: x, env: *t}]}}}\n"}, "bad.yaml: "},
		{"deep nesting", map[string]string{"bad.yaml": object + "data: " + deep}, "bad.yaml: "},
		{"deep nesting in compose", map[string]string{"compose.yml": "services: " + deep}, "compose.yml: "},
		{"deep indentation", map[string]string{"bad.yaml": object + "data:\n" + indented(3000)}, "bad.yaml: a is no text"},
		{"a line of eight megabytes", map[string]string{"bad.yaml": object + "data: {a: " + strings.Repeat("x", 7<<20) + "}\n"}, ""},
		{"tabs", map[string]string{"bad.yaml": object + "data:\n\ta: b\n"}, "bad.yaml: not valid YAML"},
		{"not UTF-8", map[string]string{"bad.yaml": object + "data: {a: \"\xff\xfe\x80\"}\n"}, "bad.yaml: not valid YAML"},
		{"control characters", map[string]string{"bad.yaml": object + "data: {a: \x00\x01}\n"}, "bad.yaml: not valid YAML"},
		{"no mapping", map[string]string{"bad.yaml": "kind: [Deployment]\napiVersion: {a: b}\nspec: 7\n"}, ""},
		{"fields of other types", map[string]string{"bad.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bad}\nspec: {replicas: [many], template: {spec: {containers: {name: x}}}}\n"}, "bad.yaml: "},
		{"a Dockerfile of one endless line", map[string]string{"Dockerfile": "FROM scratch\nRUN " + strings.Repeat("x && ", 500_000)}, "Dockerfile: greater than max allowed size"},
		{"a heredoc without end", map[string]string{"Dockerfile": "FROM scratch\nRUN <<EOF\necho\n"}, "Dockerfile: Dockerfile: "},
		{"scripts in a circle", map[string]string{"compose.yml": "services: {a: {image: example/a, volumes: ['.:/w'], command: /w/a.sh}}\n", "a.sh": "/w/a.sh\n/w/b.sh\n", "b.sh": "/w/a.sh\n/w/a.sh\n"}, ""},
		{"kustomizations that double", doublingKustomizations(24), "k0/kustomization.yaml: "},
		{"compose files that include each other", map[string]string{"compose.yml": "include: [b/compose.yml]\nservices: {a: {image: example/a}}\n", "b/compose.yml": "include: [../compose.yml]\nservices: {b: {image: example/b}}\n"}, "compose.yml: "},
		{"a service that extends itself", map[string]string{"compose.yml": "services: {a: {extends: {service: a}}, b: {image: example/b}}\n"}, "compose.yml: "},
		{"variables that expand themselves", map[string]string{"compose.yml": "services: {a: {image: 'x:${A}'}}\n", ".env": "A=${B}${B}\nB=${A}${A}\n"}, ""},
		{"a skaffold file that is not YAML", map[string]string{"skaffold.yaml": "build: [\n"}, "skaffold.yaml: not valid YAML"},
		{"a helmfile that is not YAML", map[string]string{"helmfile.yaml": "releases: [\n"}, "helmfile.yaml: not valid YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := t.TempDir()
			writeFile(t, filepath.Join(root, "beside/fine.yaml"), fine)
			for name, text := range c.files {
				writeFile(t, filepath.Join(root, name), text)
			}
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			start := time.Now()
			set, gaps := Discover(root, Options{Mains: []string{"cmd/fine", "cmd/a", "cmd/b"}})
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("took %s", d)
			}
			runtime.ReadMemStats(&after)
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 1<<30 {
				t.Errorf("the heap grew by %d MB", grown>>20)
			}
			beside := false
			for _, w := range set.Workloads {
				beside = beside || w.Name == "fine" && w.Site.File == "beside/fine.yaml"
			}
			if !beside {
				t.Error("what is beside it is not read")
			}
			file, part, _ := strings.Cut(c.gap, ": ")
			found := c.gap == ""
			for _, g := range gaps {
				if len(g.Text) > 500 {
					t.Errorf("a message of %d bytes", len(g.Text))
				}
				found = found || g.Site.File == file && strings.Contains(g.Text, part)
			}
			if !found {
				t.Errorf("gaps = %.2000v, want one of %q", gaps, c.gap)
			}
			if c.gap == "" && len(gaps) > 0 {
				t.Errorf("gaps = %.2000v, want none", gaps)
			}
		})
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i+1) + "a:\n")
	}
	return b.String()
}

// doublingKustomizations uses 2 to the power of n kustomizations.
func doublingKustomizations(n int) map[string]string {
	out := map[string]string{}
	for i := range n {
		for _, side := range []string{"", "x"} {
			out[fmt.Sprintf("k%d%s/kustomization.yaml", i, side)] = fmt.Sprintf("namePrefix: p%s-\nresources: [../k%d, ../k%dx]\n", side, i+1, i+1)
		}
	}
	for _, side := range []string{"", "x"} {
		out[fmt.Sprintf("k%d%s/kustomization.yaml", n, side)] = "configMapGenerator: []\n"
	}
	delete(out, "k0x/kustomization.yaml")
	return out
}
