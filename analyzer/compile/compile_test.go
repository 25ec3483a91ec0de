package compile

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

var update = flag.Bool("update", false, "rewrite the wanted summaries of the archives")

// Each archive of testdata is a small tree; its file "want" is the printed
// summary of the packages whose bodies are kept, and of the others if the
// archive's comment says "ifaces".
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
			want := -1
			for i, f := range ar.Files {
				if f.Name == "want" {
					want = i
				}
			}
			if want < 0 {
				t.Fatal("no file want")
			}
			ifaces := strings.Contains(string(ar.Comment), "ifaces")
			dir := extract(t, ar)
			got := dump(t, dir, ifaces)
			if *update {
				ar.Files[want].Data = got
				if err := os.WriteFile(file, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := firstDifference(got, ar.Files[want].Data); d != "" {
				t.Error(d)
			}
			if !bytes.Equal(got, dump(t, dir, ifaces)) {
				t.Error("two runs differ")
			}
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			if !bytes.Equal(got, dump(t, dir, ifaces)) {
				t.Error("a run on one processor differs")
			}
		})
	}
}

// extract writes the files of an archive to a new directory.
func extract(t *testing.T, ar *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range ar.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func dump(t *testing.T, dir string, ifaces bool) []byte {
	t.Helper()
	tree, err := source.Load(context.Background(), source.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	modules, err := Tree(t.Context(), tree, nil)
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	for _, pkgs := range modules {
		for _, p := range pkgs {
			if p.Iface && (!ifaces || p.Module == "") { // the standard library changes
				continue
			}
			if err := summary.Fprint(&buf, p); err != nil {
				t.Fatal(err)
			}
			checkRefs(t, p)
		}
	}
	return buf.Bytes()
}

// checkRefs checks that the numbers of a package's functions refer to
// something.
func checkRefs(t *testing.T, p *summary.Package) {
	t.Helper()
	for _, f := range p.Funcs {
		top := summary.Ref(f.Values() + len(f.Instrs))
		for i, in := range f.Instrs {
			for _, r := range in.Args {
				if r != summary.NoRef && (r >= top || r < -summary.Ref(len(f.Pool))) {
					t.Errorf("%s: instruction %d: reference %d to nothing", f.Symbol, i, r)
				}
			}
		}
		for i, b := range f.Blocks {
			if int(b.Last) > len(f.Instrs) || b.First > b.Last || int(b.Loop) >= len(f.Loops) {
				t.Errorf("%s: block %d: %+v", f.Symbol, i, b)
			}
		}
	}
}

func firstDifference(got, want []byte) string {
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(g), len(w)) {
		var gl, wl string
		if i < len(g) {
			gl = g[i]
		}
		if i < len(w) {
			wl = w[i]
		}
		if gl != wl {
			return fmt.Sprintf("line %d:\ngot  %s\nwant %s", i+1, gl, wl)
		}
	}
	return ""
}

func ExampleTree() {
	dir, err := os.MkdirTemp("", "shop")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{
		"go.mod":  "module shop.example/m\n",
		"main.go": "package main\n\nfunc main() { serve(8080) }\n\nfunc serve(port int) {}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			panic(err)
		}
	}
	tree, err := source.Load(context.Background(), source.Config{Dir: dir})
	if err != nil {
		panic(err)
	}
	modules, err := Tree(context.Background(), tree, nil)
	if err != nil {
		panic(err)
	}
	for i, pkgs := range modules {
		fmt.Println("module", tree.Modules[i].Path)
		for _, p := range pkgs {
			for _, f := range p.Funcs {
				fmt.Println("func", f.Symbol, f.Site)
				for _, in := range f.Instrs {
					if in.Op == summary.OpCall {
						fmt.Println("\tcalls", in.Sym, "at", in.Site)
					}
				}
			}
		}
	}
	// Output:
	// module shop.example/m
	// func shop.example/m.init main.go:1:9
	// func shop.example/m.main main.go:3:6
	// 	calls shop.example/m.serve at main.go:3:15
	// func shop.example/m.serve main.go:5:6
}
