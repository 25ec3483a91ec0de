// Package synth makes systems of any size for benchmarks: services of ten
// packages that call one another in layers, each with a database. One service
// is written as Go code and compiled; the others are its summaries under other
// names. What it makes depends on the shape alone.
package synth

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/compile"
	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/pack"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A Shape says what a system looks like. Every service has Packages packages
// beside its main package, in a row; the functions of each call FanOut other
// services, those of every third in a loop.
type Shape struct {
	Services int
	Packages int
	FanOut   int  // services that each package calls
	Depth    int  // layers: a service calls services of later ones
	Loops    int  // every so many services one calls a service of the layer before; 0: none
	OneTree  bool // all services are packages of one module; else each has its own
}

// Default is the shape of a system of n services: 10 n packages, 30 n edges and more.
func Default(n int) Shape { return Shape{Services: n, Packages: 9, FanOut: 4, Depth: 8, Loops: 50} }

const template = "svc00000"

func name(i int) string { return fmt.Sprintf("svc%05d", i) }

// Tree writes the Go code of the template into a directory.
func (s Shape) Tree(dir string) error {
	files := map[string]string{"go.mod": "module synth.example\n\ngo 1.24\n"}
	files[template+"/main.go"] = fmt.Sprintf(`package main

import (
	"database/sql"
	"net/http"
	"os"

	"synth.example/%[1]s/p1"
)

type server struct{ db *sql.DB }

func main() {
	db, err := sql.Open("postgres", os.Getenv("DSN"))
	if err != nil {
		panic(err)
	}
	s := &server{db}
	http.HandleFunc("GET /work", s.work)
	http.HandleFunc("POST /save", s.save)
	_ = http.ListenAndServe(":8080", nil)
}

func (s *server) work(w http.ResponseWriter, r *http.Request) {
	if err := p1.Do(r.Context(), r.URL.Path); err != nil {
		w.WriteHeader(500)
	}
}

func (s *server) save(w http.ResponseWriter, r *http.Request) {
	_, _ = s.db.ExecContext(r.Context(), "INSERT INTO work (id) VALUES ($1)", r.URL.Path)
}
`, template)
	for p := 1; p <= s.Packages; p++ {
		var b bytes.Buffer
		next, imp := "return nil", ""
		if p < s.Packages {
			next = fmt.Sprintf("return p%d.Do(ctx, id)", p+1)
			imp = fmt.Sprintf("\n\n\t\"synth.example/%s/p%d\"", template, p+1)
		}
		fmt.Fprintf(&b, "package p%d\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\t\"os\"%s\n)\n\n", p, imp)
		fmt.Fprintf(&b, "func Do(ctx context.Context, id string) error {\n")
		for k := range s.FanOut {
			call := fmt.Sprintf("if err := call(ctx, os.Getenv(%q), id); err != nil {\n\t\treturn err\n\t}\n", peer(p, k))
			if p%3 == 0 {
				call = "for range id {\n\t" + call + "\t}\n"
			}
			b.WriteString("\t" + call)
		}
		fmt.Fprintf(&b, `	%s
}

func call(ctx context.Context, addr, id string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+addr+"/work", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}
`, next)
		files[fmt.Sprintf("%s/p%d/p.go", template, p)] = b.String()
	}
	for file, text := range files {
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// peer is the variable that holds an address.
func peer(p, k int) string { return fmt.Sprintf("PEER_%d_%d", p, k) }

// Input compiles the template, which is written into a directory, and returns
// what the linker gets of the whole system.
func (s Shape) Input(ctx context.Context, dir string) (link.Input, error) {
	in := link.Input{Root: "synth", Manifests: s.deployment()}
	if err := s.Tree(dir); err != nil {
		return in, err
	}
	tree, err := source.Load(ctx, source.Config{Dir: dir})
	if err != nil {
		return in, err
	}
	modules, err := compile.Tree(ctx, tree, nil)
	if err != nil {
		return in, err
	}
	if in.Catalog, err = catalog.Load(); err != nil {
		return in, err
	}
	codec := pack.For[[]*summary.Package]()
	data := codec.Encode(&modules[0])
	all := link.Module{Path: "synth.example", Dir: "."}
	for i := range s.Services {
		// Names are of equal length, so that the lengths in the data stay right.
		var pkgs []*summary.Package
		if err := codec.Decode(bytes.ReplaceAll(data, []byte(template), []byte(name(i))), &pkgs); err != nil {
			return in, err
		}
		if !s.OneTree {
			in.Modules = append(in.Modules, link.Module{Path: "synth.example/" + name(i), Dir: name(i), Packages: pkgs})
			continue
		}
		for _, p := range pkgs {
			if i == 0 || !p.Iface {
				all.Packages = append(all.Packages, p)
			}
		}
	}
	if s.OneTree {
		in.Modules = []link.Module{all}
	}
	return in, nil
}

// target is the service that a package calls: one of a later layer, else -1.
func (s Shape) target(i, p, k int) int {
	layer := max(1, s.Services/max(1, s.Depth))
	first := (i/layer + 1) * layer
	if s.Loops > 0 && i%s.Loops == s.Loops-1 && p == 1 && k == 0 {
		return i - min(i, layer) // of the layer before
	}
	if first >= s.Services {
		return -1
	}
	return first + (i*31+(p*s.FanOut+k)*7)%(s.Services-first)
}

// deployment is what the manifests of the system would say.
func (s Shape) deployment() *manifest.Set {
	set := &manifest.Set{Sources: []manifest.Source{{Name: "synth", Used: true}}}
	for i := range s.Services {
		id := name(i)
		c := &manifest.Container{Name: id, Image: "synth.example/" + id, Ports: []manifest.Port{{Number: 8080}}}
		c.Env = append(c.Env, manifest.EnvVar{Name: "DSN", Value: "postgres://" + id + "-db:5432/" + id, Known: true})
		for p := 1; p <= s.Packages; p++ {
			for k := range s.FanOut {
				if t := s.target(i, p, k); t >= 0 {
					c.Env = append(c.Env, manifest.EnvVar{Name: peer(p, k), Value: name(t) + ":8080", Known: true})
				}
			}
		}
		slices.SortFunc(c.Env, func(a, b manifest.EnvVar) int { return strings.Compare(a.Name, b.Name) })
		labels := []manifest.Label{{Key: "app", Value: id}}
		set.Workloads = append(set.Workloads, &manifest.Workload{Kind: "Deployment", Name: id, Namespace: "default", Labels: labels,
			Containers: []*manifest.Container{c}, Programs: []manifest.Program{{Main: id, Certain: true}}})
		set.Services = append(set.Services, &manifest.Service{Name: id, Namespace: "default", Selector: labels, Ports: []manifest.Port{{Number: 8080}}})
	}
	return set
}
