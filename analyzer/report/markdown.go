package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// Markdown writes a review sheet: what was found, how far each path can scale,
// what the system consists of, and what could not be seen. It has a Mermaid
// picture of what the findings are about if GitHub can show it.
func Markdown(w io.Writer, r *Report, o Options) error {
	m := &markdown{b: bufio.NewWriter(w)}
	m.line("# Scalability review: %s", r.Root)
	m.line("")
	m.line("%s.", mdText(strings.TrimPrefix(r.SummaryLine(o.Notes), r.Root+": ")))
	if r.Failure == "" {
		m.findings(r, o)
		m.ceilings(r)
		m.system(r)
		m.unseen(r)
	}
	return m.b.Flush()
}

type markdown struct{ b *bufio.Writer }

func (m *markdown) line(format string, args ...any) {
	fmt.Fprintf(m.b, format+"\n", args...)
}

// table writes a heading and a table, or nothing if there are no rows.
func (m *markdown) table(heading string, header []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	m.line("")
	m.line("## %s", heading)
	m.line("")
	m.line("| %s |", strings.Join(header, " | "))
	m.line("|%s", strings.Repeat(" --- |", len(header)))
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = mdText(c)
		}
		m.line("| %s |", strings.Join(cells, " | "))
	}
}

// mdText escapes what Markdown or HTML would read as markup in a line or cell.
func mdText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "\n", "<br>", "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}

func (m *markdown) findings(r *Report, o Options) {
	found := o.Shown(r)
	var rows [][]string
	for _, f := range found {
		rows = append(rows, []string{f.Severity, f.Rule, f.Message, f.Site.String()})
	}
	if len(rows) == 0 {
		m.line("")
		m.line("No findings.")
		return
	}
	m.table("Findings", []string{"severity", "rule", "finding", "place"}, rows)
	m.line("")
	m.line("### How each is reached")
	for _, f := range found {
		m.line("")
		m.line("**%s** %s", mdText(f.Rule), mdText(f.Message))
		m.line("")
		for i, h := range f.Path {
			m.line("%d. %s %s", i+1, mdText(h.Text), mdPlace(h.Site))
		}
	}
	if text, err := graph.Mermaid(r.System(), graph.Picture{Findings: found, OnlyFindings: true}); err == nil {
		m.line("")
		m.line("```mermaid\n%s```", text)
	}
}

func mdPlace(s graph.Site) string {
	if s.IsZero() {
		return ""
	}
	return "(" + mdText(s.String()) + ")"
}

func (m *markdown) ceilings(r *Report) {
	m.table("Ceilings", ceilingHeader(), ceilingRows(r))
	if len(r.Paths) == 0 {
		return
	}
	m.line("")
	m.line("A path cannot exceed its ceiling; nothing says that it reaches it.")
	for i := range r.Paths {
		p := &r.Paths[i]
		if lines := remarks(p); p.Entrance && len(lines) > 0 {
			m.line("")
			m.line("**%s**", mdText(p.Service+" "+p.Entry))
			m.line("")
			for _, text := range lines {
				m.line("- %s", mdText(text))
			}
		}
	}
}

func (m *markdown) system(r *Report) {
	m.table("Services", serviceHeader(), serviceRows(r))
	m.table("Resources", resourceHeader(), resourceRows(r))
	m.table("Dependencies", edgeHeader(), edgeRows(r))
}

func (m *markdown) unseen(r *Report) {
	m.table("What could not be seen", gapHeader(), gapRows(r))
	m.table("Assumptions", assumptionHeader(), assumptionRows(r))
}
