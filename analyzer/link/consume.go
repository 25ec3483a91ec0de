package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A consumption is a loop that receives messages: what stands in it is done
// once a message.
type consumption struct {
	inst *instance
	loop int
	from []*event // the receptions
}

// consumptions finds the loops that receive messages: those around a poll, in
// the function itself or in one that calls it, and those that take from the
// channel of a subscription.
func (m *machine) consumptions() []consumption {
	var out []consumption
	add := func(inst *instance, loop int, ev *event) {
		for i := range out {
			if out[i].inst == inst && out[i].loop == loop {
				if !slices.Contains(out[i].from, ev) {
					out[i].from = append(out[i].from, ev)
				}
				return
			}
		}
		out = append(out, consumption{inst, loop, []*event{ev}})
	}
	for _, inst := range m.order {
		if !m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if polls(ev) {
					m.around(inst, i, 0, func(in *instance, loop int) { add(in, loop, ev) })
				}
			}
		}
		m.receipts(inst, func(loop int, ev *event) { add(inst, loop, ev) })
	}
	return out
}

// polls reports whether an operation returns messages.
func polls(ev *event) bool {
	return ev.entry.Role == catalog.Consume && ev.entry.Op == "poll" && !channel(ev.resultType())
}

// subscribes reports whether an operation begins to receive, and leaves it to
// the caller to take the messages.
func subscribes(ev *event) bool {
	if ev.entry.Role != catalog.Consume {
		return false
	}
	switch ev.entry.Op {
	case "poll", "subscribe", "open", "":
		return true
	}
	return false
}

func channel(typ string) bool {
	return strings.HasPrefix(typ, "<-chan ") || strings.HasPrefix(typ, "chan ")
}

// resultType returns the type of the first result of a call.
func (ev *event) resultType() string {
	if ev.instr >= len(ev.inst.fn.Instrs) {
		return ""
	}
	return firstOf(ev.inst.fn.Instrs[ev.instr].Type)
}

// around calls f with the innermost loop around an instruction: of its own
// function, else of those that call it.
func (m *machine) around(inst *instance, i, depth int, f func(*instance, int)) {
	if i >= len(inst.fn.Instrs) || depth > 3 {
		return
	}
	if loop := inst.fn.Blocks[inst.fn.Instrs[i].Block].Loop; loop >= 0 {
		f(inst, int(loop))
		return
	}
	for _, caller := range sortedCallers(inst) {
		if !m.alive(caller) {
			continue
		}
		for _, j := range callSites(caller) {
			if slices.Contains(caller.calls[j], inst) {
				m.around(caller, j, depth+1, f)
			}
		}
	}
}

func sortedCallers(inst *instance) []*instance {
	var out []*instance
	for c := range inst.callers {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *instance) int { return a.id - b.id })
	return out
}

// receipts finds the loops of an instance that take from the channel of a
// subscription.
func (m *machine) receipts(inst *instance, f func(loop int, ev *event)) {
	for i := range inst.fn.Instrs {
		in := &inst.fn.Instrs[i]
		if in.Op != summary.OpRecv && in.Op != summary.OpSelect || !inst.reach[in.Block] {
			continue
		}
		loop := inst.fn.Blocks[in.Block].Loop
		if loop < 0 {
			continue
		}
		var chans setID
		if in.Op == summary.OpRecv {
			chans = m.ref(inst, in.Args[0])
		}
		for _, st := range in.States {
			if !st.Send {
				chans = m.join(chans, m.ref(inst, st.Chan))
			}
		}
		for _, id := range m.sets[chans] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr {
				if ev := m.subscription(v.obj); ev != nil {
					f(int(loop), ev)
				}
			}
		}
	}
}

