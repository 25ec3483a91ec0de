package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
)

// why prints why there are edges between two nodes: the calls, how their
// target was found, and what could not be resolved in the caller if there are
// none.
func why(w io.Writer, r *report.Report, pair string, o report.Options) error {
	from, to, _ := strings.Cut(pair, ",")
	for _, id := range []string{from, to} {
		if !known(r, id) {
			return fmt.Errorf("-why %s: no service or resource %q", pair, id)
		}
	}
	b := bufio.NewWriter(w)
	found := false
	for _, e := range r.Edges {
		if e.From == from && e.To == to {
			found = true
			writeEdge(b, e, o)
		}
	}
	if !found {
		fmt.Fprintf(b, "%s has no edge to %s\n", from, to)
		for _, svc := range r.Services {
			for _, i := range svc.Idle {
				if svc.ID == from && (i.To == to || strings.HasPrefix(to, i.To+"/")) {
					fmt.Fprintf(b, "    %s: %s\n", o.Place(i.Site), i.Text)
				}
			}
		}
		for _, g := range r.Gaps {
			if g.Owner == from {
				fmt.Fprintln(b, "    "+report.GapLine(g, o))
			}
		}
	}
	return b.Flush()
}

func writeEdge(b io.Writer, e *graph.Edge, o report.Options) {
	fmt.Fprintf(b, "%s -> %s %s, %s%s\n", e.From, e.To, e.Kind, report.Waiting(e), certainty(e))
	for _, s := range e.Sites {
		fmt.Fprintf(b, "    %s: %s\n", o.Place(s), strings.Join(e.Operations, ", "))
	}
	for _, f := range e.Address {
		if f.Site.IsZero() {
			fmt.Fprintf(b, "    %s\n", f.Text)
		} else {
			fmt.Fprintf(b, "    %s: %s\n", o.Place(f.Site), f.Text)
		}
	}
	for _, name := range e.FromEndpoints {
		fmt.Fprintf(b, "    reached from %s\n", name)
	}
}

func certainty(e *graph.Edge) string {
	text := ""
	if !e.Certain {
		text = ", not certain"
	}
	if e.Note != "" {
		text += " (" + e.Note + ")"
	}
	return text
}

// showPath prints what a request of an endpoint reaches, and its ceiling.
func showPath(w io.Writer, r *report.Report, text string, o report.Options) error {
	ep, err := endpoint(r, text)
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s: %s\n", o.Place(ep.Handler), ep.ID())
	lines := graph.Outline(r.System(), ep)
	for _, l := range lines {
		place := ""
		if !l.Site.IsZero() {
			place = o.Place(l.Site) + ": "
		}
		fmt.Fprintf(b, "%s%s%s\n", strings.Repeat("    ", l.Depth+1), place, l.Text)
	}
	t := pathWriter{w: b, o: o, edges: graph.Trace(r.System(), ep), seen: map[string]bool{}}
	if len(lines) == 0 {
		t.service(ep.Service, 1)
	}
	if err := report.CeilingOf(b, r, ep.ID(), o); err != nil {
		return err
	}
	return b.Flush()
}

// A pathWriter writes the edges of a path as a tree of services. What a service
// does is written where it is first reached.
type pathWriter struct {
	w     io.Writer
	o     report.Options
	edges []*graph.Edge
	seen  map[string]bool
}

func (t *pathWriter) service(id string, depth int) {
	if t.seen[id] {
		return
	}
	t.seen[id] = true
	for _, e := range t.edges {
		if e.From == id && e.Kind != graph.EdgeConsume {
			t.edge(e, depth)
			t.service(e.To, depth+1)
		}
		if e.To == id && e.Kind == graph.EdgeConsume {
			t.edge(e, depth)
			t.service(e.From, depth+1)
		}
	}
}

func (t *pathWriter) edge(e *graph.Edge, depth int) {
	place := ""
	if len(e.Sites) > 0 {
		place = t.o.Place(e.Sites[0]) + ": "
	}
	fmt.Fprintf(t.w, "%s%s%s -> %s %s, %s\n", strings.Repeat("    ", depth), place, e.From, e.To,
		strings.Join(append([]string{e.Kind}, e.Operations...), " "), report.Waiting(e))
}
