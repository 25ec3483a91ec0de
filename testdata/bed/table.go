package main

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// What the bed holds coordlint to: where the next station is at least twice as
// far away, what is measured is within 10 % of the bound; nowhere is it above
// by more than 3 %.
const (
	separated = 2
	within    = 0.10
	noise     = 0.03
)

// print writes the tables as Markdown and reports whether all rows agree.
func print(w io.Writer, rows []row, storms []storm) bool {
	all := true
	t := tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
	if len(rows) > 0 {
		fmt.Fprintln(t, "| configuration\t| path\t| set by\t| separation\t| predicted\t| measured\t| ratio\t|")
		fmt.Fprintln(t, "|---\t|---\t|---\t|---\t|---\t|---\t|---\t|")
	}
	for _, r := range rows {
		separation := "-"
		if r.Separation != nil {
			separation = fmt.Sprintf("%.1f", *r.Separation)
		}
		fmt.Fprintf(t, "| %s\t| %s\t| %s\t| %s\t| %.1f/s\t| %.1f/s%s\t| %.3f%s\t|\n", r.name, r.path, r.by(), separation, *r.Bound, r.measured, r.share(), r.ratio(), mark(r.agrees()))
		all = all && r.agrees()
	}
	t.Flush()
	if len(storms) > 0 {
		fmt.Fprintln(w)
		t = tabwriter.NewWriter(w, 0, 0, 1, ' ', 0)
		fmt.Fprint(t, "| configuration\t| path\t| predicted: recovers below\t| measured\t")
		for _, share := range shares {
			fmt.Fprintf(t, "| at %.2f of it\t", share)
		}
		fmt.Fprintf(t, "|\n|---\t|---\t|---\t|---\t")
		for range shares {
			fmt.Fprint(t, "|---\t")
		}
		fmt.Fprintln(t, "|")
	}
	for _, s := range storms {
		found := "-"
		if x, ok := s.threshold(); ok {
			found = fmt.Sprintf("%.1f/s, ratio %.3f", x, x/s.stable)
		}
		fmt.Fprintf(t, "| %s\t| %s\t| %.1f/s\t| %s%s\t", s.name, s.path, s.stable, found, mark(s.agrees()))
		for _, p := range s.points {
			fmt.Fprintf(t, "| %.1f/s: %.0f %% succeed\t", p.load, 100*p.share)
		}
		fmt.Fprintln(t, "|")
		all = all && s.agrees()
	}
	t.Flush()
	return all
}

func mark(agrees bool) string {
	if agrees {
		return ""
	}
	return " **differs**"
}

// ratio is measured over predicted. A process that other programs kept from its
// core is compared for the share that it got: by the utilisation law throughput
// goes with that.
func (r *row) ratio() float64 {
	ratio := r.measured / *r.Bound
	if r.starved() {
		ratio /= r.cores
	}
	return ratio
}

// starved reports whether others kept a process from its core: a twentieth may
// be what requests cost less when they come together.
func (r *row) starved() bool { return r.cores > 0 && r.cores < 0.95 }

// share says how much of its core a process got, if that was not all.
func (r *row) share() string {
	if !r.starved() {
		return ""
	}
	return fmt.Sprintf(" on %.2f cores", r.cores)
}

// low reports whether a row is below the criterion.
func (r *row) low() bool { return !r.agrees() && r.ratio() < 1 }

// agrees holds a row to the criterion.
func (r *row) agrees() bool {
	ratio := r.ratio()
	if ratio > 1+noise {
		return false
	}
	return ratio >= 1-within || r.Separation != nil && *r.Separation < separated
}

// agrees holds a storm to the criterion.
func (s *storm) agrees() bool {
	x, ok := s.threshold()
	return ok && x >= s.stable*(1-within) && x <= s.stable*(1+within)
}
