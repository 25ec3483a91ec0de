package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A way is how an instance is reached within one body: the same function on
// two ways is two parts of the body.
type way struct {
	up    *way
	instr int // of up's instance
	inst  *instance
	depth int
	next  map[wayKey]*way
}

type wayKey struct {
	instr int
	inst  *instance
}

func (w *way) to(instr int, inst *instance) *way {
	key := wayKey{instr, inst}
	if w.next[key] == nil {
		if w.next == nil {
			w.next = map[wayKey]*way{}
		}
		w.next[key] = &way{up: w, instr: instr, inst: inst, depth: w.depth + 1}
	}
	return w.next[key]
}

// A spot is one call of a library in a body.
type spot struct {
	way   *way
	instr int
	ev    *event
}

// A tracer follows the answers of the calls of one body: into the arguments of
// later calls, the conditions that decide about them, and up to where they are
// used or dropped. It goes through the instances as the evaluation found them,
// with the marks of values in the place of values.
type tracer struct {
	b       *builder
	m       *machine
	marks   *markSets
	numbers map[spot]int
	calls   []*traced
	heap    map[objID][]heapMark
	busy    map[*instance]bool
	fuel    int // instructions that may still be looked at
	again   int // loops that are gone through for the second time
	seen    map[*instance]bool
}

// traced is what was learned of one call.
type traced struct {
	spot     spot
	cache    bool         // it reads from a cache
	through  bool         // and on a miss from what is behind it: what it answers then is the answer
	needs    markSet      // of its arguments
	control  markSet      // of the conditions that decide about it
	used     bool         // its value is
	failed   bool         // its error decides something
	logged   bool         // its value or error is written to a log
	top      *way         // the outermost function that its answer reached
	loggedIn *way         // the outermost function that logs it
	outer    []*event     // calls of libraries that run it in a callback
	ids      []graph.Site // where the id is read that the database gave to its row
}

// tellsMiss reports whether an empty answer says that a cache had nothing.
func (c *traced) tellsMiss() bool { return c.cache && !c.through }

// traceFuel bounds how many instructions are looked at for one body. Beyond
// it, everything is taken to depend on everything before it.
const traceFuel = 400_000

func (b *builder) trace(w *way) *tracer {
	t := &tracer{b: b, m: b.m, marks: newMarkSets(), numbers: map[spot]int{}, heap: map[objID][]heapMark{}, seen: map[*instance]bool{}, busy: map[*instance]bool{}, fuel: traceFuel}
	t.eval(w, nil, unmarked)
	return t
}

// number returns the number of a call.
func (t *tracer) number(s spot) int {
	n, ok := t.numbers[s]
	if !ok {
		n = len(t.calls)
		t.numbers[s] = n
		c := &traced{spot: s, top: s.way}
		for _, target := range t.b.l.resolve(t.b.d, s.ev) {
			c.cache = c.cache || target.kind == graph.EdgeCache && target.effect == graph.Read
		}
		t.calls = append(t.calls, c)
	}
	return n
}

// An activation is one function on one way.
type activation struct {
	t      *tracer
	inst   *instance
	way    *way
	c      *control
	base   markSet // of the conditions around the call of the function
	regs   []markSet
	tuples map[int][]markSet
	ctrl   []markSet                 // by block, without base
	errs   []map[summary.Ref]markSet // by block: local variables of type error
	edges  [][2]markSet              // by block
	rets   []markSet
}

// eval follows the values of a function and returns the marks of its results.
func (t *tracer) eval(w *way, params []markSet, base markSet) []markSet {
	inst := w.inst
	a := &activation{t: t, inst: inst, way: w, base: base, rets: make([]markSet, len(inst.fn.Results))}
	if len(inst.fn.Blocks) == 0 {
		a.pseudo()
		return nil
	}
	if t.busy[inst] || t.fuel <= 0 {
		for n := range a.rets {
			a.rets[n] = t.marks.join(params...)
		}
		return a.rets
	}
	t.busy[inst], t.seen[inst] = true, true
	a.c = t.b.control(inst)
	a.regs = make([]markSet, inst.fn.Values()+len(inst.fn.Instrs))
	copy(a.regs, params)
	for n := range inst.fn.Free {
		if inst.free >= 0 {
			a.regs[len(inst.fn.Params)+n] = t.got(inst.free, t.m.child(root, "$"+itoa(n)))
		}
	}
	a.tuples = map[int][]markSet{}
	a.ctrl = make([]markSet, len(inst.fn.Blocks))
	a.edges = make([][2]markSet, len(inst.fn.Blocks))
	a.errs = make([]map[summary.Ref]markSet, len(inst.fn.Blocks))
	rounds := 1
	if a.c.loops {
		rounds = 2
	}
	for n := range rounds {
		t.again += n
		for _, b := range a.c.order {
			if n > 0 && !a.c.again[b] {
				continue // runs once, before any loop: what it made is not made anew
			}
			a.ctrl[b] = a.decided(b)
			a.inherit(b)
			blk := &inst.fn.Blocks[b]
			for i := int(blk.First); i < int(blk.Last); i++ {
				t.fuel--
				a.instr(i, &inst.fn.Instrs[i])
			}
		}
		t.again -= n
	}
	t.busy[inst] = false
	return a.rets
}

