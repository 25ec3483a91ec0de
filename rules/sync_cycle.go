package rules

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// syncCycle finds services that wait on each other in a circle: an error
// where one request can come back to the endpoint that it started at, else a
// warning.
func syncCycle(ix *graph.Index, _ *Options) []graph.Finding {
	byService, byEndpoint := newDigraph(), newDigraph()
	for _, e := range ix.System.Endpoints {
		for _, c := range ix.Calls(e) {
			if e.Standard || !c.Sync || c.Startup || c.To.ID == e.Service {
				continue
			}
			byService.add(e.Service, c.To.ID, c)
			for _, t := range c.Targets {
				byEndpoint.add(e.ID(), t.ID(), c)
			}
		}
	}
	comesBack := map[string][]graph.ServiceCall{} // the circle that one request can go, by its services
	for _, circle := range byEndpoint.circles() {
		if key := strings.Join(servicesOf(circle), " "); comesBack[key] == nil {
			comesBack[key] = circle
		}
	}
	var out []graph.Finding
	for _, circle := range byService.circles() {
		ids := servicesOf(circle)
		round := comesBack[strings.Join(ids, " ")]
		if len(round) == len(circle) {
			circle = round // at the calls that it goes by
		}
		out = append(out, cycleFinding(ix, circle, round != nil))
	}
	return out
}

func servicesOf(circle []graph.ServiceCall) []string {
	var ids []string
	for _, c := range circle {
		ids = append(ids, c.From.Service)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func cycleFinding(ix *graph.Index, circle []graph.ServiceCall, comesBack bool) graph.Finding {
	f := graph.Finding{Severity: graph.SeverityWarning, Site: ownSite(ix, circle[0].From.Service, circle[0].Place), Certain: true}
	for _, c := range circle {
		s := c.Place.Step
		f.Subjects = append(f.Subjects, c.From.Service)
		site := ownSite(ix, c.From.Service, c.Place)
		f.Sites = append(f.Sites, site)
		f.Certain = f.Certain && s.Certain
		f.Path = append(f.Path, graph.Hop{Site: site, Service: c.From.Service,
			Text: c.From.Service + " (" + label(c.From) + ") waits for " + callText(s) + deadlineText(s.Deadline)})
	}
	f.Subject = strings.Join(append(slices.Clone(f.Subjects), f.Subjects[0]), " -> ")
	f.Identity = identity(f.Subjects...)
	f.Message = count(len(circle), "service") + " wait on each other in a circle: " + f.Subject
	if comesBack {
		f.Severity = graph.SeverityError
		f.Message += "; one request can go round"
	} else {
		f.Message += "; at different endpoints"
	}
	return f
}

// A digraph has named nodes and, for each arc, the first call that makes it.
type digraph struct {
	names []string
	arcs  map[string][]namedArc
}

type namedArc struct {
	to   string
	call graph.ServiceCall
}

func newDigraph() *digraph { return &digraph{arcs: map[string][]namedArc{}} }

func (d *digraph) add(from, to string, c graph.ServiceCall) {
	if slices.ContainsFunc(d.arcs[from], func(a namedArc) bool { return a.to == to }) {
		return
	}
	if d.arcs[from] == nil {
		d.names = append(d.names, from)
		slices.Sort(d.names)
	}
	d.arcs[from] = append(d.arcs[from], namedArc{to, c})
}

// circles returns the shortest circle through each node that lies on one, each
// set of nodes once, starting at its first name.
func (d *digraph) circles() [][]graph.ServiceCall {
	var out [][]graph.ServiceCall
	seen := map[string]bool{}
	for _, start := range d.names {
		circle, names := d.shortest(start)
		slices.Sort(names)
		key := strings.Join(names, " ")
		if circle == nil || seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, circle)
	}
	return out
}

// shortest returns the arcs and nodes of a shortest circle through start, by
// breadth-first search; nil if there is none.
func (d *digraph) shortest(start string) ([]graph.ServiceCall, []string) {
	type step struct {
		from string
		call graph.ServiceCall
	}
	came := map[string]step{}
	queue := []string{start}
	for len(queue) > 0 && came[start].from == "" {
		at := queue[0]
		queue = queue[1:]
		for _, a := range d.arcs[at] {
			if _, ok := came[a.to]; ok {
				continue
			}
			came[a.to] = step{at, a.call}
			queue = append(queue, a.to)
		}
	}
	if _, ok := came[start]; !ok {
		return nil, nil
	}
	var calls []graph.ServiceCall
	var names []string
	for at := start; ; {
		s := came[at]
		calls = append(calls, s.call)
		names = append(names, s.from)
		if at = s.from; at == start {
			break
		}
	}
	slices.Reverse(calls)
	return calls, names
}
