package ceiling

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// A trace says, for one operation, where it uses a station and how far the
// times of that use are to be trusted.
type trace struct {
	station int
	site    graph.Site
	sources sources
}

// sources is a set of sources of quantities.
type sources uint8

func sourceSet(name string) sources {
	if name == "" {
		return 0
	}
	return 1 << trustOf(name)
}

// least returns the least trusted source of the set; "" if it is empty.
func (s sources) least() string {
	for i, name := range trust {
		if s&(1<<i) != 0 {
			return name
		}
	}
	return ""
}

// tracer collects traces of all operations, callees first.
type tracer struct {
	p      *program
	origin []sources // by unknown
	times  []sources // by operation: of its time
	traces [][]trace // by operation
}

func newTracer(p *program, origin []sources) *tracer {
	t := &tracer{p, origin, make([]sources, len(p.ops)), make([][]trace, len(p.ops))}
	for i := len(p.order) - 1; i >= 0; i-- {
		op := p.order[i]
		t.times[op] = t.seq(p.ops[op].body, op)
		if !p.ops[op].inline {
			t.add(op, trace{station: p.ops[op].slots, sources: t.times[op]})
		}
	}
	return t
}

func (t *tracer) add(op int, tr trace) {
	i := slices.IndexFunc(t.traces[op], func(o trace) bool { return o.station == tr.station })
	if i < 0 {
		t.traces[op] = append(t.traces[op], tr)
		return
	}
	t.traces[op][i].sources |= tr.sources
}

func (t *tracer) seq(list []*node, op int) sources {
	var all sources
	for _, n := range list {
		all |= t.node(n, op)
	}
	return all
}

func (t *tracer) node(n *node, op int) sources {
	var own sources
	switch n.step.Kind {
	case StepWait, StepUse, StepCPU:
		own = sourceSet(n.step.Source)
		if n.ms.unknown >= 0 {
			own = t.origin[n.ms.unknown]
		}
		if n.station >= 0 {
			t.add(op, trace{n.station, n.step.Site, own})
		}
	case StepHold:
		own = t.seq(n.kids, op)
		t.add(op, trace{n.station, n.step.Site, own})
	case StepLimit:
		t.add(op, trace{n.station, n.step.Site, 0})
	case StepCall, StepDo:
		return t.times[n.op]
	case StepAsync:
	default:
		own = t.seq(n.kids, op)
		for _, b := range n.branches {
			own |= t.seq(b, op)
		}
	}
	return own
}
