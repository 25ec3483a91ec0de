package source

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite what the archives want")

// Each archive of testdata is a tree; its file "want" is what Load finds:
// modules, packages and gaps. Symbolic links are written as files LINK whose
// text is "-> TARGET".
func TestArchives(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(ar.Files, func(f txtar.File) bool { return f.Name == "want" })
			if i < 0 {
				t.Fatal("no file want")
			}
			want := string(ar.Files[i].Data)
			ar.Files = slices.Delete(ar.Files, i, i+1)
			dir := extract(t, ar)
			got := describe(t, dir)
			if *update {
				ar.Files = append(ar.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			if again := describe(t, dir); again != got {
				t.Errorf("on one processor:\n%s", again)
			}
		})
	}
}

func extract(t *testing.T, ar *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range ar.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(string(f.Data), "-> "); ok {
			if err := os.Symlink(strings.TrimSpace(target), name); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// describe prints what Load finds: a line a module, package and gap. Gaps that
// make the analysis incomplete begin with "!".
func describe(t *testing.T, dir string) string {
	t.Helper()
	tree, err := Load(t.Context(), Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	leftOut := map[string][]Gap{}
	err = tree.Check(t.Context(), Checking{Visit: func(p *Checked) {
		mu.Lock()
		defer mu.Unlock()
		leftOut[p.ID] = p.LeftOut
	}})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, m := range tree.Modules {
		fmt.Fprintf(&b, "module %q in %s\n", m.Path, m.Dir)
		for _, p := range m.Packages {
			own := "other"
			if p.Own {
				own = "own"
			}
			fmt.Fprintf(&b, "\t%s %s in %s: %s\n", own, p.Path, p.Dir, strings.Join(p.GoFiles, " "))
			for _, g := range leftOut[p.ID] {
				fmt.Fprintf(&b, "\t\twithout %s\n", g)
			}
		}
	}
	for _, g := range tree.Gaps() {
		mark := "?"
		if g.Hard {
			mark = "!"
		}
		text := strings.ReplaceAll(strings.ReplaceAll(g.String(), tree.Root, "ROOT"), local(), "LOCAL")
		fmt.Fprintf(&b, "%s %s\n", mark, text)
	}
	return b.String()
}

func TestLoadErrors(t *testing.T) {
	if _, err := Load(context.Background(), Config{Dir: filepath.Join(t.TempDir(), "gone")}); err == nil {
		t.Error("a root that is not there is no error")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, Config{Dir: t.TempDir()}); err == nil {
		t.Error("a context that is done is no error")
	}
}

func TestTags(t *testing.T) {
	ar := txtar.Parse([]byte("-- go.mod --\nmodule m\n-- a.go --\npackage m\n-- b.go --\n//go:build fast\n\npackage m\n"))
	dir := extract(t, ar)
	for tags, want := range map[string]string{"": "a.go", "fast": "a.go b.go"} {
		tree, err := Load(context.Background(), Config{Dir: dir, Tags: strings.Fields(tags)})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(tree.Modules[0].Packages[0].GoFiles, " "); got != want {
			t.Errorf("tags %q: %s, want %s", tags, got, want)
		}
	}
}

func TestHugeFile(t *testing.T) {
	dir := extract(t, txtar.Parse([]byte("-- go.mod --\nmodule m\n-- a.go --\npackage m\n\nfunc F() {}\n-- b.go --\npackage m\n")))
	huge := "package m\n\n// " + strings.Repeat(" ", maxFile) + "\n"
	if err := os.WriteFile(filepath.Join(dir, "b.go"), []byte(huge), 0o644); err != nil {
		t.Fatal(err)
	}
	got := describe(t, dir)
	want := `module "m" in .
	own m in .: a.go b.go
! b.go: file of 16 MiB: not read
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
