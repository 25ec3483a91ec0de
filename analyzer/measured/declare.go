package measured

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// Numbers returns what the file says, as numbers of ceilings. An entry about
// something that the system has not, or has no more, is left out and is a Gap.
func (f *File) Numbers(sys *graph.System) ([]ceiling.Declared, []graph.Gap) {
	var out []ceiling.Declared
	var gaps []graph.Gap
	for i := range f.Times {
		t := &f.Times[i]
		if what := t.missing(sys); what != "" {
			gaps = append(gaps, graph.Gap{Kind: "config", Site: t.site, Text: fmt.Sprintf("measured %s: %s; coordlint calibrate writes the file again", t.What, what)})
			continue
		}
		n := ceiling.Declared{What: ceiling.WhatTime, Service: t.Service, Target: t.Target, Operation: t.Operation, Value: t.quantity()}
		switch t.What {
		case Own:
			n.Service, n.Target = "", t.Service
		case Network:
			n.What = ceiling.WhatNetwork
		}
		out = append(out, n)
	}
	return out, gaps
}

func (t *Time) quantity() graph.Quantity {
	note := strings.Join(t.Files, ", ")
	return graph.Quantity{Low: t.Mean.Low, High: t.Mean.High, Source: graph.Measured, Site: t.site, Note: note}
}

// missing says what of an entry the system has not; "" if it has all.
func (t *Time) missing(sys *graph.System) string {
	service := func(id string) bool {
		return slices.ContainsFunc(sys.Services, func(s *graph.Service) bool { return s.ID == id })
	}
	switch {
	case !service(t.Service):
		return fmt.Sprintf("no service %q", t.Service)
	case t.What == Network && !service(t.Target):
		return fmt.Sprintf("no service %q", t.Target)
	case t.What == Use && !slices.ContainsFunc(sys.Resources, func(r *graph.Resource) bool { return r.ID == t.Target }):
		return fmt.Sprintf("no resource %q", t.Target)
	}
	owner := t.Target
	if t.What == Own {
		owner = t.Service
	}
	if t.Operation != "" && !does(sys, owner, t.Operation) {
		return fmt.Sprintf("%s has no operation %q", owner, t.Operation)
	}
	return ""
}

// does reports whether something serves an operation, or is asked for it.
func does(sys *graph.System, owner, operation string) bool {
	return slices.ContainsFunc(sys.Endpoints, func(e *graph.Endpoint) bool { return e.Service == owner && e.Name == operation }) ||
		slices.ContainsFunc(sys.Edges, func(e *graph.Edge) bool { return e.To == owner && slices.Contains(e.Operations, operation) })
}
