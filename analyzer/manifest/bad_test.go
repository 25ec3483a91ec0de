package manifest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestBounded reads what archives cannot hold: files of 100 MB, symbolic
// links that go in circles, loops without end, many objects. It must take
// seconds, name what it did not read, and read the rest.
func TestBounded(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return file
	}
	const deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %s}\nspec: {template: {spec: {containers: [{name: x, image: example/x}]}}}\n"
	write("k8s/fine.yaml", fmt.Sprintf(deployment, "fine"))
	for _, name := range []string{"k8s/huge.yaml", "k8s/Dockerfile", "docker-compose.yml", "data.json"} {
		if err := os.Truncate(write(name, ""), 100<<20); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{"k8s/loop": ".", "k8s/self.yaml": "self.yaml", "kust/circle.yaml": "circle.yaml"} {
		os.MkdirAll(filepath.Dir(filepath.Join(root, from)), 0o777)
		if err := os.Symlink(to, filepath.Join(root, from)); err != nil {
			t.Skip("no symbolic links here")
		}
	}
	write("kust/kustomization.yaml", "resources: [circle.yaml, ok.yaml, ../back]\n")
	write("kust/ok.yaml", fmt.Sprintf(deployment, "ok"))
	write("back/kustomization.yaml", "resources: [../kust]\n")
	write("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n")
	write("chart/templates/endless.yaml", "a: b\n{{ range until 10000 }}{{ range until 10000 }}x{{ end }}{{ end }}\n")
	write("chart/templates/fine.yaml", fmt.Sprintf(deployment, "charted"))
	var many strings.Builder
	for i := range maxObjects + 5 {
		fmt.Fprintf(&many, "apiVersion: v1\nkind: X\nmetadata: {name: x%d}\n---\n", i)
	}
	write("many/all.yaml", many.String())

	start := time.Now()
	set, gaps := Discover(root, Options{Paths: []string{"k8s", "chart", "kust", "many"}})
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("took %s", d)
	}
	var names []string
	for _, w := range set.Workloads {
		names = append(names, w.Name)
	}
	if want := []string{"fine", "charted"}; !slices.Equal(names, want) {
		t.Errorf("workloads = %q, want %q", names, want)
	}
	var got []string
	for _, g := range gaps {
		got = append(got, g.Site.String()+": "+g.Text)
	}
	for _, want := range []string{
		"chart/templates/endless.yaml:2:46: chart: loops and named templates go round more than 100000 times",
		"k8s/Dockerfile: Dockerfile: has 104857600 bytes and is not read: the limit is 8388608",
		"k8s/huge.yaml: has 104857600 bytes and is not read: the limit is 8388608",
		"kust/kustomization.yaml:1:13: kustomization: circle.yaml is not there",
		"many/all.yaml: has more than 20000 objects: the rest is not read",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no gap %q among %q", want, got)
		}
	}
	if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, "kustomization") && strings.Contains(s, "cycle") }) {
		t.Errorf("no gap for the circle of kustomizations among %q", got)
	}
}

// TestOutside reads a file that the user names by its absolute path.
func TestOutside(t *testing.T) {
	file := filepath.Join(t.TempDir(), "rendered.yaml")
	text := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: x/a}]}}}\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	set, gaps := Discover(t.TempDir(), Options{Paths: []string{file, file + ".gone"}, Mains: []string{"cmd/a"}})
	if len(set.Workloads) != 1 || set.Workloads[0].Main() != "cmd/a" || set.Workloads[0].Site.File != file {
		t.Errorf("workloads = %+v, want one of %s", set.Workloads, file)
	}
	if len(gaps) != 1 || gaps[0].Site.File != file+".gone" {
		t.Errorf("gaps = %v, want one for the absent file", gaps)
	}
}

// TestAbsentRoot wants a gap, not a panic.
func TestAbsentRoot(t *testing.T) {
	set, gaps := Discover(filepath.Join(t.TempDir(), "gone"), Options{})
	if set == nil || len(gaps) != 1 || !gaps[0].Hard {
		t.Errorf("Discover = %v, %v, want an empty set and one hard gap", set, gaps)
	}
}

// TestEmptyRoot wants nothing at all: no deployment is no gap.
func TestEmptyRoot(t *testing.T) {
	set, gaps := Discover(t.TempDir(), Options{Mains: []string{"cmd/a"}})
	if len(set.Sources)+len(set.Workloads)+len(gaps) != 0 {
		t.Errorf("Discover = %+v, %v, want nothing", set, gaps)
	}
}
