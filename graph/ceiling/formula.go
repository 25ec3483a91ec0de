package ceiling

import (
	"fmt"
	"slices"
	"strings"
)

// A sum is a number as a formula: terms of unknowns, by their names.
type sum []term

type term struct {
	factor float64
	names  []string // sorted
}

// terms is how many terms a formula shows; the rest are dots.
const terms = 4

func (a sum) plus(b sum) sum {
	out := slices.Clone(a)
	for _, t := range b {
		i := slices.IndexFunc(out, func(o term) bool { return slices.Equal(o.names, t.names) })
		switch {
		case i >= 0:
			out[i].factor += t.factor
		case len(out) <= terms:
			out = append(out, t)
		}
	}
	return out
}

func (a sum) times(factor float64, name string) sum {
	if factor == 0 {
		return nil
	}
	var out sum
	for _, t := range a {
		names := slices.Clone(t.names)
		if name != "" {
			names = append(names, name)
			slices.Sort(names)
		}
		out = append(out, term{t.factor * factor, names})
	}
	return out
}

func (a sum) String() string {
	var parts []string
	for i, t := range a {
		if i == terms {
			parts = append(parts, "...")
			break
		}
		text := strings.Join(t.names, " x ")
		switch {
		case text == "":
			text = trimmed(t.factor) + " ms"
		case t.factor != 1:
			text = trimmed(t.factor) + " x " + text
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " + ")
}

// A writer writes the demand of one station as a formula. Alternatives
// count with equal shares, of what runs in parallel the longer at the middle of
// the intervals.
type writer struct {
	e       *eval
	station int
	time    map[int]sum // by operation
	demand  map[int]sum
}

// A writerKey is a station, and whether every branch is taken that may be left
// out.
type writerKey struct {
	station int
	whole   bool
}

func newWriter(e *eval, station int) *writer {
	return &writer{e, station, map[int]sum{}, map[int]sum{}}
}

func (w *writer) operand(o operand, a sum) sum {
	if o.unknown < 0 {
		return a.times(o.value, "")
	}
	if u := w.e.p.unknowns[o.unknown]; u.Taken == 0 {
		return a.times(1, u.Name)
	}
	return a.times(w.e.of(o), "")
}

// op returns the time of an operation and what it takes of the station.
func (w *writer) op(op int) (time, demand sum) {
	if time, ok := w.time[op]; ok {
		return time, w.demand[op]
	}
	w.time[op], w.demand[op] = nil, nil // messages in circles are written once
	o := w.e.p.ops[op]
	time, demand = w.seq(o.body)
	if !o.inline && o.slots == w.station {
		demand = demand.plus(time)
	}
	w.time[op], w.demand[op] = time, demand
	return time, demand
}

func (w *writer) seq(list []*node) (time, demand sum) {
	for _, n := range list {
		t, d := w.node(n)
		time, demand = time.plus(t), demand.plus(d)
	}
	return time, demand
}

func (w *writer) node(n *node) (time, demand sum) {
	one := sum{{factor: 1}}
	switch n.step.Kind {
	case StepWait, StepCPU, StepUse:
		time = w.operand(n.ms, one)
		if n.station == w.station {
			demand = time
		}
	case StepHold:
		time, demand = w.seq(n.kids)
		if n.station == w.station {
			demand = demand.plus(time)
		}
	case StepCall, StepDo:
		return w.op(n.op)
	case StepAsync:
		_, demand = w.op(n.op)
	case StepRepeat, StepProb:
		time, demand = w.seq(n.kids)
		time, demand = w.operand(n.n, time), w.operand(n.n, demand)
	case StepEach:
		time, demand = w.seq(n.kids)
		rounds := w.e.of(n.n)
		if ratio := w.e.rounds(n, rounds); ratio != 1 {
			time = w.operand(n.n, time).times(ratio/rounds, "")
		}
		demand = w.operand(n.n, demand)
	case StepRetry:
		time, demand = w.seq(n.kids)
		p, attempts := w.e.tries(n)
		time = time.times(expected(p, attempts), "")
		demand = demand.times(expected(p, attempts), "")
	case StepEither:
		if n.n.unknown >= 0 && w.e.p.unknowns[n.n.unknown].Taken > 0 && w.e.of(n.n) == 0 {
			break // left out
		}
		for _, b := range n.branches {
			t, d := w.seq(b)
			share := 1 / float64(len(n.branches))
			time, demand = time.plus(t.times(share, "")), demand.plus(d.times(share, ""))
		}
	case StepPar:
		longest := -1.0
		for _, b := range n.branches {
			t, d := w.seq(b)
			demand = demand.plus(d)
			if v := w.e.seq(b, 0, &opCost{}); v > longest {
				longest, time = v, t
			}
		}
	}
	return time, demand
}

// unknown reports whether the sum has terms that are not numbers.
func (a sum) unknown() bool {
	return slices.ContainsFunc(a, func(t term) bool { return len(t.names) > 0 })
}

// formula is what bounds a path at a station: its capacity over its demand.
// It is empty if the demand is known, unless numbers shall be written too.
func (w *writer) formula(entry int, capacity string, numbers bool) string {
	_, demand := w.op(entry)
	if !numbers && !demand.unknown() {
		return ""
	}
	text := demand.String()
	switch {
	case len(demand) == 0:
		return ""
	case len(demand) > 1 || strings.Contains(text, " x ") || strings.HasSuffix(text, " ms"):
		text = "(" + text + ")"
	}
	return fmt.Sprintf("%s/%s", capacity, text)
}
