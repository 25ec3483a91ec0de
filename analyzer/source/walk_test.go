package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

func TestFindRoot(t *testing.T) {
	tests := []struct{ name, files, want string }{
		{"configuration wins", "coordlint.yaml a/.git/HEAD a/b/go.mod a/b/c/x.go", "."},
		{"hidden configuration", "x/.coordlint.yaml x/a/b/c/x.go a/b/c/x.go .git/HEAD", "."},
		{"repository", ".git/HEAD a/go.work a/b/go.mod a/b/c/x.go", "."},
		{"workspace", "a/go.work a/b/go.mod a/b/c/x.go", "a"},
		{"nearest module", "go.mod a/b/go.mod a/b/c/x.go", "a/b"},
		{"nothing", "a/b/c/x.go", "a/b/c"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var ar txtar.Archive
			for _, f := range strings.Fields(test.files) {
				ar.Files = append(ar.Files, txtar.File{Name: f})
			}
			dir := extract(t, &ar)
			if got, want := FindRoot(filepath.Join(dir, "a/b/c")), filepath.Join(dir, test.want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestWalk(t *testing.T) {
	files := `go.mod main.go api/shop.proto deploy/app.yaml deploy/app.yml values.json .env .env.prod prod.env app.toml x.ini y.properties z.hcl
		Dockerfile build/Dockerfile.web web.dockerfile Containerfile docker-compose.yml docker-compose-env.yml compose.prod.yaml composer.yaml
		chart/Chart.yaml chart/templates/svc.yaml kustomize/kustomization.yaml kustomize/Kustomization README.md
		node_modules/a.yaml vendor/b.yaml testdata/c.yaml .github/d.yaml _old/e.yaml .ko.yaml .hidden.json`
	var ar txtar.Archive
	for _, f := range strings.Fields(files) {
		ar.Files = append(ar.Files, txtar.File{Name: f})
	}
	w := walk(extract(t, &ar))
	for _, test := range []struct {
		name string
		got  []string
		want string
	}{
		{"modules", w.mods, "."},
		{"go", w.goDirs, "."},
		{"protos", w.tree.Protos, "api/shop.proto"},
		{"yaml", w.tree.YAMLs, ".ko.yaml chart/Chart.yaml chart/templates/svc.yaml compose.prod.yaml composer.yaml deploy/app.yaml deploy/app.yml docker-compose-env.yml docker-compose.yml kustomize/kustomization.yaml"},
		{"configs", w.tree.Configs, ".env .env.prod .ko.yaml app.toml chart/Chart.yaml chart/templates/svc.yaml compose.prod.yaml composer.yaml deploy/app.yaml deploy/app.yml docker-compose-env.yml docker-compose.yml kustomize/kustomization.yaml prod.env values.json x.ini y.properties z.hcl"},
		{"dockerfiles", w.tree.Dockerfiles, "Containerfile Dockerfile build/Dockerfile.web web.dockerfile"},
		{"compose", w.tree.ComposeFiles, "compose.prod.yaml docker-compose-env.yml docker-compose.yml"},
		{"charts", w.tree.Charts, "chart/Chart.yaml"},
		{"kustomizations", w.tree.Kustomizations, "kustomize/Kustomization kustomize/kustomization.yaml"},
	} {
		if got := strings.Join(test.got, " "); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	if len(w.tree.gaps) > 0 {
		t.Errorf("gaps: %v", w.tree.gaps)
	}
}

func TestWalkBounds(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, size int64) {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := f.Truncate(size); err != nil {
			t.Fatal(err)
		}
	}
	write("huge.yaml", maxFile+1)
	write("huge.proto", maxFile+1)
	write("data.json", maxConfig+1)
	write(strings.Repeat("d/", maxDepth+1)+"deep.yaml", 1)
	for link, target := range map[string]string{"self": "self", "up": ".", "gone.yaml": "nowhere", "out.yaml": os.Args[0], "out": os.TempDir()} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	w := walk(dir)
	var got []string
	for _, g := range w.tree.gaps {
		got = append(got, g.String())
	}
	want := []string{
		strings.TrimSuffix(strings.Repeat("d/", maxDepth+1), "/") + ": more than 64 nested directories: not read",
		"gone.yaml: symbolic link leads nowhere",
		"huge.proto: file of 16 MiB: not read",
		"huge.yaml: file of 16 MiB: not read",
		"out: symbolic link out of the tree: not followed",
		"out.yaml: symbolic link out of the tree: not followed",
		"self: symbolic link leads to itself",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if len(w.tree.Configs)+len(w.tree.YAMLs)+len(w.tree.Protos) > 0 {
		t.Errorf("kept: %v %v %v", w.tree.Configs, w.tree.YAMLs, w.tree.Protos)
	}
}

func TestUnreadableDirectory(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	w := walk(dir)
	if len(w.tree.gaps) != 1 || w.tree.gaps[0].File != "closed" {
		t.Errorf("gaps: %v", w.tree.gaps)
	}
}
