package calibrate

import (
	"cmp"
	"slices"
)

// A trace is the spans of one trace while they are looked at. Parents and
// children are indices; -1 is none.
type trace struct {
	*Calibrator
	spans    []record
	parent   []int
	kids     [][]int
	torn     map[string]bool // services of which a span between others is missing
	circular []bool
}

// trace looks at the spans of one trace, which are sorted by id.
func (c *Calibrator) trace(spans []record) {
	t := &trace{Calibrator: c, spans: dedupe(c, spans), torn: map[string]bool{}}
	t.link()
	t.cut()
	for i := range t.spans {
		if t.circular[i] {
			continue
		}
		switch m := t.meaning(i); {
		case m.role == waits:
			t.wait(i, m)
		case m.role == serves:
			t.serve(i, m)
		}
		m := t.meaning(i)
		if missed := m.role == waits && m.service != "" && m.target == ""; m.reason != "" && !missed { // those are listed as edges
			c.unmatched.add(m.reason, 1)
		}
	}
}

// dedupe returns the spans without those that were recorded twice.
func dedupe(c *Calibrator, spans []record) []record {
	kept := make([]record, 0, len(spans))
	for _, r := range spans {
		twice := false
		for j := len(kept) - 1; j >= 0 && kept[j].id == r.id; j-- {
			a, b := c.meanings.list[kept[j].meaning], c.meanings.list[r.meaning]
			twice = twice || a.process == b.process && a.role == b.role
		}
		if twice {
			c.odd.add("spans that were recorded twice", 1)
			continue
		}
		kept = append(kept, r)
	}
	return kept
}

func (t *trace) meaning(i int) *meaning { return &t.meanings.list[t.spans[i].meaning] }

// link finds the parents. A server's span may have the id of its client's, as
// Zipkin has it: then that is its parent.
func (t *trace) link() {
	t.parent = make([]int, len(t.spans))
	for i, s := range t.spans {
		t.parent[i] = -1
		if m := t.meaning(i); m.role == serves {
			if j := t.find(s.id, func(j int) bool { return j != i && t.meaning(j).role == waits }); j >= 0 {
				t.parent[i] = j
				continue
			}
		}
		if s.parent == 0 {
			continue
		}
		process := t.meaning(i).process
		j := t.find(s.parent, func(j int) bool { return j != i && t.meaning(j).process == process })
		if j < 0 {
			j = t.find(s.parent, func(j int) bool { return j != i })
		}
		if t.parent[i] = j; j < 0 {
			t.odd.add("spans whose parent is missing", 1)
			if t.meaning(i).role != serves {
				t.torn[process] = true
			}
		}
	}
}

// find returns the first span of an id that fits; -1 if there is none.
func (t *trace) find(id uint64, fits func(int) bool) int {
	i, ok := slices.BinarySearchFunc(t.spans, id, func(r record, id uint64) int { return cmp.Compare(r.id, id) })
	for ; ok && i < len(t.spans) && t.spans[i].id == id; i++ {
		if fits(i) {
			return i
		}
	}
	return -1
}

// cut takes the spans out whose parents form a circle, and makes the lists of
// children.
func (t *trace) cut() {
	const (
		fresh = iota
		open
		done
	)
	state := make([]uint8, len(t.spans))
	t.circular = make([]bool, len(t.spans))
	for i := range t.spans {
		var way []int
		j := i
		for j >= 0 && state[j] == fresh {
			state[j] = open
			way = append(way, j)
			j = t.parent[j]
		}
		if j >= 0 && state[j] == open { // the way came back to itself
			for k := slices.Index(way, j); k < len(way); k++ {
				t.circular[way[k]] = true
				t.torn[t.meaning(way[k]).process] = true
				t.odd.add("spans that are their own ancestors", 1)
			}
		}
		for _, k := range way {
			state[k] = done
		}
	}
	t.kids = make([][]int, len(t.spans))
	for i, p := range t.parent {
		if p >= 0 && t.circular[p] {
			t.parent[i] = -1
		} else if p >= 0 {
			t.kids[p] = append(t.kids[p], i)
		}
	}
}

// own returns how long a server's span is not waiting for others: its duration
// without what the spans cover that wait in it, in whatever order or number at
// the same time.
func (t *trace) own(i int) int64 {
	s := t.spans[i]
	process := t.meaning(i).process
	var covered []span
	stack := slices.Clone(t.kids[i])
	for len(stack) > 0 {
		k := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		m := t.meaning(k)
		if m.process == process && (m.role == inside || m.role == serves && t.spans[k].meaning == s.meaning) {
			stack = append(stack, t.kids[k]...)
			continue
		}
		c := span{t.spans[k].start, t.spans[k].end}
		if m.process != process && (c.from < s.start || c.to > s.end) { // another machine's clock
			c = within(c, span{t.spans[t.parent[k]].start, t.spans[t.parent[k]].end})
			t.odd.add("spans of another clock, moved into their parents", 1)
		}
		if c.from, c.to = max(c.from, s.start), min(c.to, s.end); c.from < c.to {
			covered = append(covered, c)
		}
	}
	slices.SortFunc(covered, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	rest, at := s.end-s.start, s.start
	for _, c := range covered {
		if c.to > at {
			rest -= c.to - max(c.from, at)
			at = c.to
		}
	}
	return rest
}

// within moves an interval into another one: to its middle, for the ways there
// and back take the same time as far as anybody knows.
func within(c, outer span) span {
	slack := (outer.to - outer.from) - (c.to - c.from)
	if slack < 0 {
		return outer
	}
	from := outer.from + slack/2
	return span{from, from + c.to - c.from}
}
