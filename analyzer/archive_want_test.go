package analyzer_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// A want is what an archive says is to be found. Its section "want" holds a
// line each for all of
//
//	service ID main=DIR [command=NAME] lang=go|other
//	endpoint SERVICE KIND NAME [stream] [standard]
//	edge FROM -> TO KIND ops=[...] from=[...] [async] [loop] [startup] [background] [uncertain]
//	resource ID KIND TECHNOLOGY
//	gap client FILE:LINE TEXT
//
// and compares exactly: what is found and has no line is an error. An edge is
// async if no request waits for it. Further lines are
//
//	no edge FROM -> TO
//	finding RULE FILE:LINE
//	no finding RULE [FILE:LINE]
//	ceiling BEGINNING of a path's line
//
// and comments in the other files, `// want RULE "regexp"` or with #, which ask
// for a finding in their line. All findings of a rule that is asked for so must
// be asked for. Lines that start with # are comments.
type want struct {
	lines    []string
	never    []string // "no edge ..." and "ceiling ..."
	findings []string // "finding ..." and "no finding ..."
	comments []comment
}

type comment struct {
	rule, file string
	line       int
	text       *regexp.Regexp
}

var wantComment = regexp.MustCompile("(?://|#) want ([a-z-]+) (?:\"([^\"]*)\"|`([^`]*)`)")

func wanted(ar *txtar.Archive) *want {
	w := &want{}
	for _, f := range ar.Files {
		n := 0
		for line := range strings.Lines(string(f.Data)) {
			n++
			line = strings.TrimSpace(line)
			if f.Name != "want" {
				for _, m := range wantComment.FindAllStringSubmatch(line, -1) {
					w.comments = append(w.comments, comment{m[1], f.Name, n, regexp.MustCompile(m[2] + m[3])})
				}
				continue
			}
			switch {
			case line == "":
			case strings.HasPrefix(line, "#"), strings.HasPrefix(line, "no edge "), strings.HasPrefix(line, "ceiling "):
				w.never = append(w.never, line)
			case strings.HasPrefix(line, "finding "), strings.HasPrefix(line, "no finding "):
				w.findings = append(w.findings, line)
			default:
				w.lines = append(w.lines, line)
			}
		}
	}
	return w
}

// found lists what a report says, in the order of the section "want".
func found(r *report.Report) []string {
	var out []string
	for _, s := range r.Services {
		line := "service " + s.ID
		if s.Main != "" {
			line += " main=" + s.Main
		}
		if s.Command != "" {
			line += " command=" + s.Command
		}
		out = append(out, line+" lang="+s.Language)
	}
	for _, e := range r.Endpoints {
		out = append(out, "endpoint "+e.ID()+mark(e.Stream, "stream")+mark(e.Standard, "standard"))
	}
	for _, e := range r.Edges {
		out = append(out, edgeLine(e))
	}
	for _, res := range r.Resources {
		out = append(out, fmt.Sprintf("resource %s %s %s%s", res.ID, res.Kind, res.Technology, mark(!res.Certain, "uncertain")))
	}
	for _, g := range r.Gaps {
		if g.Kind == "client" || g.Kind == "package" {
			out = append(out, fmt.Sprintf("gap %s %s:%d %s", g.Kind, g.Site.File, g.Site.Line, g.Text))
		}
	}
	return out
}

func edgeLine(e *graph.Edge) string {
	line := fmt.Sprintf("edge %s -> %s %s", e.From, e.To, e.Kind)
	if len(e.Operations) > 0 {
		line += " ops=[" + strings.Join(e.Operations, ", ") + "]"
	}
	if len(e.FromEndpoints) > 0 {
		line += " from=[" + strings.Join(e.FromEndpoints, ", ") + "]"
	}
	return line + mark(!e.Sync && len(e.FromEndpoints) > 0, "async") + mark(e.InLoop, "loop") +
		mark(e.Startup, "startup") + mark(e.Background, "background") + mark(!e.Certain, "uncertain")
}

func mark(on bool, word string) string {
	if on {
		return " " + word
	}
	return ""
}

// compare returns what a report lacks and what it has too much.
func (w *want) compare(r *report.Report) []string {
	var problems []string
	got := found(r)
	for _, line := range w.lines {
		if !slices.Contains(got, line) {
			problems = append(problems, "missing:    "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(w.lines, line) {
			problems = append(problems, "unexpected: "+line)
		}
	}
	for _, line := range w.never {
		from, to, ok := strings.Cut(strings.TrimPrefix(line, "no edge "), " -> ")
		if ok && slices.ContainsFunc(r.Edges, func(e *graph.Edge) bool { return e.From == from && e.To == to }) {
			problems = append(problems, "there is an edge: "+line)
		}
		begin, ok := strings.CutPrefix(line, "ceiling ")
		if ok && !slices.ContainsFunc(r.Paths, func(p ceiling.Path) bool { return strings.HasPrefix(p.Line(), begin) }) {
			problems = append(problems, "missing:    "+line)
		}
	}
	return append(append(problems, unbounded(r)...), w.compareFindings(r)...)
}

// unbounded returns the paths that have neither a bound nor a formula nor the
// reason why there is none, and those whose bound is outside of its interval.
func unbounded(r *report.Report) []string {
	var problems []string
	for i := range r.Paths {
		p := &r.Paths[i]
		line := p.Line()
		bound := p.XBound.Finite() && len(p.Binding) > 0 && strings.Contains(line, "/s (")
		if !bound && (p.Reason == "" || !strings.Contains(line, "no bound found") || !strings.Contains(line, p.Reason)) {
			problems = append(problems, "neither a bound nor why there is none: "+line)
		}
		const rounding = 1e-9
		if p.XLow > p.XBound*(1+rounding) || p.XBound > p.XHigh*(1+rounding) {
			problems = append(problems, fmt.Sprintf("not between %v and %v: %s", p.XLow, p.XHigh, line))
		}
	}
	return problems
}

func (w *want) compareFindings(r *report.Report) []string {
	var problems, exact []string
	asked := map[string]bool{} // "RULE FILE:LINE"
	has := func(rule, site string) bool {
		return slices.ContainsFunc(r.Findings, func(f graph.Finding) bool {
			return f.Rule == rule && (site == "" || place(f) == site)
		})
	}
	for _, line := range w.findings {
		words := append(strings.Fields(strings.TrimPrefix(line, "no ")), "")
		rule, site := words[1], words[2]
		if not := strings.HasPrefix(line, "no "); has(rule, site) == not {
			problems = append(problems, "not so: "+line)
		} else if !not {
			exact, asked[rule+" "+site] = append(exact, rule), true
		}
	}
	for _, c := range w.comments {
		site := fmt.Sprintf("%s:%d", c.file, c.line)
		exact, asked[c.rule+" "+site] = append(exact, c.rule), true
		if !slices.ContainsFunc(r.Findings, func(f graph.Finding) bool {
			return f.Rule == c.rule && place(f) == site && c.text.MatchString(f.Message)
		}) {
			problems = append(problems, fmt.Sprintf("%s: no finding of %s matches %q", site, c.rule, c.text))
		}
	}
	for _, f := range r.Findings {
		if slices.Contains(exact, f.Rule) && !asked[f.Rule+" "+place(f)] {
			problems = append(problems, fmt.Sprintf("unexpected: %s: %s [%s]", place(f), f.Message, f.Rule))
		}
	}
	return problems
}

func place(f graph.Finding) string { return fmt.Sprintf("%s:%d", path.Clean(f.Site.File), f.Site.Line) }
