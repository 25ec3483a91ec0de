package report

import (
	"bytes"
	_ "embed"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

//go:embed report.html
var page string

// HTML writes one self-contained file for a browser: findings with their
// paths, ceilings and tables that can be searched and filtered, and the picture
// of Options.Picture, whose nodes can be clicked.
func HTML(w io.Writer, r *Report, o Options) error {
	t, err := template.New("report").Parse(page)
	if err != nil {
		return err
	}
	o.Notes = true // the page has a filter for them
	view := htmlView{Root: r.Root, Summary: strings.TrimPrefix(r.SummaryLine(true), r.Root+": "), Failure: r.Failure, Findings: o.Shown(r), Picture: inline(o.Picture)}
	for _, f := range view.Findings {
		if !slices.Contains(view.Rules, f.Rule) {
			view.Rules = append(view.Rules, f.Rule)
		}
	}
	for _, table := range []htmlTable{
		{"Ceilings", ceilingHeader(), ceilingRows(r), -1},
		{"Services", serviceHeader(), serviceRows(r), -1},
		{"Resources", resourceHeader(), resourceRows(r), 1},
		{"Endpoints", endpointHeader(), endpointRows(r), 1},
		{"Dependencies", edgeHeader(), edgeRows(r), 2},
		{"Gaps", gapHeader(), gapRows(r), 0},
		{"Assumptions", assumptionHeader(), assumptionRows(r), -1},
	} {
		if len(table.Rows) > 0 {
			view.Tables = append(view.Tables, table)
		}
	}
	for i := range r.Paths {
		if curve, ok := Plot(&r.Paths[i]); ok {
			view.Curves = append(view.Curves, htmlCurve{r.Paths[i].Label, inline(curve)})
		}
	}
	for _, rule := range o.Rules {
		if slices.Contains(view.Rules, rule.Name) {
			view.Manuals = append(view.Manuals, rule)
		}
	}
	return t.Execute(w, view)
}

type htmlView struct {
	Root, Summary, Failure string
	Rules                  []string // of the findings
	Findings               []graph.Finding
	Tables                 []htmlTable
	Manuals                []Rule
	Picture                template.HTML
	Curves                 []htmlCurve
}

// An htmlCurve is the plot of a path.
type htmlCurve struct {
	Path string
	Plot template.HTML
}

type htmlTable struct {
	Name   string
	Header []string
	Rows   [][]string
	Kind   int // column that holds the kind, which the page filters by; -1 if none
}

// Kinds returns the different kinds of the table's rows, in their order.
func (t htmlTable) Kinds() []string {
	var kinds []string
	for _, row := range t.Rows {
		if t.Kind >= 0 && !slices.Contains(kinds, row[t.Kind]) {
			kinds = append(kinds, row[t.Kind])
		}
	}
	return kinds
}

// KindOf returns the kind of a row, or "".
func (t htmlTable) KindOf(row []string) string {
	if t.Kind < 0 {
		return ""
	}
	return row[t.Kind]
}

// inline returns an SVG without what may stand only at the start of a file.
func inline(svg []byte) template.HTML {
	i := bytes.Index(svg, []byte("<svg"))
	if i < 0 {
		return ""
	}
	return template.HTML(svg[i:])
}
