package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// off is the severity of a rule that is not run.
const off = "off"

// check returns an Error for each entry that says nothing, or nonsense.
func (c *Config) check() []error {
	var out []error
	bad := func(line int, format string, args ...any) {
		out = append(out, &Error{Site: c.at(line), Text: fmt.Sprintf(format, args...)})
	}
	need := func(line int, key, value string) {
		if value == "" {
			bad(line, "%s is missing", key)
		}
	}
	share := func(line int, key string, s *span) {
		if s == nil {
			bad(line, "%s is missing", key)
		} else if s.high > 1 {
			bad(line, "%s is a share: at most 1", key)
		}
	}
	site := func(line int, at string) {
		if at != "" && graph.ParseSite(at).Line == 0 {
			bad(line, "at: want FILE:LINE, not %q", at)
		}
	}
	switch {
	case c.file.Version == 0 && strings.TrimSpace(string(c.text)) != "":
		bad(0, "version is missing; this is version: %d", Version)
	case c.file.Version != Version && c.file.Version != 0:
		bad(0, "version %d is not known; this reads version %d", c.file.Version, Version)
	}
	for _, l := range c.file.Limits {
		need(l.line, "resource", l.Resource)
		if l.Rate == nil && l.Concurrency == nil && l.MaxConnections == nil {
			bad(l.line, "no limit: want rate_per_s, concurrency or max_connections")
		}
	}
	for _, t := range c.file.Times {
		if t.Resource == "" && t.Service == "" {
			bad(t.line, "resource or service is missing")
		}
		if t.MS == nil && t.CPU == nil {
			bad(t.line, "no time: want ms or cpu_ms")
		}
		if t.CPU != nil && t.Resource != "" {
			bad(t.line, "cpu_ms is of a service's own work; a resource takes ms")
		}
		site(t.line, t.At)
	}
	for _, l := range c.file.Load {
		need(l.line, "path", l.Path)
		if l.Rate <= 0 {
			bad(l.line, "rate_per_s is missing")
		}
	}
	for _, m := range c.file.Mix {
		need(m.line, "path", m.Path)
		if m.Share <= 0 || m.Share > 1 {
			bad(m.line, "share: want more than 0 and at most 1")
		}
	}
	for _, r := range c.file.Replicas {
		need(r.line, "service", r.Service)
		if r.Count == nil && r.Max == nil && r.Cores == nil && r.Slots == nil {
			bad(r.line, "no number: want count, max, cores or slots")
		}
	}
	for _, h := range c.file.HitRatios {
		share(h.line, "ratio", h.Ratio)
		site(h.line, h.At)
		if h.Service == "" && h.Endpoint == "" && h.At == "" {
			bad(h.line, "service, endpoint or at is missing")
		}
	}
	for _, p := range c.file.Probabilities {
		need(p.line, "at", p.At)
		share(p.line, "p", p.P)
		site(p.line, p.At)
	}
	for _, r := range c.file.Loops {
		need(r.line, "at", r.At)
		site(r.line, r.At)
		if r.Rounds == nil {
			bad(r.line, "rounds is missing")
		}
	}
	for _, f := range c.file.Failures {
		share(f.line, "share", f.Share)
		site(f.line, f.At)
	}
	c.checkJudgements(bad, need)
	c.checkMetrics(bad, need)
	return out
}

// checkJudgements checks what concerns rules, findings, gaps and names.
func (c *Config) checkJudgements(bad func(int, string, ...any), need func(int, string, string)) {
	rule := func(line int, name string) {
		if name != "*" && rules.Find(name) == nil {
			bad(line, "no rule %q", name)
		}
	}
	facts := []string{rules.StatefulByDesign, rules.SharedReadOnly}
	for _, a := range c.file.Accepted {
		need(a.line, "subject", a.Subject)
		need(a.line, "reason", a.Reason)
		if !slices.Contains(facts, a.Fact) {
			bad(a.line, "fact: want one of %q, not %q", facts, a.Fact)
		}
	}
	levels := []string{off, graph.SeverityNote, graph.SeverityWarning, graph.SeverityError}
	for _, r := range c.file.Rules {
		rule(r.line, r.Rule)
		if !slices.Contains(levels, r.Severity) {
			bad(r.line, "severity: want one of %q, not %q", levels, r.Severity)
		}
	}
	for _, i := range c.file.Ignore {
		need(i.line, "rule", i.Rule)
		need(i.line, "reason", i.Reason)
		for _, name := range splitNames(i.Rule) {
			rule(i.line, name)
		}
		if _, err := time.Parse(time.DateOnly, i.Until); i.Until != "" && err != nil {
			bad(i.line, "until: want a date as 2027-01-31, not %q", i.Until)
		}
	}
	for _, g := range c.file.Gaps {
		need(g.line, "reason", g.Reason)
		if g.Kind == "" && g.Service == "" && g.Path == "" && g.Text == "" {
			bad(g.line, "names no gap: want kind, service, path or text")
		}
	}
	for _, a := range c.file.Aliases {
		need(a.line, "address", a.Address)
		if (a.Service == "") == (a.Resource == "") {
			bad(a.line, "want either service or resource")
		}
	}
	for _, e := range c.file.Catalog {
		if _, err := new(catalog.Catalog).With([]catalog.Entry{e.Entry}); err != nil {
			bad(e.line, "%v", err)
		}
	}
	for _, t := range c.file.Teams {
		need(t.line, "team", t.Team)
		if len(t.Services) == 0 && len(t.Paths) == 0 {
			bad(t.line, "services or paths is missing")
		}
	}
}

func splitNames(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
