package report

import (
	"cmp"
	"slices"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// A Summary counts what is in a report.
type Summary struct {
	Services        int `json:"services"`
	Resources       int `json:"resources"`
	Endpoints       int `json:"endpoints"`
	Edges           int `json:"edges"`
	Paths           int `json:"paths"`
	ClientsMet      int `json:"clients_met"`      // distinct client call sites
	ClientsResolved int `json:"clients_resolved"` // those whose target was found
	Errors          int `json:"errors"`
	Warnings        int `json:"warnings"`
	Notes           int `json:"notes"`
	Gaps            int `json:"gaps"`          // those that nobody has accepted
	GapsAccepted    int `json:"gaps_accepted"` // those that have a reason in coordlint.yaml
	Unread          int `json:"unread"`        // files and packages that could not be read, accepted or not
	Mains           int `json:"unplaced_mains"`
	Workloads       int `json:"unplaced_workloads"`
	Clients         int `json:"unplaced_clients"`
}

// Finish sorts the findings and assumptions, replaces nil lists by empty ones
// and counts the summary. The numbers of clients are kept: nothing else in a
// report tells them.
func (r *Report) Finish() {
	r.Services = notNil(r.Services)
	r.Resources = notNil(r.Resources)
	r.Platform = notNil(r.Platform)
	r.Endpoints = notNil(r.Endpoints)
	r.Edges = notNil(r.Edges)
	r.Paths = notNil(r.Paths)
	r.Findings = notNil(r.Findings)
	r.Gaps = notNil(r.Gaps)
	r.Assumptions = notNil(r.Assumptions)
	slices.SortStableFunc(r.Findings, compareFindings)
	slices.SortStableFunc(r.Assumptions, func(a, b ceiling.Assumption) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Text, b.Text), a.Site.Compare(b.Site))
	})
	r.count()
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func compareFindings(a, b graph.Finding) int {
	return cmp.Or(a.Site.Compare(b.Site), cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Message, b.Message), cmp.Compare(a.Identity, b.Identity))
}

func (r *Report) count() {
	s := Summary{
		Services: len(r.Services), Resources: len(r.Resources), Endpoints: len(r.Endpoints),
		Edges: len(r.Edges), Paths: len(r.Paths),
		ClientsMet: r.Summary.ClientsMet, ClientsResolved: r.Summary.ClientsResolved,
	}
	for _, f := range r.Findings {
		switch f.Severity {
		case graph.SeverityError:
			s.Errors++
		case graph.SeverityWarning:
			s.Warnings++
		default:
			s.Notes++
		}
	}
	for _, g := range r.Gaps {
		if g.Hard {
			s.Unread++
		}
		if g.Reason != "" {
			s.GapsAccepted++
			continue
		}
		s.Gaps++
		switch g.Kind {
		case "main":
			s.Mains++
		case "workload":
			s.Workloads++
		case "client", "address":
			s.Clients++
		}
	}
	r.Summary = s
}

// Incomplete reports whether a package or file could not be read and nobody
// has accepted that.
func (r *Report) Incomplete() bool {
	return slices.ContainsFunc(r.Gaps, func(g graph.Gap) bool { return g.Hard && g.Reason == "" })
}

// Exit statuses of the command, the same in every format.
const (
	ExitClean      = 0 // no finding at or above the threshold
	ExitFindings   = 1
	ExitUsage      = 2 // usage or configuration, or nothing could be analysed
	ExitIncomplete = 3 // no finding, but something could not be read
)

// Exit returns the command's exit status: failOn is the least severity that
// counts; "none" lets no finding count.
func (r *Report) Exit(failOn string) int {
	switch {
	case r.Failure != "":
		return ExitUsage
	case slices.ContainsFunc(r.Findings, func(f graph.Finding) bool { return AtLeast(f.Severity, failOn) }):
		return ExitFindings
	case r.Incomplete():
		return ExitIncomplete
	}
	return ExitClean
}

// AtLeast reports whether a severity reaches a threshold. Nothing reaches
// "none".
func AtLeast(severity, threshold string) bool {
	if threshold == "none" {
		return false
	}
	return rank(severity) >= rank(threshold)
}

func rank(severity string) int {
	switch severity {
	case graph.SeverityError:
		return 2
	case graph.SeverityWarning:
		return 1
	}
	return 0
}
