package rules

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// way returns the hops from e's handler to p: the functions called, what is
// held, repeated or detached on the way, and the step itself.
func way(e *graph.Endpoint, p *graph.Place) []graph.Hop {
	hops := []graph.Hop{{Site: e.Handler, Text: label(e), Service: e.Service}}
	for _, q := range p.Ancestors() {
		for _, f := range q.Step.Stack {
			hops = append(hops, graph.Hop{Site: f.Site, Text: "calls " + short(f.Func), Service: e.Service})
		}
		if text := describe(q.Step); text != "" {
			hops = append(hops, graph.Hop{Site: q.Step.Site, Text: text, Service: e.Service})
		}
	}
	return hops
}

// describe says what a step does; "" for those that only group others.
func describe(s *graph.Step) string {
	switch s.Kind {
	case graph.Call:
		if s.Async {
			return "sends to " + callText(s)
		}
		return "waits for " + callText(s) + deadlineText(s.Deadline)
	case graph.Hold:
		return "holds " + lockText(s.Lock)
	case graph.Loop, graph.Each:
		return "once per " + over(s)
	case graph.Spawn:
		return "starts a goroutine"
	case graph.Try:
		return "tries again" + attemptsText(s.Retry)
	case graph.Wait:
		if s.Time != nil {
			return "sleeps " + quantity(s.Time, "ms")
		}
		return "sleeps"
	}
	return ""
}

// ownSite returns where a step stands in its service's own directory: its own
// site, or, where the call is made in code that others share, the innermost
// call of that code there.
func ownSite(ix *graph.Index, service string, p *graph.Place) graph.Site {
	s := ix.Service(service)
	if s == nil || s.Main == "" {
		return p.Step.Site
	}
	out, dir := p.Step.Site, strings.TrimPrefix(s.Main, "./")+"/"
	if strings.HasPrefix(out.File, dir) {
		return out
	}
	for _, f := range p.Frames(nil) {
		if strings.HasPrefix(f.Site.File, dir) {
			out = f.Site
		}
	}
	return out
}

func deadlineText(d *graph.Deadline) string {
	switch {
	case d == nil || d.Kind == "unknown" || d.Kind == "request":
		return ""
	case d.Kind == "none":
		return ", no deadline"
	case d.Time != nil:
		return ", deadline " + quantity(d.Time, "ms")
	}
	return ", with a deadline"
}

func lockText(l *graph.LockInfo) string {
	if l == nil {
		return "a lock"
	}
	if l.Name == "" {
		return "a " + l.Kind
	}
	switch {
	case l.Kind == "row":
		return "the lock on rows of " + l.Name
	case l.Resource != "" && !isTransaction(l): // a key's text, no symbol
		return "the " + l.Kind + " lock " + l.Name
	}
	return short(l.Name)
}

func over(s *graph.Step) string {
	switch {
	case s.Over != "" && strings.Trim(s.Over, "0123456789") == "":
		return "round of " + s.Over
	case s.Over != "" && s.Rounds && strings.ContainsAny(s.Over, "<>=!&|("):
		return "round while " + s.Over
	case s.Over != "" && s.Rounds:
		return "round of " + s.Over
	case s.Over != "":
		return "element of " + s.Over
	case s.Times != nil && !s.Data:
		return "round of " + quantity(s.Times, "")
	}
	return "element"
}

func attemptsText(r *graph.Retry) string {
	switch {
	case r == nil:
		return ""
	case r.Attempts != nil:
		return ", " + quantity(r.Attempts, "attempts")
	case r.Capped:
		return ""
	}
	return ", for ever"
}

// anchors returns where places stand as seen from the innermost function that
// leads to all of them, and that function: the calls there on the way to each.
// Places must be of one body.
func anchors(places []*graph.Place) (sites []graph.Site, fn string) {
	ways := make([][]graph.Frame, len(places))
	for i, p := range places {
		ways[i] = p.Frames(nil)
	}
	n := 0
	for common(ways, n) {
		n++
	}
	if n > 0 {
		fn = ways[0][n-1].Func
	}
	for i, w := range ways {
		site := places[i].Step.Site
		for _, f := range w[n:] {
			if !graph.IsLiteral(f.Func) {
				site = f.Site
				break
			}
		}
		sites = append(sites, site)
	}
	return sites, fn
}

// common reports whether all ways have the same frame at i.
func common(ways [][]graph.Frame, i int) bool {
	for _, w := range ways {
		if i >= len(w) || w[i] != ways[0][i] {
			return false
		}
	}
	return len(ways) > 0
}
