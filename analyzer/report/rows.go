package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// The tables that the Markdown and HTML views share: a header and its rows.

func serviceHeader() []string {
	return []string{"service", "main", "workload", "replicas", "scaler's maximum", "endpoints"}
}

func serviceRows(r *Report) [][]string {
	endpoints := map[string]int{}
	for _, e := range r.Endpoints {
		if !e.Standard {
			endpoints[e.Service]++
		}
	}
	var rows [][]string
	for _, s := range r.Services {
		place := s.Main
		if s.Language != "go" {
			place = "(not Go)"
		}
		if s.Command != "" {
			place += " " + s.Command
		}
		rows = append(rows, []string{s.ID, place, s.Workload, count(s.Replicas), count(s.HPAMax), strconv.Itoa(endpoints[s.ID])})
	}
	return rows
}

func count(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func resourceHeader() []string {
	return []string{"resource", "kind", "technology", "identity", "used by"}
}

func resourceRows(r *Report) [][]string {
	users := map[string][]string{}
	for _, e := range r.Edges {
		if u := users[e.To]; len(u) == 0 || u[len(u)-1] != e.From { // edges are sorted by from
			users[e.To] = append(u, e.From)
		}
	}
	var rows [][]string
	for _, s := range r.Resources {
		rows = append(rows, []string{s.ID, s.Kind, s.Technology, s.Identity, strings.Join(users[s.ID], ", ")})
	}
	return rows
}

func edgeHeader() []string {
	return []string{"from", "to", "kind", "who waits", "operations", "places"}
}

func edgeRows(r *Report) [][]string {
	var rows [][]string
	for _, e := range r.Edges {
		rows = append(rows, []string{e.From, e.To, e.Kind, Waiting(e), strings.Join(e.Operations, "\n"), sites(e.Sites)})
	}
	return rows
}

// Waiting says in words who waits for an edge.
func Waiting(e *graph.Edge) string {
	text := "nobody waits"
	switch {
	case len(e.FromEndpoints) == 0 && e.Startup:
		text = "at start-up"
	case len(e.FromEndpoints) == 0 && e.Background:
		text = "in the background"
	case e.Sync:
		text = "a request waits"
	}
	if e.InLoop {
		text += ", in a loop"
	}
	return text
}

func sites(list []graph.Site) string {
	var parts []string
	for _, s := range list {
		parts = append(parts, s.String())
	}
	return strings.Join(parts, "\n")
}

func endpointHeader() []string { return []string{"service", "kind", "endpoint", "handler"} }

func endpointRows(r *Report) [][]string {
	var rows [][]string
	for _, e := range r.Endpoints {
		kind := e.Kind
		if e.Standard {
			kind += " (standard)"
		}
		rows = append(rows, []string{e.Service, kind, e.Name, e.Handler.String()})
	}
	return rows
}

func gapHeader() []string { return []string{"kind", "gap", "place", "accepted because"} }

func gapRows(r *Report) [][]string {
	var rows [][]string
	for _, g := range r.Gaps {
		rows = append(rows, []string{g.Kind, g.Text, g.Site.String(), g.Reason})
	}
	return rows
}

func assumptionHeader() []string { return []string{"assumption", "of", "value", "place"} }

func assumptionRows(r *Report) [][]string {
	var rows [][]string
	for _, a := range r.Assumptions {
		rows = append(rows, []string{a.Text, a.Name, interval(a.Low, a.High, a.Unit), a.Site.String()})
	}
	return rows
}

// interval writes a number that is known to lie between two others.
func interval(low, high float64, unit string) string {
	switch {
	case unit == "":
		return ""
	case low == high:
		return fmt.Sprintf("%g %s", low, unit)
	}
	return fmt.Sprintf("%g to %g %s", low, high, unit)
}
