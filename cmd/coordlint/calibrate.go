package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/calibrate"
	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/analyzer/telemetry"
)

// checkCalibrate checks the command line of calibrate and help.
func (f *flags) checkCalibrate() error {
	f.format = cmp.Or(f.format, "text")
	switch {
	case f.command == "help" && len(f.patterns) > 1:
		return fmt.Errorf("help wants one command, got %d arguments", len(f.patterns))
	case f.command == "help":
	case len(f.patterns) == 0:
		return fmt.Errorf("calibrate wants files with traces or query results; coordlint help calibrate says which")
	case f.format != "text" && f.format != "json" || len(f.outs) > 0:
		return fmt.Errorf("calibrate writes text or json to stdout, and the times to the file of -measured")
	case f.measured == measured.None:
		return fmt.Errorf("calibrate wants a file to write: -measured none is none")
	}
	return nil
}

// measuredFile returns the file of -measured relative to the root.
func measuredFile(name, rel string) string {
	if name == "" || name == measured.None {
		return name
	}
	return rooted([]string{name}, rel)[0]
}

// calibrate matches recordings with the system, writes the times to the file
// of -measured, and says where recordings and graph differ. The status is 3 if
// something in the recordings could not be read, and 2 if nothing was measured:
// then the file stays as it is.
func (a *app) calibrate(ctx context.Context, f *flags, root, rel string) int {
	target := measuredFile(f.measured, rel)
	f.measured = measured.None // what is about to be replaced may be wrong
	conf, err := config.Read(root)
	if err != nil {
		return a.fail(err)
	}
	r, err := a.obtain(ctx, f, root, rel)
	if err != nil {
		return a.fail(err)
	}
	if r.Failure != "" {
		return a.fail(errors.New(r.Failure))
	}
	c := calibrate.New(r.System(), calibrate.Options{Aliases: conf.AliasList(), Metrics: conf.Metrics()})
	for _, name := range f.patterns {
		if err := a.record(c, name, root); err != nil {
			return a.fail(err)
		}
	}
	result := c.Result()
	for _, p := range result.Problems {
		fmt.Fprintf(a.stderr, "%s: %s (byte %d)\n", p.Site, p.Text, p.Offset)
	}
	if len(result.File.Times) > 0 {
		target = cmp.Or(target, measured.Name)
		if err := writeMeasured(result.File, root, target); err != nil {
			return a.fail(err)
		}
	}
	if f.format == "json" {
		enc := json.NewEncoder(a.stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(result)
	} else {
		err = result.Text(a.stdout, target, f.verbose)
	}
	switch {
	case err != nil:
		return a.fail(err)
	case len(result.File.Times) == 0:
		return a.fail(errors.New("nothing was measured: no file is written"))
	case len(result.Problems) > 0:
		return report.ExitIncomplete
	}
	return report.ExitClean
}

// record reads one argument: FILE, or METRIC=FILE.
func (a *app) record(c *calibrate.Calibrator, arg, root string) error {
	metric, name, named := strings.Cut(arg, "=")
	if _, err := os.Stat(arg); !named || err == nil {
		metric, name = "", arg
	}
	if name == "-" {
		c.Source("stdin", metric)
		telemetry.Read(a.stdin, "stdin", c)
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	called := filepath.Base(name)
	if abs, err := filepath.Abs(name); err == nil {
		if below, err := filepath.Rel(root, abs); err == nil && filepath.IsLocal(below) {
			called = filepath.ToSlash(below)
		}
	}
	c.Source(called, metric)
	telemetry.Read(file, name, c)
	return nil
}

func writeMeasured(f *measured.File, root, target string) error {
	if !path.IsAbs(target) && !filepath.IsAbs(target) {
		target = filepath.Join(root, filepath.FromSlash(target))
	}
	file, err := os.Create(target)
	if err != nil {
		return err
	}
	return errors.Join(f.Write(file), file.Close())
}

// help prints the manual of a command; without one, the flags.
func (a *app) help(args []string) int {
	if len(args) == 1 && args[0] == "calibrate" {
		fmt.Fprint(a.stdout, calibrate.Manual())
		return report.ExitClean
	}
	if len(args) == 1 && !slices.Contains(commands(), args[0]) {
		return a.fail(fmt.Errorf("no command %q; there are %s", args[0], strings.Join(commands(), ", ")))
	}
	_, err := parse([]string{"-h"}, a.stdout)
	if err == nil {
		return report.ExitUsage
	}
	return report.ExitClean
}
