package graph

import (
	"fmt"
	"strings"
)

// DOT draws the system in the DOT language: services and resources in
// clusters, one arrow for each pair that depends on one another, and a legend.
// Solid arrows are waited for, dashed ones are not, dotted ones are not part
// of any request. A system of more than 60 nodes is drawn as an overview of
// its clusters unless the picture is narrowed. Equal input gives equal bytes.
func DOT(sys *System, p Picture) string {
	w := &dotWriter{view: newView(sys, p)}
	w.quiet = len(w.view.links) > max(maxLabels, 3*len(w.view.nodes))
	title := sys.Root
	if p.Path != "" {
		title += ": " + p.Path
	}
	w.line(`digraph %s {`, quote(sys.Root))
	w.line(`  graph [rankdir=LR, newrank=true, compound=true, nodesep=0.3, ranksep=0.9, pad=0.3, bgcolor=white, labelloc=t, fontname="Helvetica,Arial,sans-serif", fontsize=16, label=%s, tooltip=%s];`,
		quote(joinNonEmpty(title, w.view.note)), quote(title))
	w.line(`  node [fontname="Helvetica,Arial,sans-serif", fontsize=11, margin="0.22,0.08", style=filled, fillcolor=white, color="#37474f"];`)
	w.line(`  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, color="#37474f", fontcolor="#37474f", arrowsize=0.8];`)
	for i, c := range w.view.clusters {
		w.cluster(i, c)
	}
	for _, l := range w.view.links {
		w.link(l)
	}
	w.legend()
	w.line(`}`)
	return w.b.String()
}

// maxLabels is up to how many arrows each has its text beside it. Where there
// are more, and more than three a node, the texts are in the tooltips only.
const maxLabels = 60

type dotWriter struct {
	b     strings.Builder
	view  *view
	quiet bool // arrows have no texts
}

func (w *dotWriter) line(format string, args ...any) {
	fmt.Fprintf(&w.b, format+"\n", args...)
}

func (w *dotWriter) cluster(i int, c cluster) {
	if w.view.overview {
		for _, n := range c.nodes {
			w.node("  ", n)
		}
		return
	}
	w.line(`  subgraph cluster_%d {`, i)
	w.line(`    graph [label=%s, tooltip=%s, style="rounded,filled", fillcolor="#f5f7f8", color="#cfd8dc", fontcolor="#546e7a", fontsize=12, labeljust=l, margin=14];`, quote(c.name), quote(c.name))
	for _, n := range c.nodes {
		w.node("    ", n)
	}
	w.line(`  }`)
}

func (w *dotWriter) node(indent string, n *node) {
	var lines []string
	for _, line := range n.lines {
		lines = append(lines, wrap(line)...)
	}
	lines = append(lines, n.found.lines()...)
	for _, mark := range n.marks {
		for line := range strings.Lines(mark) {
			lines = append(lines, wrap(strings.TrimSuffix(line, "\n"))...)
		}
	}
	a := attributes{}
	a.set("label", strings.Join(lines, "\n"))
	a.set("tooltip", joinNonEmpty(append([]string{n.tooltip}, n.found.all()...)...))
	a = append(a, shapeOf(n.kind)...)
	if color := severityColor(n.severity); color != "" {
		a.set("color", color)
		a.set("penwidth", "2.2")
		a.set("fillcolor", severityFill(n.severity))
	}
	if w.view.path && !n.onPath {
		a.set("color", "#cccccc")
		a.set("fontcolor", "#9e9e9e")
		a.set("fillcolor", "#fafafa")
	}
	if w.view.path && n.onPath {
		a.set("penwidth", "2.2")
	}
	if len(n.marks) > 0 {
		for _, kv := range markStyle() {
			a.set(kv[0], kv[1])
		}
	}
	if w.view.diff {
		a.set("label", changeSign(n.change)+strings.Join(lines, "\n"))
		a.applyChange(n.change, "filled,dashed")
	}
	w.line(`%s%s [%s];`, indent, quote(n.id), a)
}

// maxLine is about how many characters a line of a node's text has at most.
const maxLine = 28

// wrap breaks a long name behind its separators.
func wrap(text string) []string {
	var lines []string
	for len(text) > maxLine {
		i := strings.LastIndexAny(text[:maxLine], "-/._: ") + 1
		if i < maxLine/3 || len(text)-i < 4 {
			break
		}
		lines = append(lines, text[:i])
		text = text[i:]
	}
	return append(lines, text)
}

func (w *dotWriter) link(l *link) {
	a := attributes{}
	a.set("tooltip", strings.Join(l.tooltip, "\n"))
	if !w.quiet || l.severity != "" || w.view.path && l.onPath {
		a.set("label", linkLabel(l)+"\n ") // the empty line lifts the text off the arrow
		a.set("labeltooltip", strings.Join(l.tooltip, "\n"))
	}
	a.set("style", linkStyle(l))
	if !l.sync {
		a.set("arrowhead", "empty")
	}
	if color := severityColor(l.severity); color != "" {
		a.set("fontcolor", color)
	}
	if l.severity == SeverityError { // were warnings drawn so too, nothing would stand out
		a.set("color", severityColor(l.severity))
		a.set("penwidth", "1.8")
	}
	switch {
	case w.view.path && l.onPath:
		a.set("penwidth", "3")
	case w.view.path:
		a.set("color", "#d0d0d0")
		a.set("fontcolor", "#b0b0b0")
		a.set("penwidth", "1")
	}
	if w.view.diff {
		a.set("label", changeSign(l.change)+linkLabel(l)+"\n ")
		a.applyChange(l.change, "dashed")
	}
	w.line(`  %s -> %s [%s];`, quote(l.from), quote(l.to), a)
}

// linkLabel names the kinds, how many operations they have together, and the
// severest mark.
func linkLabel(l *link) string {
	text := strings.Join(l.kinds, ", ")
	if l.count > 1 {
		text += fmt.Sprintf(" x%d", l.count)
	}
	if l.loop {
		text += ", in a loop"
	}
	if l.severity != "" {
		text = severityMark(l.severity) + " " + text
	}
	return strings.Join(append([]string{text}, l.turns...), "\n")
}

func linkStyle(l *link) string {
	switch {
	case l.idle:
		return "dotted"
	case l.sync:
		return "solid"
	}
	return "dashed"
}
