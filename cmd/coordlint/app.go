package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/coordlint/coordlint/analyzer"
	"github.com/coordlint/coordlint/analyzer/report"
)

// An app is the command with what it depends on, so that tests can replace
// the analysis.
type app struct {
	analyze        func(context.Context, analyzer.Config) (*report.Report, error)
	rules          func() []report.Rule
	stdin          io.Reader
	stdout, stderr io.Writer
}

// Main runs the command in this process and returns its exit status.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{analyze: analyzer.Analyze, rules: manuals, stdin: stdin, stdout: stdout, stderr: stderr}
	if status, ok := a.hidden(ctx, args); ok {
		return status
	}
	return a.run(ctx, args)
}

func (a *app) run(ctx context.Context, args []string) int {
	f, err := parse(args, a.stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return report.ExitClean
	case errors.Is(err, errUsage):
		return report.ExitUsage
	case err != nil:
		return a.fail(err)
	case f.version:
		fmt.Fprintln(a.stdout, "coordlint", toolVersion())
		return report.ExitClean
	case f.command == "explain" || f.explain != "":
		return a.explain(f.explain)
	case f.command == "diff":
		return a.diff(ctx, f)
	case f.command == "cache":
		return a.cache(f.patterns[0])
	case f.command == "help":
		return a.help(f.patterns)
	}
	root, rel, err := locate(f.dir)
	if err != nil {
		return a.fail(err)
	}
	if f.command == "config" {
		return a.config(ctx, f, root, rel)
	}
	if f.report != "" {
		rel = "." // a saved report knows no directory
	}
	if f.command == "calibrate" {
		return a.calibrate(ctx, f, root, rel)
	}
	r, err := a.obtain(ctx, f, root, rel)
	if err != nil {
		if ctx.Err() != nil {
			return a.fail(ctx.Err())
		}
		fmt.Fprintf(a.stderr, "coordlint: %v\n", err)
		r = report.Failed(filepath.Base(root), err)
	}
	if f.command == "baseline" {
		return a.writeBaseline(f, r)
	}
	if f.baseline != "" && r.Failure == "" {
		if err := a.dropKnown(f, r); err != nil {
			return a.fail(err)
		}
	}
	r.Select(rooted(f.patterns, rel))
	return a.answer(ctx, f, r, rel)
}

// obtain analyses, or reads the report that was saved.
func (a *app) obtain(ctx context.Context, f *flags, root, rel string) (*report.Report, error) {
	switch f.report {
	case "":
		p := newProgress(a.stderr, f.verbose)
		defer p.done()
		store := a.openCache(f.noCache)
		defer store.Trim()
		return a.analyze(ctx, analyzer.Config{
			Root: root, Tags: splitList(f.tags), Manifests: rooted(f.k8s, rel), Stdin: a.stdin, Env: f.env, Progress: p.phase,
			Measured: measuredFile(f.measured, rel), Cache: store, Copies: f.copies,
		})
	case "-":
		return report.Decode(a.stdin)
	}
	src, err := os.Open(f.report)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return report.Decode(src)
}

// answer writes what was asked for and returns the exit status.
func (a *app) answer(ctx context.Context, f *flags, r *report.Report, rel string) int {
	status := r.Exit(f.failOn)
	if f.command != "" || f.why != "" || f.path != "" {
		status = (&report.Report{Failure: r.Failure}).Exit("none") // a question, not a gate
	}
	o := report.Options{
		Notes: f.notes || f.verbose, Dir: rel, Rules: a.rules(), Tool: toolVersion(), Load: f.load,
		Color: f.format == "text" && isTerminal(a.stdout) && os.Getenv("NO_COLOR") == "",
	}
	a.gaps(r, f.verbose, o)
	for _, out := range f.outs {
		if err := a.writeFile(ctx, f, r, out, o); err != nil {
			return a.fail(err)
		}
	}
	if err := a.write(ctx, a.stdout, f, r, f.format, o); err != nil {
		return a.fail(err)
	}
	return status
}

// gaps writes what could not be read to stderr; all gaps if asked to.
func (a *app) gaps(r *report.Report, all bool, o report.Options) {
	for _, g := range r.Gaps {
		if all || g.Hard && g.Reason == "" {
			fmt.Fprintln(a.stderr, report.GapLine(g, o))
		}
	}
}

func (a *app) writeFile(ctx context.Context, f *flags, r *report.Report, out output, o report.Options) error {
	file, err := os.Create(out.file)
	if err != nil {
		return err
	}
	o.Color = false
	err = a.write(ctx, file, f, r, out.format, o)
	return errors.Join(err, file.Close())
}

func (a *app) fail(err error) int {
	fmt.Fprintf(a.stderr, "coordlint: %v\n", err)
	return report.ExitUsage
}

// rooted makes paths that are relative to a directory relative to the root. It
// leaves "-", which is stdin, and absolute paths.
func rooted(paths []string, rel string) []string {
	var list []string
	for _, p := range paths {
		if p != "-" && !filepath.IsAbs(p) {
			p = path.Join(rel, filepath.ToSlash(p))
		}
		list = append(list, p)
	}
	return list
}

func splitList(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

// toolVersion returns the version of the module that the command was built of.
func toolVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
