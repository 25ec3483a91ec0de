package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// partitioning notes how many partitions topics have, as the deployment or a
// program makes them or as the broker gives them by default, and so how many
// messages the consumers of one group work on at once.
func (l *linker) partitioning() {
	made := map[string]*graph.Quantity{}
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		for _, inst := range d.m.order {
			if !d.m.alive(inst) {
				continue
			}
			for _, i := range callSites(inst) {
				for _, ev := range inst.lib[i] {
					if ev.entry.Role == catalog.QueueOpen && ev.entry.Op == "topic" && ev.entry.Technology == "kafka" {
						d.m.madeTopics(ev, made)
					}
				}
			}
		}
	}
	for _, r := range l.resources {
		if r.Kind == graph.Topic && (r.Technology == "kafka" || r.Technology == "redpanda") {
			r.Partitions = l.partitionsOf(r, made)
		}
	}
	for _, d := range l.all {
		for _, ep := range d.endpoints {
			r := l.resources[ep.Topic]
			if ep.Kind != graph.EndpointConsume || r == nil || r.Partitions == nil || ep.entry == nil {
				continue
			}
			// A library that hands messages to workers of its own does more at once.
			if _, several := l.cat.Default(ep.entry.ev.entry.Package(), "processors"); !several {
				ep.AtOnce = r.Partitions
			}
		}
	}
}

// partitionsOf says how many partitions a topic has; nil if nothing says, or
// if what says so differs.
func (l *linker) partitionsOf(r *graph.Resource, made map[string]*graph.Quantity) *graph.Quantity {
	name := strings.TrimPrefix(r.Identity, r.Host+" ")
	if t := l.in.Manifests.Topic(name, r.Host); t != nil {
		return t.Partitions
	}
	if q, ok := made[name]; ok {
		return q
	}
	for _, w := range l.in.Manifests.Workloads {
		if w.Name == r.Host && w.Partitions != nil {
			q := *w.Partitions
			q.Note = "the default of " + w.ID()
			return &q
		}
	}
	return nil
}

// madeTopics notes the topics that a program makes, with their partitions; nil
// for one that is made with several numbers.
func (m *machine) madeTopics(ev *event, made map[string]*graph.Quantity) {
	add := func(names, partitions setID) {
		n, ok := m.constant(m.bareSet(partitions))
		count, number := number(n)
		if !ok || !number || count < 1 {
			return
		}
		q := graph.Exact(count, graph.Derived, gsite(ev.at()), "made by the program")
		for _, name := range m.renderAll(names) {
			if name == "" || strings.Contains(name, hole) {
				continue
			}
			if old, ok := made[name]; ok && (old == nil || old.Low != q.Low) {
				q = nil
			}
			made[name] = q
		}
	}
	set := m.argument(nil, ev.entry, "topic", ev.recv, ev.args)
	if n := m.argument(nil, ev.entry, "partitions", ev.recv, ev.args); n != none {
		for _, s := range append([]setID{set}, m.elements(nil, set)...) {
			add(s, n)
		}
	}
	if detail := m.argument(nil, ev.entry, "detail", ev.recv, ev.args); detail != none {
		add(set, m.field(nil, detail, "NumPartitions", false))
	}
	all := append([]setID{set}, m.elements(nil, set)...)
	if i, ok := ev.entry.Arg("topic"); ok && i >= 0 && i < len(ev.args) {
		for _, a := range ev.args[i:] {
			all = append(append(all, a), m.elements(nil, a)...)
		}
	}
	for _, s := range all {
		if names := m.field(nil, s, "Topic", false); names != none {
			add(names, m.field(nil, s, "NumPartitions", false))
		}
	}
}
