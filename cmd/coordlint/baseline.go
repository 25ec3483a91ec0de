package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/coordlint/coordlint/analyzer/report"
)

// baselineFile is where baseline write writes unless -baseline says otherwise.
const baselineFile = "coordlint-baseline.json"

// writeBaseline writes all findings of a report as those that are known.
func (a *app) writeBaseline(f *flags, r *report.Report) int {
	if r.Failure != "" {
		return report.ExitUsage // stderr has said it
	}
	name := f.baseline
	if name == "" {
		name = baselineFile
	}
	b := report.NewBaseline(r)
	file, err := os.Create(name)
	if err == nil {
		err = errors.Join(b.Write(file), file.Close())
	}
	if err != nil {
		return a.fail(err)
	}
	fmt.Fprintf(a.stdout, "%s: %d findings\n", name, len(b.Findings))
	return report.ExitClean
}

// dropKnown drops the findings of the file of -baseline and says on stderr how
// many, and what stands there in vain.
func (a *app) dropKnown(f *flags, r *report.Report) error {
	file, err := os.Open(f.baseline)
	if err != nil {
		return err
	}
	defer file.Close()
	b, err := report.ReadBaseline(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.baseline, err)
	}
	dropped, stale := b.Apply(r)
	fmt.Fprintf(a.stderr, "%s: known findings that are not shown: %d\n", f.baseline, dropped)
	for _, k := range stale {
		fmt.Fprintf(a.stderr, "%s: found no more, take it out: %s [%s]\n", f.baseline, k.Message, k.Rule)
	}
	return nil
}