// subscription returns the operation that made a channel of messages: its
// result, or a channel of the program that it was given to fill.
func (m *machine) subscription(obj objID) *event {
	o := &m.objects[obj]
	if o.kind == oAlloc {
		for _, id := range m.sets[m.cell(obj, m.child(root, "$fed")).set] {
			if v := m.byID[id]; v.kind == kAddr && v.obj != obj {
				return m.subscription(v.obj)
			}
		}
		return nil
	}
	if o.kind != oLib || o.entry == nil || o.entry.Role != catalog.Consume || o.inst == nil {
		return nil
	}
	for _, ev := range o.inst.lib[o.instr] {
		if ev.obj == obj && subscribes(ev) {
			return ev
		}
	}
	return nil
}

// received makes what a reception returns messages, and what it is given to
// fill a source of them.
func (m *machine) received(ev *event, rets []setID) []setID {
	message := m.one(value{kind: kRequest})
	types := tupleTypes(ev.inst.fn.Instrs[ev.instr].Type)
	switch {
	case channel(ev.resultType()):
		m.write(ev.obj, m.child(root, "$chan"), message)
	case ev.entry.Op == "poll":
		for n, t := range types {
			if t != "error" && t != "bool" && n < len(rets) {
				rets[n] = message
			}
		}
	}
	for _, id := range m.sets[m.argument(nil, ev.entry, "channel", ev.recv, ev.args)] {
		if v := m.byID[id]; v.kind == kAddr && v.path == root && ev.obj >= 0 {
			m.write(v.obj, m.child(root, "$fed"), m.addr(ev.obj, root))
			m.write(v.obj, m.child(root, "$chan"), message)
		}
	}
	return rets
}

// loops makes the endpoints of a program that receives in loops of its own,
// where no request has asked for it.
func (l *linker) loops(d *deployment) {
	startup := map[*instance]bool{}
	for _, inst := range walk(d.m.top, nil).order {
		startup[inst] = true
	}
	d.consumes = map[*instance][]consumption{}
	for _, c := range d.m.consumptions() {
		d.consumes[c.inst] = append(d.consumes[c.inst], c)
		if !startup[c.inst] {
			continue
		}
		for _, ev := range c.from {
			l.polled[ev] = true
			e := &entry{kind: "consume", ev: ev, top: d.m.pseudo("loop")}
			for _, r := range l.topics(d, ev) {
				ep := l.addEndpoint(d, e, graph.EndpointConsume, r.ID, gsite(c.inst.fn.Site))
				ep.Topic = r.ID
				if !slices.ContainsFunc(ep.loops, func(o consumption) bool { return o.inst.fn == c.inst.fn }) {
					ep.loops = append(ep.loops, c)
				}
			}
		}
	}
}

// handled takes out of the items of an instance what loops of messages do: an
// endpoint does that. While such an endpoint is made it is the other way
// round. In the handler of a message such a loop is no loop.
func (b *builder) handled(inst *instance, items, deferred []item) (kept, last []item) {
	loops := b.d.consumes[inst]
	if len(loops) == 0 {
		return items, deferred
	}
	taking := b.taking != nil && b.taking.inst == inst
	for _, it := range items {
		at := slices.IndexFunc(it.region, func(r region) bool {
			return !r.hold && slices.ContainsFunc(loops, func(c consumption) bool { return c.loop == r.id && (!taking || c.loop == b.taking.loop) })
		})
		switch {
		case at < 0 && taking, at >= 0 && b.startup[inst] && !taking:
			continue
		case at >= 0 && !taking:
			it.region = slices.Delete(slices.Clone(it.region), at, at+1)
		case at >= 0:
			it.region = slices.Clone(it.region[at+1:])
		}
		it.region = slices.DeleteFunc(it.region, func(r region) bool { return !r.hold && b.overMessages(inst, r.id) })
		kept = append(kept, it)
	}
	if taking {
		deferred = nil
	}
	return kept, deferred
}

// takes returns what a loop of messages does for one of them.
func (b *builder) takes(c consumption) *graph.Step {
	delete(b.done, c.inst)
	b.taking = &c
	s := b.part(c.inst)
	b.taking = nil
	delete(b.done, c.inst)
	return s
}
