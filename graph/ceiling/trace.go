package ceiling

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A trace says, for one operation, where it uses a station and how far the
// times of that use are to be trusted.
type trace struct {
	station int
	site    graph.Site
	sources sources
}

// An origin is where a number came from: a source of quantities and, of a
// measured one, the files.
type origin struct{ source, file string }

func originOf(q *graph.Quantity) origin {
	if q.Source == graph.Measured {
		return origin{q.Source, q.Note}
	}
	return origin{source: q.Source}
}

// sources is a set of sources of quantities, and of files: those of the tracer,
// from bit fileBit on. What does not fit shares the last bit.
type sources uint64

const (
	fileBit = 8
	lastBit = 63
)

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
	files  []string
	times  []sources // by operation: of its time
	traces [][]trace // by operation
}

func newTracer(p *program, unknowns []origin) *tracer {
	t := &tracer{p: p, origin: make([]sources, len(unknowns)), times: make([]sources, len(p.ops)), traces: make([][]trace, len(p.ops))}
	for i, o := range unknowns {
		t.origin[i] = t.set(o)
	}
	for i := len(p.order) - 1; i >= 0; i-- {
		op := p.order[i]
		t.times[op] = t.seq(p.ops[op].body, op)
		if !p.ops[op].inline {
			t.add(op, trace{station: p.ops[op].slots, sources: t.times[op]})
		}
	}
	return t
}

// set is the set of one origin.
func (t *tracer) set(o origin) sources {
	out := sourceSet(o.source)
	if o.file == "" {
		return out
	}
	i := slices.Index(t.files, o.file)
	if i < 0 {
		i = len(t.files)
		t.files = append(t.files, o.file)
	}
	return out | 1<<min(fileBit+i, lastBit)
}

// filesOf returns the files of a set, by name.
func (t *tracer) filesOf(s sources) []string {
	var out []string
	for i, file := range t.files {
		if s&(1<<min(fileBit+i, lastBit)) != 0 {
			out = append(out, strings.Split(file, ", ")...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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
		own = t.set(origin{n.step.Source, n.step.File})
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
