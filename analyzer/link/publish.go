package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// bodyOf makes the body of an endpoint.
func (b *builder) bodyOf(ep *endpoint) *graph.Step {
	var bodies []*graph.Step
	if len(ep.entry.top.calls[0]) > 0 || len(ep.loops) == 0 {
		bodies = append(bodies, b.whole(ep.entry.top, func() *graph.Step { return b.fronted(ep, b.entryBody(ep)) }))
	}
	if alternatives := b.otherBodies(ep); ep.Kind == graph.EndpointConsume {
		bodies = append(bodies, alternatives...) // each of them gets the message
	} else if len(alternatives) > 0 {
		bodies = []*graph.Step{b.either(ep, append(bodies, alternatives...))}
	}
	for _, c := range ep.loops {
		bodies = append(bodies, b.whole(c.inst, func() *graph.Step { return b.takes(c) }))
	}
	return seq(bodies)
}

// otherBodies makes the bodies of the further handlers that are registered
// under the name of an endpoint.
func (b *builder) otherBodies(ep *endpoint) []*graph.Step {
	var out []*graph.Step
	for _, e := range ep.others {
		if len(e.top.calls[0]) == 0 {
			continue
		}
		other := *ep
		other.entry = e
		out = append(out, b.whole(e.top, func() *graph.Step { return b.fronted(&other, b.entryBody(&other)) }))
	}
	return out
}

// either is a step that is one of several.
func (b *builder) either(ep *endpoint, steps []*graph.Step) *graph.Step {
	steps = slices.DeleteFunc(steps, func(s *graph.Step) bool { return s == nil })
	if len(steps) < 2 {
		return seq(steps)
	}
	return &graph.Step{Kind: graph.Branch, Steps: steps, Probs: make([]*graph.Quantity, len(steps)), Site: ep.Handler}
}

// now returns where an operation goes that is done where it stands: what is
// only scheduled there, and receptions that make an endpoint, are not.
func (b *builder) now(ev *event) []target {
	if b.l.polled[ev] && ev.entry.Op == "poll" || scheduled(ev) {
		return nil
	}
	return b.l.resolve(b.d, ev)
}

// scheduled reports whether an operation publishes later, by a clock.
func scheduled(ev *event) bool { return ev.entry.Role == catalog.Publish && ev.entry.Op == "schedule" }

// scheduled returns the publication that an endpoint of a clock is.
func (b *builder) scheduled(ep *endpoint) *graph.Step {
	ev := ep.entry.ev
	if ep.Kind != graph.EndpointCron || !scheduled(ev) {
		return nil
	}
	var steps []*graph.Step
	for _, t := range b.l.resolve(b.d, ev) {
		s := b.call(t, ep.Handler, ev.inst.fn.Symbol)
		s.Async = true
		steps = append(steps, s)
	}
	return seq(steps)
}

// unacknowledged reports whether a publication returns before the broker has
// the message. What the client is set to, and a confirmation that the function
// waits for behind it, decide otherwise than the operation's name.
func (b *builder) unacknowledged(inst *instance, i int, ev *event) bool {
	if ev.entry.Role == catalog.RPCCall {
		return !ev.entry.Sync && !b.answered(inst, ev)
	}
	if ev.entry.Role != catalog.Publish {
		return false
	}
	if ev.entry.Sync {
		return b.clientSays(ev, "async")
	}
	return !b.clientSays(ev, "sync") && !b.confirmed(inst, i, ev)
}

// clientSays reports whether the client of an operation was made with an
// option, or has a field, that makes it wait for the broker or not.
func (b *builder) clientSays(ev *event, mode string) bool {
	m := b.m
	for _, o := range m.origins(ev.recv) {
		c := &confWalk{m: m, seen: map[objID]bool{}, flags: true}
		c.object(o.obj, "", 0)
		for _, t := range c.found {
			if t.name == mode && m.byID[m.bare(t.id)].s == "true" {
				return true
			}
		}
		for obj := range c.seen {
			if e := m.objects[obj].entry; e != nil && e.Role == catalog.QueueOpen && e.Op == "option" && e.Sync && mode == "sync" {
				return true
			}
		}
	}
	return false
}

// confirmed reports whether a function waits for the broker's answer to what
// it sends at i: it receives from a channel that it gave, or that it got, or
// calls a wait of the library behind it.
func (b *builder) confirmed(inst *instance, i int, ev *event) bool {
	m := b.m
	var waited []objID
	note := func(s setID) {
		for _, id := range m.sets[s] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr {
				waited = append(waited, v.obj)
			}
		}
	}
	for _, a := range ev.args {
		note(a)
	}
	if ev.obj >= 0 {
		waited = append(waited, ev.obj)
	}
	for n := range inst.fn.Instrs {
		in := &inst.fn.Instrs[n]
		if !inst.reach[in.Block] || in.Site.Line < inst.fn.Instrs[i].Site.Line {
			continue
		}
		var chans setID
		switch in.Op {
		case summary.OpRecv:
			chans = m.ref(inst, in.Args[0])
		case summary.OpSelect:
			for _, st := range in.States {
				if !st.Send {
					chans = m.join(chans, m.ref(inst, st.Chan))
				}
			}
		case summary.OpCall:
			if b.flushes(inst, n, ev) {
				return true
			}
			continue
		default:
			continue
		}
		for _, id := range m.sets[chans] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr && (slices.Contains(waited, v.obj) || m.ofClient(v.obj, ev)) {
				return true
			}
		}
	}
	return false
}

// flushes reports whether a call waits for what the client of an operation, or
// the operation itself, has sent.
func (b *builder) flushes(inst *instance, n int, ev *event) bool {
	for _, other := range inst.lib[n] {
		if e := other.entry; (e.Role != catalog.Publish || e.Op != "flush") && (e.Role != catalog.Wait || e.Op != "ack") {
			continue
		}
		for _, id := range b.m.sets[other.recv] {
			v := b.m.byID[b.m.bare(id)]
			if v.kind == kAddr && (v.obj == ev.obj || slices.Contains(b.m.sets[ev.recv], id)) {
				return true
			}
		}
	}
	return false
}

// ofClient reports whether a channel belongs to the client of an operation:
// its confirmations, successes or errors.
func (m *machine) ofClient(obj objID, ev *event) bool {
	o := &m.objects[obj]
	if o.kind != oLib || o.entry == nil || o.entry.Op != "flush" && !strings.HasSuffix(o.symbol, ".NotifyPublish") {
		return false
	}
	for _, id := range m.sets[m.cell(obj, m.child(root, "$recv")).set] {
		if slices.Contains(m.sets[ev.recv], id) {
			return true
		}
	}
	return false
}
