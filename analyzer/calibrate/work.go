package calibrate

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/graph"
)

// wait records a span that waits for a service or a resource.
func (t *trace) wait(i int, m *meaning) {
	if m.service == "" {
		return
	}
	s := t.spans[i]
	callees := t.callees(i)
	to := *m
	if len(callees) > 0 && m.kind != graph.EdgePublish {
		if callee := t.meaning(callees[0]); callee.service != "" {
			to.target, to.reason = callee.service, ""
			if callee.operations != "" {
				if e := t.endpoint(callee); e != nil {
					to.operations = t.reaching(m.service, callee.service, e)
				}
			}
		} else if to.target == "" {
			to.reason = callee.reason
		}
	}
	t.seen(&to, 1)
	if to.target == "" || t.repeated(i, to.target) {
		return
	}
	if t.resources[to.target] != nil {
		t.use(&to, sampleOf(s))
		return
	}
	if len(callees) == 0 {
		t.outside(&to, sampleOf(s))
		return
	}
	if callee := t.spans[callees[0]]; len(callees) == 1 && !t.meaning(callees[0]).stream {
		rest := (s.end - s.start) - (callee.end - callee.start)
		if rest < 0 {
			t.odd.add("calls that the callee worked on for longer than the caller waited", 1)
			return
		}
		x := sampleOf(s)
		x.ms = milliseconds(rest)
		t.each(&to, func(op string) { t.tally(key{measured.Network, m.service, to.target, op}).add(x) })
	}
}

// callees returns the servers' spans that answer a client's span, through
// whatever proxies.
func (t *trace) callees(i int) []int {
	process := t.meaning(i).process
	var out []int
	stack := append([]int(nil), t.kids[i]...)
	for len(stack) > 0 {
		k := stack[0]
		stack = stack[1:]
		m := t.meaning(k)
		switch {
		case m.role == serves && (m.service != "" || len(t.kids[k]) == 0):
			out = append(out, k)
		case m.service == "" && m.process != process:
			stack = append(stack, t.kids[k]...)
		}
	}
	return out
}

// repeated reports whether a span waits inside for the same target: then the
// inner one is the use, and this one wraps it.
func (t *trace) repeated(i int, target string) bool {
	stack := append([]int(nil), t.kids[i]...)
	process := t.meaning(i).process
	for len(stack) > 0 {
		k := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		m := t.meaning(k)
		if m.process != process {
			continue
		}
		if m.role == waits && m.target == target {
			return true
		}
		stack = append(stack, t.kids[k]...)
	}
	return false
}

func (c *Calibrator) endpoint(m *meaning) *graph.Endpoint {
	for _, e := range c.endpoints[m.service] {
		if e.Name == m.operations {
			return e
		}
	}
	return nil
}

// serve records a span of a request that is served.
func (t *trace) serve(i int, m *meaning) {
	if m.service == "" {
		return
	}
	if m.kind == graph.EdgeConsume {
		t.seen(m, 1)
	}
	p := t.parent[i]
	for p >= 0 && t.meaning(p).service == "" && t.meaning(p).role != waits {
		p = t.parent[p]
	}
	if p >= 0 && t.meaning(p).service != "" && t.meaning(p).service != m.service && t.meaning(p).role != waits {
		call := meaning{service: t.meaning(p).service, process: t.meaning(p).service, role: waits, target: m.service, kind: graph.EdgeHTTP, text: m.text}
		if e := t.endpoint(m); e != nil {
			call.kind, call.operations = e.Kind, t.reaching(call.service, m.service, e)
		}
		t.seen(&call, 1)
	}
	if m.operations == "" {
		t.foreign(i, m)
		return
	}
	for p := t.parent[i]; p >= 0 && t.meaning(p).process == m.process && t.meaning(p).role != waits; p = t.parent[p] {
		if t.spans[p].meaning == t.spans[i].meaning {
			return // a handler around this one recorded it too
		}
	}
	switch {
	case m.stream:
		t.odd.add("streams, which last as long as they are open", 1)
	case t.torn[m.process]:
		t.odd.add("requests of which a span between others is missing", 1)
	default:
		x := sampleOf(t.spans[i])
		x.total = x.ms
		x.ms = milliseconds(t.own(i))
		t.tally(key{measured.Own, m.service, "", m.operations}).add(x)
	}
}

// foreign records the time of a service whose code is not Go, for the
// operation that its callers ask for.
func (t *trace) foreign(i int, m *meaning) {
	if op, ok := t.foreignOperation(m); ok {
		t.tally(key{measured.Own, m.service, "", op}).add(sampleOf(t.spans[i]))
	}
}

// foreignOperation returns how callers ask for what a span served.
func (c *Calibrator) foreignOperation(m *meaning) (op string, ok bool) {
	if len(c.endpoints[m.service]) > 0 {
		return "", false
	}
	for _, e := range c.sys.Edges {
		if e.To != m.service || e.Kind != graph.EdgeHTTP && e.Kind != graph.EdgeGRPC {
			continue
		}
		for _, op := range e.Operations {
			if strings.Trim(op, "/") == m.text || graph.RouteFit(op, m.text) > 0 {
				return op, true
			}
		}
	}
	return "", false
}

// use records one use of a resource.
func (c *Calibrator) use(m *meaning, x sample) {
	c.each(m, func(op string) { c.tally(key{measured.Use, m.service, m.target, op}).add(x) })
	all := c.tally(key{measured.Use, m.service, m.target, ""})
	all.add(x)
	all.vague = all.vague || m.vague
}

// outside records a call of a service that recorded nothing itself: all that
// its caller waited for counts as its work. It gives way to what the service
// records.
func (c *Calibrator) outside(m *meaning, x sample) {
	if len(c.endpoints[m.target]) > 0 {
		return
	}
	c.each(m, func(op string) {
		t := c.tally(key{callersView, m.target, "", op})
		t.add(x)
	})
}

// each calls f once an operation of a meaning.
func (c *Calibrator) each(m *meaning, f func(op string)) {
	if m.operations == "" {
		if len(c.operations(m.service, m.target)) == 0 && c.resources[m.target] == nil {
			f("")
		}
		return
	}
	for op := range strings.SplitSeq(m.operations, "\n") {
		f(op)
	}
}

// seen records that an edge was used.
func (c *Calibrator) seen(m *meaning, n int) {
	if m.service == "" {
		return
	}
	k := sighting{from: m.service, to: m.target, kind: m.kind}
	switch {
	case m.target == "" && m.kind == "":
		c.unmatched.add(m.reason, n)
		return
	case m.target == "":
		k.text, k.reason = m.text, m.reason
		c.missed.add(k, n)
		return
	case c.edges[pair{m.service, m.target}] == nil:
		k.text = m.text
		if k.text == "" {
			k.text = strings.ReplaceAll(m.operations, "\n", ", ")
		}
		c.missed.add(k, n)
		return
	case m.operations == "" && !m.vague && m.kind != graph.EdgeConsume && len(c.operations(m.service, m.target)) > 0:
		k.text = m.text
		c.missed.add(k, n)
	}
	c.used[pair{m.service, m.target}] += n
}