// decided returns the marks of what decides about a block: the values of all
// conditions, the failures that all ways to it have met.
func (a *activation) decided(b int) markSet {
	t := a.t
	values, failures, first := a.ctrl[b], unmarked, true
	for _, d := range a.c.deps[b] {
		set := t.marks.join(a.edges[d.block][min(d.way, 1)], a.ctrl[d.block])
		values = t.marks.join(values, set)
		if a.c.place[d.block] >= a.c.place[b] {
			continue // the next round of a loop
		}
		if first {
			failures, first = set, false
		} else {
			failures = t.marks.filter(failures, func(k mark) (mark, bool) { return k, slices.Contains(t.marks.sets[set], k) })
		}
	}
	failures = t.marks.filter(failures, func(k mark) (mark, bool) { return k, k.kind() != byValue })
	return t.marks.join(t.marks.only(values, byValue), failures)
}

// local reports whether an object is made anew by each request.
func (t *tracer) local(o *object) bool { return o.inst != nil && t.seen[o.inst] }

// pseudo goes through the calls of an instance that stands for what runs the
// handlers: their results decide about the request.
func (a *activation) pseudo() {
	for _, i := range callSites(a.inst) {
		for _, target := range a.inst.calls[i] {
			params := make([]markSet, len(target.fn.Params))
			for _, r := range a.t.eval(a.way.to(i, target), params, unmarked) {
				a.use(r)
			}
		}
	}
}

// marks returns the marks of an operand.
func (a *activation) marks(r summary.Ref) markSet {
	if r < 0 || int(r) >= len(a.regs) {
		return unmarked
	}
	return a.regs[r]
}

// use notes that somebody acts on values.
func (a *activation) use(set markSet) {
	for _, k := range a.t.marks.sets[set] {
		c := a.t.calls[k.call()]
		switch k.kind() {
		case byValue:
			c.used = true
		case byFailure:
			c.failed = true
		}
	}
}

// log notes that values are written to a log and not acted on.
func (a *activation) log(set markSet) {
	for _, k := range a.t.marks.sets[set] {
		c := a.t.calls[k.call()]
		c.logged = true
		if c.loggedIn == nil || a.way.depth < c.loggedIn.depth {
			c.loggedIn = a.way
		}
	}
}

// arrive notes that answers were handed on to the function.
func (a *activation) arrive(set markSet) {
	for _, k := range a.t.marks.sets[set] {
		c := a.t.calls[k.call()]
		if a.way.depth < c.top.depth && a.way.encloses(c.spot.way) {
			c.top = a.way
		}
	}
}

// encloses reports whether a way leads through w.
func (w *way) encloses(in *way) bool {
	for ; in != nil && in.depth > w.depth; in = in.up {
	}
	return in == w
}

// from returns the instruction of w's function at which a way that w encloses goes on.
func (w *way) from(in *way) (instr int, ok bool) {
	for ; in != nil && in.depth > w.depth+1; in = in.up {
	}
	if in == nil || in.up != w {
		return 0, false
	}
	return in.instr, true
}

// control returns the control dependence of an instance.
func (b *builder) control(inst *instance) *control {
	if b.controls == nil {
		b.controls = map[*instance]*control{}
	}
	c := b.controls[inst]
	if c == nil {
		c = controlOf(inst)
		b.controls[inst] = c
	}
	return c
}

// numberedBy notes where the ids of inserted rows are read.
func (t *tracer) numberedBy(set markSet, site graph.Site) {
	for _, k := range t.marks.sets[set] {
		c := t.calls[k.call()]
		if k.kind() == byValue && !slices.Contains(c.ids, site) {
			c.ids = append(c.ids, site)
		}
	}
}

// runs reports whether an event is a call that the graph shows.
func (t *tracer) runs(ev *event) bool { return len(t.b.l.resolve(t.b.d, ev)) > 0 && !t.b.cursor(ev) }

// isError reports whether a type is error.
func isError(typ string) bool { return typ == "error" }
