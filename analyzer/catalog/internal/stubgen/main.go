// Stubgen writes outlines: the import paths and the exported API of real
// libraries, without their code. What imports an outline type-checks as with
// the library, without network and in no time.
//
//	go run ./analyzer/catalog/internal/stubgen [-real DIR] [-out DIR]
//
// The real modules, at exact versions, are those of go.mod in the directory
// real; packages.txt there lists packages. Of a package the whole exported API
// is written; behind "sparse" only the types named there, what the catalog
// names, and what that mentions; behind "empty" types have neither fields nor
// methods, in packages below it too.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/internal/load"
	"golang.org/x/tools/txtar"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("stubgen: ")
	dir := flag.String("real", "analyzer/outline/real", "directory of the module that requires the real modules")
	out := flag.String("out", "analyzer/outline/data", "directory to write to")
	sizes := flag.Bool("sizes", false, "print the size of each package")
	flag.Parse()
	if err := run(*dir, *out, *sizes); err != nil {
		log.Fatal(err)
	}
}

func run(dir, out string, sizes bool) error {
	patterns, err := readList(filepath.Join(dir, "packages.txt"))
	if err != nil {
		return err
	}
	g := newGenerator()
	var full, wanted []string
	var types [][]string
	for _, p := range patterns {
		words := strings.Fields(p)
		switch {
		case len(words) == 1:
			full = append(full, p)
		case words[1] == "sparse":
			types = append(types, append(words[:1:1], words[2:]...))
		case words[1] == "empty":
			g.cut = append(g.cut, words[0])
			continue
		}
		wanted = append(wanted, words[0])
	}
	pkgs, err := load.Packages(dir, []string{"GOFLAGS=-mod=readonly"}, wanted...)
	if err != nil {
		return err
	}
	rows, err := catalog.All()
	if err != nil {
		return err
	}
	g.load(pkgs)
	for _, path := range full {
		g.addAll(path)
	}
	for _, t := range types {
		for _, name := range t[1:] {
			g.addType(t[0], name)
		}
	}
	for _, e := range rows {
		g.addRow(&e)
	}
	g.close()
	return write(g, out, sizes)
}

// readList reads the lines of a file that are neither empty nor comments.
func readList(name string) ([]string, error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var list []string
	for s := bufio.NewScanner(bytes.NewReader(b)); s.Scan(); {
		if line := strings.TrimSpace(s.Text()); line != "" && !strings.HasPrefix(line, "#") {
			list = append(list, line)
		}
	}
	return list, nil
}

// write writes an archive for each module: its go.mod and a file for each
// package.
func write(g *generator, out string, sizes bool) error {
	requires := map[string]map[string]bool{}
	files := map[string][]txtar.File{}
	for _, path := range g.paths() {
		p := g.pkgs[path]
		src, imports, err := g.print(p.Types)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		name := strings.TrimPrefix(strings.TrimPrefix(path, p.Module)+"/stub.go", "/")
		files[p.Module] = append(files[p.Module], txtar.File{Name: name, Data: src})
		if sizes {
			fmt.Println(len(src), path)
		}
		if requires[p.Module] == nil {
			requires[p.Module] = map[string]bool{}
		}
		for _, i := range imports {
			if q := g.pkgs[i]; q != nil && !q.Standard && q.Module != p.Module {
				requires[p.Module][q.Module] = true
			}
		}
	}
	for module, needs := range requires {
		ar := &txtar.Archive{Files: []txtar.File{{Name: "go.mod", Data: goMod(module, slices.Sorted(maps.Keys(needs)))}}}
		slices.SortFunc(files[module], func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
		ar.Files = append(ar.Files, files[module]...)
		name := filepath.Join(out, filepath.FromSlash(module)+".txtar")
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// goMod returns the go.mod of a module's outline, which requires others.
func goMod(module string, needs []string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "module %s\n\ngo 1.18\n", module)
	for i, n := range needs {
		if i == 0 {
			b.WriteString("\nrequire (\n")
		}
		fmt.Fprintf(&b, "\t%s %s\n", n, stubVersion(n))
		if i == len(needs)-1 {
			b.WriteString(")\n")
		}
	}
	return []byte(b.String())
}

// stubVersion is the version under which stubs require one another: the lowest
// of the module's major version, so that any that a go.mod names is newer.
func stubVersion(module string) string {
	major := "v0"
	if i := strings.LastIndex(module, "/v"); i >= 0 && strings.Trim(module[i+2:], "0123456789") == "" {
		major = module[i+1:]
	}
	if strings.HasPrefix(module, "gopkg.in/") {
		major = module[strings.LastIndex(module, ".v")+1:]
	}
	return major + ".0.0"
}
