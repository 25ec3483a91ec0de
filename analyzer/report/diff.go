package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/coordlint/coordlint/graph"
)

// A row is one thing that two reports are compared by: its kind and name, and
// what is said of it.
type row struct{ kind, name, text string }

// Diff writes what changed between two reports as a table: + is new, - is gone,
// ~ is said otherwise. Findings are compared by identity, so they may move.
// Equal reports give a line that says so.
func Diff(w io.Writer, old, now *Report) error {
	before, after := comparedRows(old), comparedRows(now)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	count := 0
	say := func(sign string, r row, text string) {
		count++
		fmt.Fprintf(t, "%s %s\t%s\t%s\n", sign, r.kind, r.name, text)
	}
	for _, r := range merged(before, after) {
		x, had := find(before, r)
		y, has := find(after, r)
		switch {
		case !had:
			say("+", y, y.text)
		case !has:
			say("-", x, x.text)
		case x.text != y.text && r.kind != "finding":
			say("~", y, x.text+" -> "+y.text)
		}
	}
	if count == 0 {
		fmt.Fprintln(t, "nothing changed")
	}
	return t.Flush()
}

func find(rows []row, r row) (row, bool) {
	i := slices.IndexFunc(rows, func(o row) bool { return o.kind == r.kind && o.name == r.name })
	if i < 0 {
		return row{}, false
	}
	return rows[i], true
}

// merged returns the rows of both, each kind and name once, by kind and name.
func merged(a, b []row) []row {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(x, y row) int {
		return cmp.Or(cmp.Compare(kindRank(x.kind), kindRank(y.kind)), cmp.Compare(x.name, y.name))
	})
	return slices.CompactFunc(all, func(x, y row) bool { return x.kind == y.kind && x.name == y.name })
}

func kindRank(kind string) int {
	return slices.Index([]string{"service", "resource", "edge", "ceiling", "finding"}, kind)
}

func comparedRows(r *Report) []row {
	var rows []row
	for _, s := range r.Services {
		text := cmp.Or(count(s.Replicas), "unknown") + " replicas"
		if s.HPAMax != nil {
			text += ", at most " + count(s.HPAMax)
		}
		rows = append(rows, row{"service", s.ID, text})
	}
	for _, s := range r.Resources {
		rows = append(rows, row{"resource", s.ID, strings.TrimSpace(s.Kind + " " + s.Technology)})
	}
	for _, e := range r.Edges {
		rows = append(rows, row{"edge", e.From + " -> " + e.To + " " + e.Kind, strings.Join(append(slices.Clone(e.Operations), Waiting(e)), ", ")})
	}
	for i := range r.Paths {
		p := &r.Paths[i]
		text := "no bound found"
		if p.XBound.Finite() {
			text = rate(p.XBound) + " (" + strings.Join(labels(p, p.Binding), ", ") + ")"
		}
		rows = append(rows, row{"ceiling", p.ID, text})
	}
	for _, f := range r.Findings {
		rows = append(rows, row{"finding", findingName(f), f.Message})
	}
	return rows
}

func findingName(f graph.Finding) string {
	return cmp.Or(f.Identity, f.Rule+"|"+f.Subject)
}
