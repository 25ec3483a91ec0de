package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

// diff writes what changed between two saved reports, as a table or as one
// picture of both. It is no gate: the status is 0 whatever changed.
func (a *app) diff(ctx context.Context, f *flags) int {
	old, err := load(f.patterns[0])
	if err != nil {
		return a.fail(err)
	}
	now, err := load(f.patterns[1])
	if err != nil {
		return a.fail(err)
	}
	f.since = old
	for _, out := range f.outs {
		if !slices.Contains([]string{"dot", "svg", "png"}, out.format) {
			return a.fail(fmt.Errorf("diff has no format %s; there are text, dot, svg, png", out.format))
		}
		if err := a.writeFile(ctx, f, now, out, report.Options{}); err != nil {
			return a.fail(err)
		}
	}
	switch f.format {
	case "text":
		err = report.Diff(a.stdout, old, now)
	case "dot", "svg", "png":
		err = a.draw(ctx, a.stdout, f, now, f.format)
	default:
		err = fmt.Errorf("diff has no format %s; there are text, dot, svg, png", f.format)
	}
	if err != nil {
		return a.fail(err)
	}
	return report.ExitClean
}

// load reads a saved report that describes a system.
func load(name string) (*report.Report, error) {
	src, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	r, err := report.Decode(src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if r.Failure != "" {
		return nil, fmt.Errorf("%s: nothing was analysed: %s", name, r.Failure)
	}
	return r, nil
}

// compared returns the system that a picture is compared with, or nil.
func compared(f *flags) *graph.System {
	if f.since == nil {
		return nil
	}
	return f.since.System()
}
