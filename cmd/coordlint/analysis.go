package main

import (
	"context"
	"errors"
	"strings"

	"github.com/coordlint/coordlint/analyzer/report"
	"github.com/coordlint/coordlint/rules"
)

func analyze(context.Context, config) (*report.Report, error) {
	return nil, errors.New("no analysis yet")
}

// manuals returns what is known about the rules.
func manuals() []report.Rule {
	var list []report.Rule
	for _, r := range rules.All() {
		page := r.Doc()
		list = append(list, report.Rule{Name: r.Name, Dimension: r.Dimension, Severity: r.Severity, Title: title(page), Manual: page})
	}
	return list
}

// title returns the first paragraph of a manual page, without its heading, up
// to its first full stop.
func title(page string) string {
	for _, line := range strings.Split(page, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		text, _, _ := strings.Cut(line, ". ")
		return strings.TrimSuffix(text, ".")
	}
	return ""
}
