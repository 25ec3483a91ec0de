package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// A Baseline is the findings that a team has decided to live with for now. It
// only shrinks: a finding that is new is none of it.
type Baseline struct {
	Version  int     `json:"version"`  // that of the report
	Findings []Known `json:"findings"` // by identity
}

// A Known finding is recognised by its identity, which stays when lines move;
// rule and message are there for people who read the file.
type Known struct {
	Identity string `json:"identity"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
}

// NewBaseline returns the baseline of all findings of a report.
func NewBaseline(r *Report) *Baseline {
	b := &Baseline{Version: Version, Findings: []Known{}}
	for _, f := range r.Findings {
		if f.Identity != "" && !b.has(f) {
			b.Findings = append(b.Findings, Known{f.Identity, f.Rule, f.Message})
		}
	}
	slices.SortFunc(b.Findings, func(x, y Known) int { return cmp.Compare(x.Identity, y.Identity) })
	return b
}

// has reports whether a finding is known. One that has no identity never is.
func (b *Baseline) has(f graph.Finding) bool {
	return f.Identity != "" && slices.ContainsFunc(b.Findings, func(k Known) bool { return k.Identity == f.Identity })
}

// Apply drops the findings that the baseline knows from the report. It returns
// how many those were, and the entries that no finding matches any more.
func (b *Baseline) Apply(r *Report) (dropped int, stale []Known) {
	for _, k := range b.Findings {
		if !slices.ContainsFunc(r.Findings, func(f graph.Finding) bool { return f.Identity == k.Identity }) {
			stale = append(stale, k)
		}
	}
	before := len(r.Findings)
	r.Findings = slices.DeleteFunc(r.Findings, b.has)
	r.Finish()
	return before - len(r.Findings), stale
}

// ReadBaseline reads what Write wrote.
func ReadBaseline(src io.Reader) (*Baseline, error) {
	b := new(Baseline)
	if err := json.NewDecoder(src).Decode(b); err != nil {
		return nil, fmt.Errorf("decode baseline: %w", err)
	}
	if b.Version != Version {
		return nil, fmt.Errorf("decode baseline: version %d, want %d", b.Version, Version)
	}
	return b, nil
}

// Write writes the baseline as indented JSON.
func (b *Baseline) Write(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(b)
}
