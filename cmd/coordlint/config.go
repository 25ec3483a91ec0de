package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/report"
)

// starterLoads is how many request paths a first configuration file names.
const starterLoads = 5

// config writes a first configuration file, or reads the one that is there.
func (a *app) config(ctx context.Context, f *flags, root, rel string) int {
	if f.patterns[0] == "verify" {
		return a.verifyConfig(root)
	}
	for _, name := range config.Names() {
		if _, err := os.Lstat(filepath.Join(root, name)); !errors.Is(err, os.ErrNotExist) {
			return a.fail(fmt.Errorf("%s is there already; config verify reads it", name))
		}
	}
	r, err := a.obtain(ctx, f, root, rel)
	if err != nil {
		return a.fail(err)
	}
	var loads []string
	for _, p := range r.Paths {
		if p.Entrance && len(p.Binding) > 0 && len(loads) < starterLoads {
			loads = append(loads, p.Entry)
		}
	}
	name := filepath.Join(root, config.Names()[0])
	if err := os.WriteFile(name, []byte(config.Starter(r.System(), loads)), 0o644); err != nil {
		return a.fail(err)
	}
	fmt.Fprintf(a.stdout, "%s: nothing is switched on yet; take out the # where you know the number\n", config.Names()[0])
	return report.ExitClean
}

// verifyConfig reads the configuration file and says each mistake in it. What
// its entries name is looked up only by an analysis, which reports as gaps
// those that match nothing.
func (a *app) verifyConfig(root string) int {
	c, err := config.Read(root)
	switch {
	case err != nil:
		return a.fail(err)
	case c.Name() == "":
		return a.fail(fmt.Errorf("no %s at the root; config init writes one", config.Names()[0]))
	}
	fmt.Fprintf(a.stdout, "%s: no mistakes\n", c.Name())
	return report.ExitClean
}
