// Package analyzer analyses a tree of Go services: it loads, compiles, links
// and judges, one stage after the other, and returns the Report. It prints
// nothing and runs nothing of the tree but "go list".
package analyzer

import (
	"cmp"
	"context"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/contract"
	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/outline"
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
	Measured  string    // what was measured: a file, relative to Root; "": measured.Name, if it is there
	Copies    int       // ceilings: as if each service had as many replicas, and no scaler; 0: as it is deployed
	Progress  func(phase string)

	// Cache remembers what earlier runs found. It changes nothing but the time
	// that a run takes; nil: nothing is remembered.
	Cache *cache.Store
}

// Analyze returns the report of a tree. What cannot be read is a gap of the
// report; an error means that nothing could be analysed, or that the
// configuration file is wrong.
func Analyze(ctx context.Context, cfg Config) (*report.Report, error) {
	progress := cfg.Progress
	if progress == nil {
		progress = func(string) {}
	}
	conf, err := config.Read(cfg.Root)
	if err != nil {
		return nil, err
	}
	numbers, err := measured.Read(cfg.Root, cfg.Measured)
	if err != nil {
		return nil, err
	}
	progress("load")
	tree, err := source.Load(ctx, source.Config{Dir: cfg.Root, Tags: cfg.Tags, Outline: outlines(cfg.Root), Cache: cfg.Cache})
	if err != nil {
		return nil, err
	}
	files := texts(tree)
	l, err := systemOf(ctx, cfg, conf, tree, files, progress)
	if err != nil {
		return nil, err
	}
	progress("judge")
	r := judge(conf, numbers, cfg.Copies, l, files)
	r.InputsHash = inputsHash(tree, conf, append(files, text{numbers.FileName(), numbers.Text()}), r)
	return r, nil
}

// outlines finds what stands for packages that are not on the machine: the
// outlines of libraries, and what generators would write for proto files.
func outlines(root string) func(importPath string, protos []string) (source.Outline, bool) {
	generator := &contract.Generator{Root: root}
	return func(importPath string, protos []string) (source.Outline, bool) {
		if p, ok := outline.Find(importPath); ok {
			return source.Outline{Module: p.Module, Source: p.Source}, true
		}
		if src, ok := generator.Package(importPath, protos); ok {
			return source.Outline{Source: src, Bodies: true}, true
		}
		p, ok := outline.Near(importPath, catalog.OtherPaths(importPath))
		return source.Outline{Module: p.Module, Of: p.Of, Source: p.Source}, ok
	}
}

// judge makes the report of a system: rules and ceilings, and what the
// configuration file and measurements say of both.
func judge(conf *config.Config, clock *measured.File, copies int, l *linked, files []text) *report.Report {
	sys := l.System
	opt, on, unknown := conf.Rules(sys)
	sys.Gaps = append(sys.Gaps, unknown...)
	numbers, unknown := conf.Ceiling(sys)
	sys.Gaps = append(sys.Gaps, unknown...)
	times, unknown := clock.Numbers(sys)
	numbers.Declarations.Numbers = append(numbers.Declarations.Numbers, times...)
	sys.Gaps = append(sys.Gaps, unknown...)
	numbers.Declarations.Numbers = append(numbers.Declarations.Numbers, replicas(sys, copies)...)
	sys.Gaps = append(sys.Gaps, conf.Accept(sys, sys.Gaps)...)
	slices.SortStableFunc(sys.Gaps, func(a, b graph.Gap) int {
		return cmp.Or(a.Site.Compare(b.Site), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Text, b.Text))
	})
	sys.Gaps = slices.Compact(sys.Gaps)
	opt.Directives = directives(conf, sys, l.Notes, files)
	r := report.FromSystem(sys)
	found := assess(r, sys, opt, on, numbers)
	conf.Weigh(found)
	r.Findings, _ = rules.Silence(found, opt.Directives, time.Now())
	r.Assumptions = assumptions(r.Paths)
	r.Finish()
	return r
}

// assess returns what the rules find in a system, and notes its ceilings in the
// report. Both only read the system, and run side by side.
func assess(r *report.Report, sys *graph.System, opt *rules.Options, on []*rules.Rule, numbers ceiling.Options) []graph.Finding {
	var found []graph.Finding
	var wg sync.WaitGroup
	wg.Go(func() { found = rules.Run(sys, opt, on) })
	wg.Go(func() {
		if breaks, _, err := ceiling.Breaks(sys, numbers); err == nil { // else each path says what is wrong
			r.Breaks = breaks
		}
	})
	r.Paths = ceiling.Ceilings(sys, numbers)
	wg.Wait()
	return found
}

// replicas declares that each service has as many copies; nothing if copies is 0.
func replicas(sys *graph.System, copies int) []ceiling.Declared {
	var list []ceiling.Declared
	for _, s := range sys.Services {
		if n := graph.Exact(float64(copies), graph.Declared, graph.Site{}, "copies"); copies > 0 {
			list = append(list, ceiling.Declared{What: ceiling.WhatReplicas, Service: s.ID, Value: *n},
				ceiling.Declared{What: ceiling.WhatHPAMax, Service: s.ID, Value: *n})
		}
	}
	return list
}

// assumptions returns what the ceilings rest on, each once.
func assumptions(paths []ceiling.Path) []ceiling.Assumption {
	var out []ceiling.Assumption
	seen := map[ceiling.Assumption]bool{}
	for _, p := range paths {
		for _, a := range p.Assumptions {
			if !seen[a] {
				seen[a] = true
				out = append(out, a)
			}
		}
	}
	return out
}

func packageGaps(p *summary.Package) []graph.Gap {
	var out []graph.Gap
	for _, g := range p.Gaps {
		out = append(out, graph.Gap{Kind: "package", Site: graph.Site{File: g.Site.File, Line: g.Site.Line, Col: g.Site.Col}, Text: g.Text, Hard: true})
	}
	return out
}
