package graph

import (
	"fmt"
	"slices"
)

// found is the rules whose findings are about a node, by severity.
type found struct{ errors, warnings, notes []string }

func (r *found) add(f Finding) {
	switch f.Severity {
	case SeverityError:
		r.errors = appendNew(r.errors, f.Rule)
	case SeverityWarning:
		r.warnings = appendNew(r.warnings, f.Rule)
	default:
		r.notes = appendNew(r.notes, f.Rule)
	}
}

func (r *found) join(other found) {
	for _, rule := range other.errors {
		r.errors = appendNew(r.errors, rule)
	}
	for _, rule := range other.warnings {
		r.warnings = appendNew(r.warnings, rule)
	}
	for _, rule := range other.notes {
		r.notes = appendNew(r.notes, rule)
	}
}

// lines returns what stands at the node: each error by name, of the others one
// by name and several by their number, lest they hide the errors.
func (r *found) lines() []string {
	lines := marked(SeverityError, r.errors)
	for _, few := range []struct {
		severity string
		rules    []string
	}{{SeverityWarning, r.warnings}, {SeverityNote, r.notes}} {
		if len(few.rules) > 1 {
			lines = append(lines, fmt.Sprintf("%s %d %ss", severityMark(few.severity), len(few.rules), few.severity))
		} else {
			lines = append(lines, marked(few.severity, few.rules)...)
		}
	}
	return lines
}

// all returns every rule, as tooltips have them.
func (r *found) all() []string {
	return slices.Concat(marked(SeverityError, r.errors), marked(SeverityWarning, r.warnings), marked(SeverityNote, r.notes))
}

func marked(severity string, rules []string) []string {
	var lines []string
	for _, rule := range rules {
		lines = append(lines, severityMark(severity)+" "+rule)
	}
	return lines
}

// markFindings marks the nodes that findings are about, and the links that
// their paths go along.
func (b *viewer) markFindings(findings []Finding) {
	bySite := map[Site][]*link{}
	for _, e := range b.sys.Edges {
		for _, s := range e.Sites {
			if l := b.links[e.ends()]; l != nil {
				bySite[s] = append(bySite[s], l)
			}
		}
	}
	for _, f := range findings {
		for _, id := range f.Subjects {
			if n := b.byID[id]; n != nil {
				n.severity = worse(n.severity, f.Severity)
				n.found.add(f)
			}
		}
		for _, h := range f.Path {
			for _, l := range bySite[h.Site] {
				if slices.Contains(f.Subjects, l.from) && slices.Contains(f.Subjects, l.to) {
					l.severity = worse(l.severity, f.Severity)
				}
			}
		}
	}
}

func worse(a, b string) string {
	for _, s := range []string{SeverityError, SeverityWarning, SeverityNote} {
		if a == s || b == s {
			return s
		}
	}
	return ""
}

// markPath marks what a request of an endpoint reaches.
func (b *viewer) markPath(id string) {
	for _, ep := range b.sys.Endpoints {
		if ep.ID() != id {
			continue
		}
		if n := b.byID[ep.Service]; n != nil {
			n.onPath = true
			n.lines = append(n.lines, ep.Name)
		}
		turns := turnsOf(b.sys, ep)
		for _, e := range Trace(b.sys, ep) {
			if l := b.links[e.ends()]; l != nil {
				l.onPath = true
				for _, t := range turns[e.ends()] {
					l.turns = appendNew(l.turns, t.text)
					b.view.turns = b.view.turns || t.branch > 0
				}
				b.byID[l.from].onPath = true
				b.byID[l.to].onPath = true
			}
		}
	}
}

// narrow drops the nodes that are not asked for. A path drops what it does not
// reach only where the whole system would be too much to see, and else what
// nothing leads to.
func (b *viewer) narrow(p Picture) {
	v := b.view
	keep := func(*node) bool { return true }
	switch {
	case p.Focus != "":
		near := b.near(p.Focus, max(p.Depth, 1))
		keep = func(n *node) bool { return near[n.id] }
	case p.OnlyFindings:
		keep = func(n *node) bool { return n.severity != "" }
	case p.Path != "" && len(v.nodes) > maxNodes:
		keep = func(n *node) bool { return n.onPath }
	case p.Path != "":
		linked := map[string]bool{}
		for _, l := range v.links {
			linked[l.from], linked[l.to] = true, true
		}
		keep = func(n *node) bool { return n.onPath || linked[n.id] }
	}
	v.nodes = slices.DeleteFunc(v.nodes, func(n *node) bool { return !keep(n) })
	left := map[string]bool{}
	for _, n := range v.nodes {
		left[n.id] = true
	}
	v.links = slices.DeleteFunc(v.links, func(l *link) bool { return !left[l.from] || !left[l.to] })
}

// near returns the nodes at most depth links away from a node, in whatever
// direction.
func (b *viewer) near(id string, depth int) map[string]bool {
	found := map[string]bool{id: true}
	for range depth {
		var next []string
		for _, l := range b.view.links {
			switch {
			case found[l.from] && !found[l.to]:
				next = append(next, l.to)
			case found[l.to] && !found[l.from]:
				next = append(next, l.from)
			}
		}
		for _, n := range next {
			found[n] = true
		}
	}
	return found
}
