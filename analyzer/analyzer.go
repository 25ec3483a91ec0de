// Package analyzer analyses a tree of Go services: it loads, compiles, links
// and judges, one stage after the other, and returns the Report. It prints
// nothing and runs nothing of the tree but "go list".
package analyzer

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/compile"
	"github.com/coordlint/coordlint/analyzer/contract"
	"github.com/coordlint/coordlint/analyzer/link"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/source"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
	"github.com/coordlint/coordlint/rules"
)

// A Config says what to analyse and how. Its zero value but for Root is useful.
type Config struct {
	Root      string    // the directory that is analysed, all of it
	Tags      []string  // build tags
	Manifests []string  // files or directories that describe the deployment; "-" is Stdin; none: they are searched
	Stdin     io.Reader // read for "-"
	Env       string    // the environment, where several are described
	Progress  func(phase string)
}

// Analyze returns the report of a tree. What cannot be read is a gap of the
// report; an error means that nothing could be analysed.
func Analyze(ctx context.Context, cfg Config) (*report.Report, error) {
	progress := cfg.Progress
	if progress == nil {
		progress = func(string) {}
	}
	progress("load")
	tree, err := source.Load(ctx, source.Config{Dir: cfg.Root, Tags: cfg.Tags})
	if err != nil {
		return nil, err
	}
	cat, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	progress("compile")
	in := link.Input{Root: filepath.Base(tree.Root), Catalog: cat}
	var gaps []graph.Gap
	var mains []string
	for i, pkgs := range compile.Modules(tree.Modules) {
		m := tree.Modules[i]
		in.Modules = append(in.Modules, link.Module{Path: m.Path, Dir: m.Dir, Packages: pkgs})
		for _, p := range pkgs {
			if p.Name == "main" && !p.Iface {
				mains = append(mains, p.Dir)
			}
			gaps = append(gaps, packageGaps(p)...)
		}
	}
	for _, g := range tree.Gaps {
		gaps = append(gaps, graph.Gap{Kind: "package", Site: graph.Site{File: g.File, Line: g.Line, Col: g.Col}, Text: g.Text, Hard: g.Hard})
	}
	progress("read manifests")
	set, found := manifest.Discover(tree.Root, manifest.Options{Paths: cfg.Manifests, Stdin: cfg.Stdin, Env: cfg.Env, Mains: mains})
	gaps = append(gaps, found...)
	in.Manifests = set
	protos, found := contract.Read(tree.Root, tree.Protos)
	gaps = append(gaps, found...)
	in.Contracts = protos
	in.Config = configFiles(tree)
	progress("link")
	sys := link.Link(in)
	sys.Gaps = append(sys.Gaps, gaps...)
	progress("judge")
	r := report.FromSystem(sys)
	r.Findings = rules.Run(sys, nil, rules.All())
	r.Paths = ceiling.Ceilings(sys, ceiling.Options{})
	r.Finish()
	return r, nil
}

func packageGaps(p *summary.Package) []graph.Gap {
	var out []graph.Gap
	for _, g := range p.Gaps {
		out = append(out, graph.Gap{Kind: "package", Site: graph.Site{File: g.Site.File, Line: g.Site.Line, Col: g.Site.Col}, Text: g.Text, Hard: true})
	}
	return out
}

// configFiles reads the configuration files of the tree, for programs that
// read them when they start.
func configFiles(tree *source.Tree) []link.File {
	var out []link.File
	for _, name := range tree.Configs {
		b, err := os.ReadFile(filepath.Join(tree.Root, filepath.FromSlash(name)))
		if err != nil || strings.ContainsRune(string(b[:min(len(b), 512)]), 0) {
			continue
		}
		out = append(out, link.File{Path: name, Content: string(b), Site: graph.Site{File: name}})
	}
	return out
}
