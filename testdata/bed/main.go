// Command bed compares what coordlint says of a system with what the system
// does. The system is system/: small services with real pools, locks, limiters,
// gRPC and PostgreSQL. The bed measures the times of its leaves at low load,
// lets coordlint read its code, its manifests and these times, runs it as
// processes on loopback, drives each path to saturation, and prints predicted
// against measured:
//
//	cd testdata/bed && go run .
//
// It needs PostgreSQL's server programs (apt-get install postgresql), on PATH
// or under /usr/lib/postgresql. It takes about three minutes and ends its
// children, whatever happens. The exit status is 0 if everything agrees, 1 if
// something does not, 2 if the bed could not run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// longest bounds a run once everything is built.
const longest = 5 * time.Minute

func main() {
	only := flag.String("only", "", "run the configurations whose name matches `regexp`")
	window := flag.Duration("window", 5*time.Second, "how long a configuration is measured")
	keep := flag.Bool("keep", false, "keep the directory with the measured times and the report")
	flag.Parse()
	match, err := regexp.Compile(*only)
	if err != nil || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: bed [-only regexp] [-window duration] [-keep]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	agrees, err := run(ctx, match, *window, *keep)
	stop()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "bed:", err)
		os.Exit(2)
	case !agrees:
		os.Exit(1)
	}
}

// A bed is the machine that runs the system.
type bed struct {
	dir       string // temporary
	manifests *manifests
	postgres  *postgres
	outside   map[string]string // base URL of the stand-in, by that in the manifests
	children  children
}

// run does everything and reports whether measurements and predictions agree.
func run(ctx context.Context, match *regexp.Regexp, window time.Duration, keep bool) (agrees bool, err error) {
	b := &bed{outside: map[string]string{}}
	if b.dir, err = os.MkdirTemp("", "bed"); err != nil {
		return false, err
	}
	defer func() {
		b.children.stop()
		if keep {
			fmt.Fprintln(os.Stderr, "kept:", b.dir)
		} else {
			err = errors.Join(err, os.RemoveAll(b.dir))
		}
		if err != nil && ctx.Err() != nil {
			err = context.Cause(ctx)
		}
	}()
	if b.manifests, err = readManifests("system/deploy"); err != nil {
		return false, err
	}
	say("building")
	if err := b.build(ctx); err != nil {
		return false, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("not done after %s", longest))
	defer cancel()
	if b.postgres, err = startPostgres(ctx, b); err != nil {
		return false, err
	}
	for _, o := range outsiders {
		if err := b.startOutside(ctx, o); err != nil {
			return false, err
		}
	}
	say("measuring times at low load")
	times, err := b.measure(ctx)
	if err != nil {
		return false, err
	}
	for _, t := range times {
		say("  %s", t)
	}
	say("asking coordlint")
	predicted, err := b.predict(ctx, times)
	if err != nil {
		return false, err
	}
	var rows []row
	var storms []storm
	defer func() { agrees = print(os.Stdout, rows, storms) && err == nil }() // what there is, if it ends early
	again := 3                                                               // how many configurations are measured twice: other programs disturb
	for _, c := range configurations {
		if !match.MatchString(c.name) {
			continue
		}
		say("%s: %s", c.name, c.path)
		r, err := b.saturate(ctx, c, predicted, window)
		if err != nil {
			return false, fmt.Errorf("%s: %w", c.name, err)
		}
		if r.low() && again > 0 { // nothing that disturbs makes a path do more than it can
			again--
			say("  %.1f/s measured, %.1f/s predicted: once more", r.measured, *r.Bound)
			if r, err = b.saturate(ctx, c, predicted, window); err != nil {
				return false, fmt.Errorf("%s: %w", c.name, err)
			}
		}
		rows = append(rows, r)
	}
	if match.MatchString("retry storm") {
		say("retry storms")
		for range 2 {
			if storms, err = b.storms(ctx, predicted); err != nil {
				return false, fmt.Errorf("retry storm: %w", err)
			}
			if !slices.ContainsFunc(storms, func(s storm) bool { return !s.agrees() }) {
				break
			}
		}
	}
	return true, nil
}

// say tells what goes on.
func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// build compiles the services, the stand-in and coordlint.
func (b *bed) build(ctx context.Context) error {
	bin := b.bin("")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return err
	}
	for dir, pkgs := range map[string][]string{
		"system": {"./services/...", "./testdata/outside"},
		"../..":  {"./cmd/coordlint"},
	} {
		if err := command(ctx, dir, "go", append([]string{"build", "-o", bin + "/"}, pkgs...)...); err != nil {
			return err
		}
	}
	return nil
}

// bin returns the file of a program.
func (b *bed) bin(name string) string { return filepath.Join(b.dir, "bin", name) }
