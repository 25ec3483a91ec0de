// Stubgen writes stub modules: the import paths and the exported API of real
// libraries, without their code. What imports a stub type-checks as with the
// library, without network and in no time.
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
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/internal/load"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("stubgen: ")
	dir := flag.String("real", "testdata/stubs/real", "directory of the module that requires the real modules")
	out := flag.String("out", "testdata/stubs", "directory to write to")
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

// write writes a file for each package and a go.mod for each module.
func write(g *generator, out string, sizes bool) error {
	requires := map[string]map[string]bool{}
	for _, path := range g.paths() {
		p := g.pkgs[path]
		src, imports, err := g.print(p.Types)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		file := filepath.Join(out, filepath.FromSlash(path), "stub.go")
		if err := writeFile(file, src); err != nil {
			return err
		}
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
		var b strings.Builder
		fmt.Fprintf(&b, "module %s\n\ngo 1.18\n", module)
		var names []string
		for n := range needs {
			names = append(names, n)
		}
		sort.Strings(names)
		for i, n := range names {
			if i == 0 {
				b.WriteString("\nrequire (\n")
			}
			fmt.Fprintf(&b, "\t%s %s\n", n, stubVersion(n))
			if i == len(names)-1 {
				b.WriteString(")\n")
			}
		}
		if err := writeFile(filepath.Join(out, filepath.FromSlash(module), "go.mod"), []byte(b.String())); err != nil {
			return err
		}
	}
	return nil
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

func writeFile(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}
