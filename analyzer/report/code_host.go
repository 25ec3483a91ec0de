package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// GitHub writes workflow commands, which GitHub Actions shows as annotations of
// the changed lines ("Workflow commands for GitHub Actions", docs.github.com).
func GitHub(w io.Writer, r *Report, o Options) error {
	b := bufio.NewWriter(w)
	level := map[string]string{graph.SeverityError: "error", graph.SeverityWarning: "warning", graph.SeverityNote: "notice"}
	for _, f := range o.Shown(r) {
		lines := []string{f.Message}
		for _, h := range f.Path {
			lines = append(lines, "  "+sitePrefix(h.Site)+h.Text)
		}
		workflowCommand(b, level[f.Severity], f.Rule, f.Site, strings.Join(lines, "\n"))
	}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			workflowCommand(b, "error", "coordlint could not read "+g.Kind, g.Site, g.Text)
		}
	}
	if r.Failure != "" {
		workflowCommand(b, "error", "coordlint", graph.Site{}, r.Failure)
	}
	return b.Flush()
}

func workflowCommand(w io.Writer, level, title string, s graph.Site, message string) {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	fmt.Fprintf(w, "::%s ", level)
	if !s.IsZero() {
		fmt.Fprintf(w, "file=%s,", property.Replace(s.File))
		if s.Line > 0 {
			fmt.Fprintf(w, "line=%d,", s.Line)
		}
		if s.Col > 0 {
			fmt.Fprintf(w, "col=%d,", s.Col)
		}
	}
	fmt.Fprintf(w, "title=%s::%s\n", property.Replace(title), data.Replace(message))
}

func sitePrefix(s graph.Site) string {
	if s.IsZero() {
		return ""
	}
	return s.String() + ": "
}

func gapText(g graph.Gap) string {
	text := g.Text + " [gap: " + g.Kind + "]"
	if g.Reason != "" {
		text += " accepted: " + g.Reason
	}
	return text
}

// codeQuality is an entry of GitLab's report (docs.gitlab.com, "Code Quality
// report format").
type codeQuality struct {
	Description string `json:"description"`
	CheckName   string `json:"check_name"`
	Fingerprint string `json:"fingerprint"`
	Severity    string `json:"severity"` // info, minor, major, critical, blocker
	Location    struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	} `json:"location"`
}

// GitLab writes a code quality report. What could not be read, and a failure,
// are entries of their own, since the format has nothing else for them.
func GitLab(w io.Writer, r *Report, o Options) error {
	list := []codeQuality{}
	seen := map[string]int{}
	add := func(name, severity, print, text string, s graph.Site) {
		if seen[print]++; seen[print] > 1 { // GitLab shows entries of one fingerprint once
			print += fmt.Sprintf("-%d", seen[print])
		}
		q := codeQuality{Description: text, CheckName: name, Fingerprint: print, Severity: severity}
		q.Location.Path = s.File
		q.Location.Lines.Begin = max(s.Line, 1)
		list = append(list, q)
	}
	severity := map[string]string{graph.SeverityError: "critical", graph.SeverityWarning: "major", graph.SeverityNote: "info"}
	for _, f := range o.Shown(r) {
		add(f.Rule, severity[f.Severity], fingerprint(f), f.Message, f.Site)
	}
	for _, g := range r.Gaps {
		if g.Hard && g.Reason == "" {
			add("gap", "critical", fingerprint(graph.Finding{Identity: "gap|" + g.Site.String() + g.Text}), gapText(g), g.Site)
		}
	}
	if r.Failure != "" {
		add("failure", "blocker", fingerprint(graph.Finding{Identity: "failure|" + r.Failure}), r.Failure, graph.Site{File: "."})
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(list)
}
