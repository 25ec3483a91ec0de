package rules

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// Options are the thresholds and facts that a user gives. The zero value
// stands for the defaults.
type Options struct {
	ChainLength    int     // service hops in a row that sync-chain reports; 0: 3
	Amplification  float64 // attempts for one request that retry-amplification reports; 0: 4
	JitterOptional bool    // a growing wait without jitter is good enough
	Accepted       []Accepted
	Idempotent     []string // operations that may be tried again: "pkg.Service/Method", "POST /path"

	// Directives are those that Silence will be given: a place of which one
	// speaks is not merged with others of the same cause, so that it alone
	// becomes silent.
	Directives []Directive
}

// Facts that a user can state of a service or a resource.
const (
	StatefulByDesign = "stateful by design" // of a service or a State's name: sharded, or one replica on purpose
	SharedReadOnly   = "shared read-only"   // of a resource: only one service writes it
)

// Accepted is a fact that a user states, so that rules need not ask again.
type Accepted struct {
	Fact    string // one of the facts above
	Subject string // id of a service or resource, or name of a State
	Reason  string
}

func (o *Options) chainLength() int {
	if o.ChainLength > 0 {
		return o.ChainLength
	}
	return 3
}

func (o *Options) amplification() float64 {
	if o.Amplification > 0 {
		return o.Amplification
	}
	return 4
}

// states reports whether the user stated the fact of the subject.
func (o *Options) states(fact, subject string) bool {
	return slices.ContainsFunc(o.Accepted, func(a Accepted) bool { return a.Fact == fact && a.Subject == subject })
}

// accepts reports whether a fact explains the whole finding. Facts that explain
// a part of one are asked for by the rule itself.
func (o *Options) accepts(rule string, f *graph.Finding) bool {
	if rule != "stateful-service" {
		return false
	}
	return slices.ContainsFunc(f.Subjects, func(id string) bool { return o.states(StatefulByDesign, id) })
}

// idempotent reports whether the user says that the call may be repeated.
func (o *Options) idempotent(call *graph.Step) bool {
	return slices.Contains(o.Idempotent, call.Operation)
}

// apart reports whether a directive in a file, or of files, speaks of what a
// rule finds at a place.
func (o *Options) apart(rule string, site graph.Site, subjects ...string) bool {
	f := graph.Finding{Rule: rule, Site: site, Subjects: subjects}
	return slices.ContainsFunc(o.Directives, func(d Directive) bool {
		return (d.File != "" || d.PathGlob != "") && d.covers(&f)
	})
}
