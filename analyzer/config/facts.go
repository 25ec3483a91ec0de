package config

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/rules"
)

// Rules returns the thresholds and accepted facts as options of the rules, and
// the rules that are not off. A fact about something that is not there is a Gap.
func (c *Config) Rules(sys *graph.System) (*rules.Options, []*rules.Rule, []graph.Gap) {
	m := matcher{sys}
	t := c.file.Thresholds
	o := &rules.Options{ChainLength: t.ChainLength, Amplification: t.Amplification,
		JitterOptional: t.JitterRequired != nil && !*t.JitterRequired, Idempotent: c.file.Idempotent}
	var gaps []graph.Gap
	for _, a := range c.file.Accepted {
		ids := m.subjects(a.Subject)
		if len(ids) == 0 {
			gaps = append(gaps, c.gap(a.line, "no service, resource or state %q", a.Subject))
		}
		for _, id := range ids {
			o.Accepted = append(o.Accepted, rules.Accepted{Fact: a.Fact, Subject: id, Reason: a.Reason})
		}
	}
	all := slices.DeleteFunc(rules.All(), func(r *rules.Rule) bool { return c.severity(r.Name) == off })
	return o, all, gaps
}

// subjects returns what a fact is about: ids of services and resources, names
// of states.
func (m matcher) subjects(name string) []string {
	if id := m.service(name); id != "" {
		return []string{id}
	}
	var out []string
	for _, r := range m.resources(name) {
		out = append(out, r.ID)
	}
	for _, s := range m.sys.Services {
		for _, st := range s.State {
			if st.Name == name || strings.HasSuffix(st.Name, "/"+name) || strings.HasSuffix(st.Name, "."+name) {
				out = append(out, st.Name)
			}
		}
	}
	return out
}

// severity returns what the file makes of a rule; "" if nothing. The last
// entry counts.
func (c *Config) severity(rule string) string {
	out := ""
	for _, r := range c.file.Rules {
		if r.Rule == rule || r.Rule == "*" {
			out = r.Severity
		}
	}
	return out
}

// Weigh gives findings the severities of the file. A severity is the most that
// a finding of the rule gets: what was found less severe stays so.
func (c *Config) Weigh(found []graph.Finding) {
	order := []string{graph.SeverityNote, graph.SeverityWarning, graph.SeverityError}
	for i := range found {
		f := &found[i]
		r := rules.Find(f.Rule)
		want := slices.Index(order, c.severity(f.Rule))
		if r == nil || want < 0 {
			continue
		}
		switch have := slices.Index(order, f.Severity); {
		case have > want:
			f.Severity = order[want]
		case f.Severity == r.Severity:
			f.Severity = order[want] // the rule's usual one was raised
		}
	}
}

// Directives returns the entries that silence findings.
func (c *Config) Directives(sys *graph.System) []rules.Directive {
	m := matcher{sys}
	var out []rules.Directive
	for _, i := range c.file.Ignore {
		d := rules.Directive{Rules: splitNames(i.Rule), Reason: i.Reason, Owner: i.Owner, Source: rules.FromConfig,
			Site: c.at(i.line), PathGlob: glob(i.Path), Service: i.Service}
		if id := m.service(i.Service); id != "" {
			d.Service = id
		} else if found := m.resources(i.Service); len(found) == 1 {
			d.Service = found[0].ID
		}
		d.Until, _ = time.Parse(time.DateOnly, i.Until) // was checked; "": no end
		out = append(out, d)
	}
	return out
}

// glob makes a directory, which stands for all below it, a pattern.
func glob(p string) string {
	if p == "" {
		return ""
	}
	p = strings.TrimPrefix(path.Clean(strings.TrimSuffix(p, "...")), "./")
	if path.Ext(p) == "" && !strings.HasSuffix(p, "*") {
		p += "/**"
	}
	return p
}

// inside reports whether a file or directory is matched by a path of the
// file: by a directory that holds it, or a pattern as path.Match has it.
func inside(p, file string) bool {
	dir := path.Clean(strings.TrimSuffix(strings.TrimSuffix(p, "..."), "**"))
	file = path.Clean(file)
	ok, err := path.Match(dir, file)
	return ok && err == nil || dir == "." || strings.HasPrefix(file, dir+"/")
}

// Accept gives the gaps that the file accepts their reasons, and returns gaps
// for the entries that accept none.
func (c *Config) Accept(sys *graph.System, gaps []graph.Gap) []graph.Gap {
	m := matcher{sys}
	var out []graph.Gap
	for _, a := range c.file.Gaps {
		owner := a.Service
		if id := m.service(a.Service); id != "" {
			owner = id
		}
		used := false
		for i := range gaps {
			g := &gaps[i]
			if a.Kind != "" && a.Kind != g.Kind || owner != "" && owner != g.Owner ||
				a.Path != "" && !inside(a.Path, g.Site.File) || !strings.Contains(g.Text, a.Text) {
				continue
			}
			g.Reason, used = a.Reason, true
		}
		if !used {
			out = append(out, c.gap(a.line, "there is no such gap: the entry can go"))
		}
	}
	return out
}
