package contract

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/graph"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestRead compares what is read from each archive's .proto files with the
// archive's file "want".
func TestRead(t *testing.T) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	if len(archives) == 0 {
		t.Fatal("no archives")
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			root := t.TempDir()
			var protos []string
			want := -1
			for i, f := range ar.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				protos = append(protos, f.Name)
				file := filepath.Join(root, f.Name)
				os.MkdirAll(filepath.Dir(file), 0o777)
				if err := os.WriteFile(file, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			slices.Reverse(protos)
			got := render(Read(root, protos))
			if want < 0 {
				ar.Files = append(ar.Files, txtar.File{Name: "want"})
				want = len(ar.Files) - 1
			}
			if *update {
				ar.Files[want].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(ar), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != string(ar.Files[want].Data) {
				t.Errorf("got:\n%s\nwant:\n%s", got, ar.Files[want].Data)
			}
		})
	}
}

func render(files []File, gaps []graph.Gap) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "file %s package %q go %q\n", f.Path, f.Package, f.GoPackage)
		for _, i := range f.Imports {
			fmt.Fprintf(&b, "  %s: import %s -> %q\n", i.Site, i.Path, i.File)
		}
		for _, s := range f.Services {
			fmt.Fprintf(&b, "  %s: service %s\n", s.Site, s.Name)
			for _, m := range s.Methods {
				fmt.Fprintf(&b, "    %s: %s(%s) %s in=%t out=%t\n", m.Site, m.Name, m.Request, m.Response, m.StreamsIn, m.StreamsOut)
				for _, r := range m.Routes {
					fmt.Fprintf(&b, "      %s: %s %s body=%q\n", r.Site, r.Verb, r.Path, r.Body)
				}
			}
		}
	}
	for _, g := range gaps {
		fmt.Fprintf(&b, "gap %s: %s hard=%t\n", g.Site, g.Text, g.Hard)
	}
	return b.String()
}

func TestReadBadFiles(t *testing.T) {
	root := t.TempDir()
	big := filepath.Join(root, "big.proto")
	if err := os.WriteFile(big, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, 100<<20); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(root, "dir.proto"), 0o777); err != nil {
		t.Fatal(err)
	}
	files, gaps := Read(root, []string{"absent.proto", "big.proto", "dir.proto"})
	if len(files) != 0 {
		t.Errorf("files = %v, want none", files)
	}
	want := []string{
		"absent.proto: proto file cannot be read: no such file or directory",
		"big.proto: proto file of 104857600 bytes is not read: the limit is 8388608",
		"dir.proto: proto file is no regular file",
	}
	var got []string
	for _, g := range gaps {
		got = append(got, g.Site.String()+": "+g.Text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("gaps = %q, want %q", got, want)
	}
}
