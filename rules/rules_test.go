package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
	rt "github.com/coordlint/coordlint/rules/rulestest"
)

// A ruleCase is a system and what one rule says of it, one line a finding;
// none: silent.
type ruleCase struct {
	name string
	sys  *graph.System
	want []string
}

// checkRule runs the cases twice each and compares.
func checkRule(t *testing.T, rule string, opt *rules.Options, cases []ruleCase) {
	t.Helper()
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			got := rt.Lines(rule, tt.sys, opt)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(tt.want, "\n\t"))
			}
			if again := rt.Lines(rule, tt.sys, opt); !slices.Equal(got, again) {
				t.Errorf("a second run differs:\n\t%s", strings.Join(again, "\n\t"))
			}
			for _, f := range rules.Find(rule).Run(tt.sys, opt) {
				checkFinding(t, &f)
			}
		})
	}
}

// checkFinding checks what holds for every finding.
func checkFinding(t *testing.T, f *graph.Finding) {
	t.Helper()
	switch {
	case f.Site.IsZero():
		t.Errorf("no site: %s", f.Message)
	case len(f.Path) == 0:
		t.Errorf("no path: %s", f.Message)
	case len(f.Subjects) == 0 || f.Subject == "":
		t.Errorf("no subject: %s", f.Message)
	case !slices.Contains(f.Sites, f.Site):
		t.Errorf("sites without the site: %s", f.Message)
	case strings.ContainsAny(f.Message, "\n") || strings.HasSuffix(f.Message, "."):
		t.Errorf("not one line without a full stop: %q", f.Message)
	case strings.Contains(f.Identity, ".go:"):
		t.Errorf("identity has a line: %s", f.Identity)
	}
}
