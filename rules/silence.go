package rules

import (
	"slices"
	"strings"
	"time"

	"github.com/coordlint/coordlint/graph"
)

// DirectiveRule is the rule name of findings about directives themselves.
const DirectiveRule = "directive"

// Silenced is a finding that a directive keeps from being reported.
type Silenced struct {
	Finding graph.Finding
	By      Directive
}

// Silence takes out the findings that directives cover. A directive that is
// malformed, gives no reason, or covers nothing is a finding itself, of rule
// "directive". One that is past its date still silences, and is a warning for
// its owner: a date that goes by must not break the work of others. The result
// is sorted as Run sorts.
func Silence(found []graph.Finding, directives []Directive, today time.Time) (kept []graph.Finding, silenced []Silenced) {
	used := make([]bool, len(directives))
	for _, f := range found {
		by := -1
		for i := range directives {
			if directives[i].covers(&f) {
				used[i] = true
				if by < 0 || directives[by].expired(today) {
					by = i
				}
			}
		}
		if by < 0 {
			kept = append(kept, f)
		} else {
			silenced = append(silenced, Silenced{f, directives[by]})
		}
	}
	var about []graph.Finding
	for i := range directives {
		if f, ok := directives[i].finding(used[i], today); ok {
			about = append(about, f)
		}
	}
	slices.SortStableFunc(about, compare)
	number(about)
	kept = append(kept, about...)
	slices.SortStableFunc(kept, compare)
	return kept, silenced
}

// finding says what is wrong with the directive, if anything is.
func (d *Directive) finding(used bool, today time.Time) (graph.Finding, bool) {
	severity, text := graph.SeverityWarning, ""
	switch {
	case d.Problem != "":
		text = d.Problem + ", and silences nothing"
	case !used:
		text = "silences nothing"
	case d.expired(today):
		text = "ended on " + d.Until.Format(time.DateOnly)
	case d.Reason == "":
		severity, text = graph.SeverityNote, "gives no reason"
	default:
		return graph.Finding{}, false
	}
	name := "ignore of " + strings.Join(d.Rules, ",")
	if len(d.Rules) == 0 {
		name = "ignore"
	}
	if d.Source == FromNolint {
		name = "nolint"
	}
	if d.Owner != "" {
		name += " (owner " + d.Owner + ")"
	}
	f := graph.Finding{
		Rule: DirectiveRule, Severity: severity, Site: d.Site, Sites: []graph.Site{d.Site}, Certain: true,
		Subject: name, Subjects: []string{}, Message: name + " " + text,
		Path:     []graph.Hop{{Site: d.Site, Text: name + ": " + d.Reason}},
		Identity: identity(DirectiveRule, strings.Join(d.Rules, ","), d.Reason, d.Site.File),
	}
	if d.Service != "" {
		f.Subjects = append(f.Subjects, d.Service)
	}
	return f, true
}
