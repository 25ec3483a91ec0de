// Package report defines the Report of one analysis and writes it in every
// format: text, JSON, SARIF, annotations of code hosts, Markdown, HTML. Every
// format is a view of the Report alone, so that one saved as JSON can be
// rendered again later.
//
// The type lives here, below package analyzer, which returns it: so the views
// can be built and tested without the analysis. The package imports graph and
// graph/ceiling only, never the rules: what a format says about a rule is
// handed in as a Rule.
package report

import (
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

// Version is the version of the report's JSON. It changes when a field is
// renamed, removed or given another meaning, not when one is added.
const Version = 1

// A Report is all that one analysis found. Lists have a fixed order; those that
// are empty are written as [].
type Report struct {
	Version    int    `json:"version"`
	Root       string `json:"root"`                  // the name of the analysed directory, not its path
	Deployment string `json:"deployment,omitempty"`  // the deployment of record; "" if nothing deploys
	Failure    string `json:"failure,omitempty"`     // why nothing could be analysed; "" if something was
	InputsHash string `json:"inputs_hash,omitempty"` // hash of every byte that was read under the root

	Services    []*graph.Service     `json:"services"`
	Resources   []*graph.Resource    `json:"resources"`
	Platform    []*graph.Platform    `json:"platform"`
	Endpoints   []*graph.Endpoint    `json:"endpoints"`
	Edges       []*graph.Edge        `json:"edges"`
	Paths       []ceiling.Path       `json:"paths"`            // entrances first, then by bound
	Breaks      []ceiling.Break      `json:"breaks,omitempty"` // what the loads of the configuration file use up first, all growing together; by factor
	Findings    []graph.Finding      `json:"findings"`         // by site, rule, message
	Gaps        []graph.Gap          `json:"gaps"`
	Assumptions []ceiling.Assumption `json:"assumptions"` // by name, text, site
	Summary     Summary              `json:"summary"`
}

// A Rule is what a format says about a rule.
type Rule struct {
	Name      string
	Dimension string // compute, data, coordination, time, dependency
	Title     string // one line: what the rule says
	Manual    string // the manual page, Markdown
	Severity  string // the severity that its findings have at most
}

// System returns the part of the report that is a system: what pictures are
// drawn of. Its endpoints have no bodies if the report was decoded.
func (r *Report) System() *graph.System {
	return &graph.System{
		Root: r.Root, Deployment: r.Deployment,
		Services: r.Services, Resources: r.Resources, Platform: r.Platform,
		Endpoints: r.Endpoints, Edges: r.Edges, Gaps: r.Gaps,
		ClientsMet: r.Summary.ClientsMet, ClientsResolved: r.Summary.ClientsResolved,
	}
}

// FromSystem returns a report of the system, with neither paths nor findings.
func FromSystem(sys *graph.System) *Report {
	return &Report{
		Version: Version, Root: sys.Root, Deployment: sys.Deployment,
		Services: sys.Services, Resources: sys.Resources, Platform: sys.Platform,
		Endpoints: sys.Endpoints, Edges: sys.Edges, Gaps: sys.Gaps,
		Summary: Summary{ClientsMet: sys.ClientsMet, ClientsResolved: sys.ClientsResolved},
	}
}

// Failed returns a report that says that nothing could be analysed, and why.
func Failed(root string, why error) *Report {
	r := &Report{Version: Version, Root: root, Failure: why.Error()}
	r.Finish()
	return r
}
