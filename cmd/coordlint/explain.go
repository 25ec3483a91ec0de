package main

import (
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/analyzer/report"
)

// explain prints the manual of a rule, or the list of rules.
func (a *app) explain(name string) int {
	rules := a.rules()
	if name == "" {
		for _, r := range rules {
			fmt.Fprintf(a.stdout, "%-24s %-13s %s\n", r.Name, r.Dimension, r.Title)
		}
		return report.ExitClean
	}
	for _, r := range rules {
		if r.Name == name {
			fmt.Fprintln(a.stdout, strings.TrimSpace(r.Manual))
			return report.ExitClean
		}
	}
	return a.fail(fmt.Errorf("no rule %q; `coordlint explain` lists them", name))
}
