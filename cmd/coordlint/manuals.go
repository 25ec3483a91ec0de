package main

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// manuals returns what is known about the rules.
func manuals() []report.Rule {
	var list []report.Rule
	for _, r := range rules.All() {
		page := r.Doc()
		list = append(list, report.Rule{Name: r.Name, Dimension: r.Dimension, Severity: r.Severity, Title: title(page), Manual: page})
	}
	if page, ok := rules.Page(rules.DirectiveRule); ok {
		list = append(list, report.Rule{Name: rules.DirectiveRule, Severity: graph.SeverityWarning, Title: title(page), Manual: page})
	}
	return list
}

// title returns the first sentence of a manual page, after its heading.
func title(page string) string {
	for _, paragraph := range strings.Split(page, "\n\n") {
		text := strings.Join(strings.Fields(paragraph), " ")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		first, _, _ := strings.Cut(text, ". ")
		return strings.TrimSuffix(first, ".")
	}
	return ""
}
