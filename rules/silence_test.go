package rules_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestParseComment(t *testing.T) {
	tests := []struct {
		text string
		want rules.Directive // Problem alone where the text is wrong
		ours bool
	}{
		{"//coordlint:ignore sync-chain the gateway's job", rules.Directive{Rules: []string{"sync-chain"}, Reason: "the gateway's job", Source: "comment"}, true},
		{"# coordlint:ignore single-node-database,connection-budget a test cluster until=2027-01-31 owner=data", rules.Directive{
			Rules: []string{"single-node-database", "connection-budget"}, Reason: "a test cluster", Until: day("2027-01-31"), Owner: "data", Source: "comment"}, true},
		{"//coordlint:ignore sync-chain until the owner decides", rules.Directive{Rules: []string{"sync-chain"}, Reason: "until the owner decides", Source: "comment"}, true},
		{"coordlint:ignore * generated", rules.Directive{Rules: []string{"*"}, Reason: "generated", Source: "comment"}, true},
		{"//coordlint:ignore sync-chain", rules.Directive{Problem: "gives no reason"}, true},
		{"//coordlint:ignore sync-chain owner=web", rules.Directive{Problem: "gives no reason"}, true},
		{"//coordlint:ignore", rules.Directive{Problem: "names no rule"}, true},
		{"//coordlint:ignore sync-chian typo", rules.Directive{Problem: "names no rule: sync-chian"}, true},
		{"//coordlint:ignore sync-chain later until=soon", rules.Directive{Problem: "has no date in until=soon"}, true},
		{"//coordlint:skip sync-chain because", rules.Directive{Problem: "coordlint:skip is no directive; coordlint:ignore is"}, true},
		{"//nolint:coordlint", rules.Directive{Rules: []string{"*"}, Source: "nolint"}, true},
		{"//nolint:errcheck,coordlint // best effort", rules.Directive{Rules: []string{"*"}, Reason: "best effort", Source: "nolint"}, true},
		{"//nolint:errcheck", rules.Directive{}, false},
		{"//nolint", rules.Directive{}, false},
		{"// see coordlint:ignore in the manual", rules.Directive{}, false},
	}
	for _, tt := range tests {
		got, ours := rules.ParseComment(tt.text)
		if ours != tt.ours {
			t.Errorf("%s: ours = %v", tt.text, ours)
		}
		if tt.want.Problem != "" {
			got = rules.Directive{Problem: got.Problem}
		}
		if !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.text, got, tt.want)
		}
	}
}

func TestSilence(t *testing.T) {
	found := []graph.Finding{
		{Rule: "sync-chain", Severity: graph.SeverityError, Site: graph.Site{File: "web/order.go", Line: 20}, Subjects: []string{"web", "order"}, Message: "chain"},
		{Rule: "missing-timeout", Severity: graph.SeverityWarning, Site: graph.Site{File: "web/order.go", Line: 40}, Subjects: []string{"web", "pay"}, Message: "timeout"},
	}
	ignore := func(text string, change func(*rules.Directive)) rules.Directive {
		d, ok := rules.ParseComment(text)
		if !ok {
			t.Fatalf("%s is no directive", text)
		}
		d.Site = graph.Site{File: "web/order.go", Line: 19}
		change(&d)
		return d
	}
	lines := func(from, to int) func(*rules.Directive) {
		return func(d *rules.Directive) { d.File, d.FromLine, d.ToLine = "web/order.go", from, to }
	}
	glob := func(g string) func(*rules.Directive) {
		return func(d *rules.Directive) { d.PathGlob = g }
	}
	service := func(s string) func(*rules.Directive) { return func(d *rules.Directive) { d.Service = s } }
	const chain = "coordlint:ignore sync-chain meant"
	const useless = "warning ignore of sync-chain silences nothing"
	tests := []struct {
		name string
		d    rules.Directive
		want []string // what is left, after "chain" and "timeout" were found
	}{
		{"on or above the site", ignore(chain, lines(19, 20)), []string{"warning timeout"}},
		{"on another line", ignore(chain, lines(21, 22)), []string{useless, "error chain", "warning timeout"}},
		{"of another rule", ignore("coordlint:ignore sync-cycle meant", lines(19, 20)), []string{"warning ignore of sync-cycle silences nothing", "error chain", "warning timeout"}},
		{"the whole file", ignore("coordlint:ignore * meant", lines(0, 0)), nil},
		{"a folder", ignore("coordlint:ignore * meant", glob("web/*.go")), nil},
		{"any folder", ignore("coordlint:ignore * meant", glob("**/order.go")), nil},
		{"another folder", ignore(chain, glob("api/**")), []string{useless, "error chain", "warning timeout"}},
		{"a service", ignore("coordlint:ignore * meant", service("pay")), []string{"error chain"}},
		{"nolint without a reason", ignore("nolint:coordlint", lines(19, 20)), []string{"note nolint gives no reason", "warning timeout"}},
		{"no reason", ignore("coordlint:ignore sync-chain", lines(19, 20)),
			[]string{"warning ignore of sync-chain gives no reason, and silences nothing", "error chain", "warning timeout"}},
		{"on its last day", ignore(chain+" until=2026-06-01", lines(19, 20)), []string{"warning timeout"}},
		{"past its last day", ignore(chain+" until=2026-05-31 owner=web", lines(19, 20)),
			[]string{"warning ignore of sync-chain (owner web) ended on 2026-05-31", "warning timeout"}},
	}
	today := day("2026-06-01").Add(15 * time.Hour)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			kept, silenced := rules.Silence(found, []rules.Directive{tt.d}, today)
			var got []string
			about := 0
			for _, f := range kept {
				got = append(got, f.Severity+" "+f.Message)
				if f.Rule == rules.DirectiveRule {
					about++
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if len(kept)-about+len(silenced) != len(found) {
				t.Errorf("%d kept and %d silenced of %d", len(kept)-about, len(silenced), len(found))
			}
		})
	}
}
