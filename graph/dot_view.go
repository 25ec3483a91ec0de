package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Picture says what of a system is drawn, and what is marked in it.
type Picture struct {
	Findings []Finding // they mark what they are about
	Marks    []Mark    // such as the ceiling at the node that sets it

	Path         string // id of an endpoint: its path is bold, the rest grey
	Focus        string // id of a service or resource: only what is near it
	Depth        int    // how many edges away from Focus; 0 means 1
	Rule         string // only findings of this rule mark something
	OnlyFindings bool   // only what a finding is about

	// Old is what the system was: then both are drawn as one, and what was
	// added, removed or changed is marked. Nil: no comparison is drawn.
	Old *System
}

// A Mark is a text at a node.
type Mark struct {
	Node string // id of a service or resource
	Text string
}

// maxNodes is the size up to which a picture shows single nodes unless
// something narrows it: pictures of 350 nodes are reported to be unreadable.
const maxNodes = 60

// view is what a picture shows, whatever draws it.
type view struct {
	clusters []cluster
	nodes    []*node // by cluster, then as in the system
	links    []*link // by from, to
	overview bool    // nodes are clusters
	path     bool    // a path is shown
	turns    bool    // some links of the path are one of several ways
	diff     bool    // two systems are compared
	note     string  // what is not shown, and how to see it
}

type cluster struct {
	name  string
	nodes []*node
}

type node struct {
	id, kind string // kind is "service", "other" or a kind of resource
	cluster  string
	lines    []string // label
	tooltip  string
	severity string   // of the worst finding; "" if none
	found    found    // by rule
	marks    []string // texts of Marks
	onPath   bool
	change   string // since Picture.Old
}

// A link is all edges between two nodes. Consumers are drawn after their topic:
// events flow along the arrows.
type link struct {
	from, to string
	kinds    []string
	count    int // operations
	sync     bool
	idle     bool // made at start-up or in the background only: no request makes it
	loop     bool
	tooltip  []string
	severity string
	onPath   bool
	turns    []string // on a path: of what it is one way, and which
	change   string   // since Picture.Old
}

func newView(sys *System, p Picture) *view {
	v := &view{path: p.Path != "", diff: p.Old != nil}
	now := sys
	if v.diff {
		sys = union(p.Old, sys)
	}
	findings := p.findings()
	b := viewer{sys: sys, view: v, byID: map[string]*node{}, links: map[[2]string]*link{}}
	b.addNodes()
	b.addLinks()
	b.markFindings(findings)
	for _, m := range p.Marks {
		if n := b.byID[m.Node]; n != nil {
			n.marks = append(n.marks, m.Text)
		}
	}
	b.markPath(p.Path)
	if v.diff {
		b.markChanges(p.Old, now)
	}
	b.narrow(p)
	b.cluster()
	if len(v.nodes) > maxNodes && p.Focus == "" && !p.OnlyFindings {
		v.summarise()
	}
	return v
}

func (p Picture) findings() []Finding {
	if p.Rule == "" {
		return p.Findings
	}
	var list []Finding
	for _, f := range p.Findings {
		if f.Rule == p.Rule {
			list = append(list, f)
		}
	}
	return list
}

// viewer builds a view.
type viewer struct {
	sys   *System
	view  *view
	byID  map[string]*node
	links map[[2]string]*link
}

func (b *viewer) addNodes() {
	for _, s := range b.sys.Services {
		n := &node{id: s.ID, kind: "service", cluster: s.Namespace, lines: []string{s.ID}}
		if s.Language != "go" {
			n.kind = "other"
			n.lines = append(n.lines, "(not Go)")
		}
		if r := replicasText(s); r != "" {
			n.lines = append(n.lines, r)
		}
		n.tooltip = joinNonEmpty(s.ID, s.Workload, s.Main, s.Site.String())
		b.add(n)
	}
	for _, r := range b.sys.Resources {
		n := &node{id: r.ID, kind: r.Kind, lines: []string{r.ID}}
		if r.Technology != "" && r.Technology != r.ID {
			n.lines = append(n.lines, r.Technology)
		}
		n.tooltip = joinNonEmpty(r.Kind+" "+r.ID, r.Technology, r.Identity)
		b.add(n)
	}
}

func (b *viewer) add(n *node) {
	if b.byID[n.id] == nil {
		b.byID[n.id] = n
		b.view.nodes = append(b.view.nodes, n)
	}
}

func replicasText(s *Service) string {
	switch {
	case s.HPAMax != nil && s.Replicas != nil:
		return fmt.Sprintf("%d to %d replicas", *s.Replicas, *s.HPAMax)
	case s.HPAMax != nil:
		return fmt.Sprintf("up to %d replicas", *s.HPAMax)
	case s.Replicas != nil && *s.Replicas == 1:
		return "1 replica"
	case s.Replicas != nil:
		return fmt.Sprintf("%d replicas", *s.Replicas)
	}
	return ""
}

// ends returns the nodes that an edge's arrow is drawn between.
func (e *Edge) ends() [2]string {
	if e.Kind == EdgeConsume {
		return [2]string{e.To, e.From}
	}
	return [2]string{e.From, e.To}
}

func (b *viewer) addLinks() {
	for _, e := range b.sys.Edges {
		ends := e.ends()
		if b.byID[ends[0]] == nil || b.byID[ends[1]] == nil {
			continue
		}
		l := b.links[ends]
		if l == nil {
			l = &link{from: ends[0], to: ends[1], idle: true}
			b.links[ends] = l
			b.view.links = append(b.view.links, l)
		}
		l.add(e)
	}
	slices.SortFunc(b.view.links, compareLinks)
}

func compareLinks(a, b *link) int {
	return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to))
}

func (l *link) add(e *Edge) {
	l.kinds = appendNew(l.kinds, e.Kind)
	l.count += max(1, len(e.Operations))
	l.loop = l.loop || e.InLoop
	if len(e.FromEndpoints) > 0 || !e.Startup && !e.Background {
		l.idle = false
		l.sync = l.sync || e.Sync
	}
	text := e.From + " -> " + e.To + " " + e.Kind
	if len(e.Operations) > 0 {
		text += ": " + strings.Join(e.Operations, ", ")
	}
	l.tooltip = append(l.tooltip, text)
	for _, s := range e.Sites {
		l.tooltip = append(l.tooltip, s.String())
	}
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

func joinNonEmpty(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}
