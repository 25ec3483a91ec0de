package report

import (
	"bufio"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Options say how a report is written. Each format uses what applies to it.
type Options struct {
	Notes   bool    // findings of severity note are written too
	Dir     string  // text only: paths are relative to this directory, itself relative to the root; "" is the root
	Color   bool    // text only
	Rules   []Rule  // what is known about the rules, for their manual pages
	Tool    string  // version of the tool
	Picture []byte  // HTML only: the system as SVG
	Load    float64 // text of ceilings only: the rate of a path, in requests per second, of which it is said what breaks; 0: of none
}

// Shown returns the findings that are written.
func (o Options) Shown(r *Report) []graph.Finding {
	if o.Notes {
		return r.Findings
	}
	var list []graph.Finding
	for _, f := range r.Findings {
		if AtLeast(f.Severity, graph.SeverityWarning) {
			list = append(list, f)
		}
	}
	return list
}

func (o Options) rule(name string) (Rule, bool) {
	for _, r := range o.Rules {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{Name: name}, false
}

// Place returns where a site is as text prints it, FILE:LINE:COL; what is not
// known of the line and column is 1, as go vet prints it.
func (o Options) Place(s graph.Site) string {
	if s.IsZero() {
		return ""
	}
	return graph.Site{File: Rel(o.Dir, s.File), Line: max(s.Line, 1), Col: max(s.Col, 1)}.String()
}

// Rel returns the path from a directory to a file, both relative to the same
// root, with forward slashes.
func Rel(dir, file string) string {
	if file == "" || path.IsAbs(file) {
		return file
	}
	dir, file = path.Clean(dir), path.Clean(file)
	if dir == "." {
		return file
	}
	d, f := strings.Split(dir, "/"), strings.Split(file, "/")
	n := 0
	for n < len(d) && n < len(f)-1 && d[n] == f[n] {
		n++
	}
	return strings.Repeat("../", len(d)-n) + strings.Join(f[n:], "/")
}

// Text writes findings as lines FILE:LINE:COL: message [rule], each followed
// by its path, indented, and a summary line at the end.
func Text(w io.Writer, r *Report, o Options) error {
	b := bufio.NewWriter(w)
	for _, f := range o.Shown(r) {
		fmt.Fprintf(b, "%s%s [%s]\n", o.at(f.Site), f.Message, o.paint(f.Severity, f.Rule))
		for _, h := range f.Path {
			fmt.Fprintf(b, "    %s%s\n", o.at(h.Site), h.Text)
		}
	}
	fmt.Fprintln(b, r.SummaryLine(o.Notes))
	return b.Flush()
}

func (o Options) at(s graph.Site) string {
	if s.IsZero() {
		return ""
	}
	if o.Color {
		return "\x1b[1m" + o.Place(s) + ":\x1b[0m "
	}
	return o.Place(s) + ": "
}

func (o Options) paint(severity, text string) string {
	if !o.Color {
		return text
	}
	switch severity {
	case graph.SeverityError:
		return "\x1b[31m" + text + "\x1b[0m"
	case graph.SeverityWarning:
		return "\x1b[33m" + text + "\x1b[0m"
	}
	return text
}

// SummaryLine says in one line what was analysed, what was found and what
// could not be seen.
func (r *Report) SummaryLine(notes bool) string {
	s := r.Summary
	if r.Failure != "" {
		return fmt.Sprintf("%s: nothing was analysed: %s", r.Root, r.Failure)
	}
	found := []string{plural(s.Errors, "error"), plural(s.Warnings, "warning")}
	switch {
	case notes:
		found = append(found, plural(s.Notes, "note"))
	case s.Notes > 0:
		found = append(found, plural(s.Notes, "note")+" not shown")
	}
	parts := []string{
		strings.Join(found, ", "),
		plural(s.Services, "service") + ", " + plural(s.Resources, "resource") + ", " + plural(s.Edges, "edge"),
		fmt.Sprintf("%d of %s resolved", s.ClientsResolved, plural(s.ClientsMet, "client")),
		gapsText(s),
		"deployment " + deploymentText(r.Deployment),
	}
	return r.Root + ": " + strings.Join(parts, "; ")
}

func gapsText(s Summary) string {
	text := plural(s.Gaps, "gap")
	var parts []string
	if s.Unread > 0 {
		parts = append(parts, fmt.Sprintf("%d unread", s.Unread))
	}
	for _, p := range []struct {
		n    int
		noun string
	}{{s.Mains, "unplaced main"}, {s.Workloads, "unplaced workload"}, {s.Clients, "unplaced client"}} {
		if p.n > 0 {
			parts = append(parts, plural(p.n, p.noun))
		}
	}
	if len(parts) > 0 {
		text += " (" + strings.Join(parts, ", ") + ")"
	}
	if s.GapsAccepted > 0 {
		text += fmt.Sprintf(", %d more accepted", s.GapsAccepted)
	}
	return text
}

func deploymentText(d string) string {
	if d == "" {
		return "unknown"
	}
	return d
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// GapLine returns a gap as one line: FILE:LINE:COL: text [gap: kind].
func GapLine(g graph.Gap, o Options) string {
	return o.at(g.Site) + gapText(g)
}
