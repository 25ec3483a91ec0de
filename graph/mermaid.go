package graph

import (
	"fmt"
	"strings"
)

// Limits of the Mermaid renderer of GitHub, which a diagram cannot change
// (mermaid 11, config defaults maxEdges and maxTextSize).
const (
	MermaidEdges = 500
	MermaidText  = 50_000 // characters
)

// Mermaid draws the system as a Mermaid flowchart. It returns an error if the
// picture is larger than GitHub shows; the caller should then narrow it, or
// use a table and an SVG.
func Mermaid(sys *System, p Picture) (string, error) {
	v := newView(sys, p)
	if len(v.links) > MermaidEdges {
		return "", fmt.Errorf("mermaid: %d edges, at most %d are shown", len(v.links), MermaidEdges)
	}
	w := mermaidWriter{view: v, ids: map[string]string{}}
	text := w.text()
	if n := len([]rune(text)); n > MermaidText {
		return "", fmt.Errorf("mermaid: %d characters, at most %d are shown", n, MermaidText)
	}
	return text, nil
}

type mermaidWriter struct {
	view *view
	b    strings.Builder
	ids  map[string]string
}

func (w *mermaidWriter) line(format string, args ...any) {
	fmt.Fprintf(&w.b, format+"\n", args...)
}

func (w *mermaidWriter) text() string {
	w.line("flowchart LR")
	for i, c := range w.view.clusters {
		if !w.view.overview {
			w.line("  subgraph c%d[%s]", i, mermaidQuote(c.name))
		}
		for _, n := range c.nodes {
			w.node(n)
		}
		if !w.view.overview {
			w.line("  end")
		}
	}
	for i, l := range w.view.links {
		w.link(i, l)
	}
	for _, s := range []string{SeverityError, SeverityWarning, SeverityNote} {
		w.line("  classDef %s fill:%s,stroke:%s,color:#000", s, severityFill(s), severityColor(s))
	}
	w.line("  classDef ceiling fill:#fff3c4,stroke:#b26a00,stroke-width:4px,color:#000")
	w.line("  classDef rest fill:#fafafa,stroke:#ccc,color:#999")
	legend := "solid arrow: a request waits\ndashed arrow: no request waits\n[!] error, [?] warning, [i] note"
	if w.view.turns {
		legend += "\neither (1) .. or (1): one of them"
	}
	w.line("  legend[%s]", mermaidQuote(legend))
	return w.b.String()
}

func (w *mermaidWriter) node(n *node) {
	id := fmt.Sprintf("n%d", len(w.ids))
	w.ids[n.id] = id
	lines := append(append(append([]string(nil), n.lines...), n.found.lines()...), n.marks...)
	open, end := mermaidShape(n.kind)
	class := n.severity
	switch {
	case len(n.marks) > 0:
		class = "ceiling"
	case w.view.path && !n.onPath:
		class = "rest"
	}
	if class != "" {
		class = ":::" + class
	}
	w.line("    %s%s%s%s%s", id, open, mermaidQuote(strings.Join(lines, "\n")), end, class)
}

func (w *mermaidWriter) link(i int, l *link) {
	arrow := "-->"
	if !l.sync || l.idle {
		arrow = "-.->"
	}
	w.line("  %s %s|%s| %s", w.ids[l.from], arrow, mermaidQuote(linkLabel(l)), w.ids[l.to])
	switch {
	case w.view.path && !l.onPath:
		w.line("  linkStyle %d stroke:#d0d0d0", i)
	case w.view.path:
		w.line("  linkStyle %d stroke-width:4px", i)
	case l.severity == SeverityError:
		w.line("  linkStyle %d stroke:%s", i, severityColor(l.severity))
	}
}

// mermaidShape returns what stands around a node's text.
func mermaidShape(kind string) (open, end string) {
	switch kind {
	case "service", "other":
		return "(", ")"
	case Datastore, Cache:
		return "[(", ")]"
	case Topic, Queue:
		return ">", "]"
	case Lock, Coordinator:
		return "{{", "}}"
	case External:
		return "((", "))"
	}
	return "[", "]"
}

// mermaidQuote returns a Mermaid string; its entities start with #.
func mermaidQuote(s string) string {
	return `"` + strings.NewReplacer("#", "#35;", `"`, "#quot;", "<", "#lt;", ">", "#gt;", "&", "#amp;", "\n", "<br/>").Replace(s) + `"`
}
