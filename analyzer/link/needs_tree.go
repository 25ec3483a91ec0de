package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// maxCalls is how many calls a body may have before parts that were met in it
// are not repeated where they are reached on other ways.
const maxCalls = 400

// maxVisits is how many parts a body may have before the same is done with
// them. Parts without calls, that hold a lock or wait, count here: middleware
// that may stand before itself in any order has 2^n ways through n of them.
const maxVisits = 4000

// whole makes the body of an endpoint or task: its steps, numbered, with what
// becomes of their answers.
func (b *builder) whole(top *instance, make func() *graph.Step) *graph.Step {
	b.ways, b.spots, b.made, b.visits, b.met = &way{inst: top}, map[int]spot{}, 0, 0, map[*instance]bool{}
	w := b.ways
	body := make()
	if body == nil {
		return nil
	}
	t := b.trace(w)
	n := &numbering{b: b, t: t, ids: map[int][]int{}, newID: map[int]int{}, known: map[*graph.Step][]int{}, broken: map[*graph.Step][]int{}, calling: map[*graph.Step]bool{}}
	body = n.copy(body, frameOf{})
	n.needs()
	return n.failures(n.misses(body, nil), nil)
}

// runsAll reports whether a library runs all functions that it is given.
func (b *builder) runsAll(events []*event) bool {
	return slices.ContainsFunc(events, func(ev *event) bool {
		_, ok := ev.entry.Arg("fn")
		return ok
	})
}

// numbering copies a body, so that each call of it is a step of its own, and
// numbers the calls in program order.
type numbering struct {
	b     *builder
	t     *tracer
	last  int
	calls []numbered
	ids   map[int][]int // by number of the traced call
	newID map[int]int   // by the id that a call was made with: that of its last copy

	known   map[*graph.Step][]int // what missed found
	broken  map[*graph.Step][]int // what failed found
	calling map[*graph.Step]bool  // what hasCall found
}

type numbered struct {
	step *graph.Step
	call int // number of the traced call; -1: it was not met
	in   frameOf
}

// frameOf is what is around a step.
type frameOf struct {
	detached bool
	loop     summary.LoopKind // of the innermost loop
}

func (n *numbering) copy(s *graph.Step, in frameOf) *graph.Step {
	c := *s
	in.detached = in.detached || s.Detached()
	if s.Kind == graph.Loop || s.Kind == graph.Each {
		in.loop = n.b.loopKind(s)
	}
	if s.Kind == graph.Call {
		n.number(&c, s.ID, in)
		n.newID[s.ID] = c.ID
		c.Excludes = nil
		for _, id := range s.Excludes {
			if now, met := n.newID[id]; met {
				c.Excludes = append(c.Excludes, now)
			}
		}
		c.Excludes = tidy(c.Excludes)
	}
	if len(s.Steps) > 0 {
		c.Steps = make([]*graph.Step, len(s.Steps))
		for i, inner := range s.Steps {
			c.Steps[i] = n.copy(inner, in)
		}
	}
	return &c
}

// loopKind returns the kind of the loop that a step stands for.
func (b *builder) loopKind(s *graph.Step) summary.LoopKind {
	if fn := b.m.prog.funcs[s.Func]; fn != nil {
		for n := range fn.Loops {
			if gsite(fn.Loops[n].Site) == s.Site {
				return fn.Loops[n].Kind
			}
		}
	}
	return summary.LoopRange // a library's
}

func (n *numbering) number(s *graph.Step, id int, in frameOf) {
	n.last++
	s.ID = n.last
	call := -1
	if sp, ok := n.b.spots[id]; ok {
		if k, met := n.t.numbers[sp]; met {
			call = k
			n.ids[k] = append(n.ids[k], s.ID)
			n.b.fate(s, n.t.calls[k], in.detached)
			s.IDs = n.t.calls[k].ids
		}
	}
	n.calls = append(n.calls, numbered{s, call, in})
}

// needs fills Needs and OnError.
func (n *numbering) needs() {
	for _, c := range n.calls {
		s := c.step
		if c.call < 0 || n.t.fuel <= 0 {
			s.Answer = graph.AnswerUnknown
			for id := 1; id < s.ID; id++ {
				s.Needs = append(s.Needs, id)
			}
			continue
		}
		call := n.t.calls[c.call]
		keep := func(set markSet, later bool) {
			for _, k := range n.t.marks.sets[set] {
				if slices.Contains(n.t.calls[k.call()].outer, call.spot.ev) {
					continue // made in its own callback
				}
				for _, id := range n.ids[k.call()] {
					if id < s.ID || later {
						s.Needs = append(s.Needs, id)
					}
				}
			}
		}
		keep(call.needs, c.in.loop != summary.LoopRange && c.in.loop != summary.LoopChan)
		keep(n.t.marks.only(call.control, byValue), c.in.loop == summary.LoopForever)
		keep(n.t.marks.only(call.control, byMiss), false)
		keep(n.t.marks.only(call.control, byAbsence), false)
		for _, k := range n.t.marks.sets[n.t.marks.only(call.control, byFailure)] {
			s.OnError = append(s.OnError, n.ids[k.call()]...)
		}
		s.Needs = tidy(s.Needs)
		s.OnError = slices.DeleteFunc(tidy(s.OnError), func(id int) bool { return id >= s.ID })
	}
}

func tidy(ids []int) []int {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// misses puts what is done only when a cache had nothing into branches.
func (n *numbering) misses(s *graph.Step, around []int) *graph.Step {
	if s.Kind == graph.Call {
		if own := n.without(n.missed(s), around); len(own) > 0 && asksElsewhere(s) {
			return miss(always(s))
		}
		return s
	}
	var out []*graph.Step
	for i := 0; i < len(s.Steps); {
		own := n.without(n.missed(s.Steps[i]), around)
		if len(own) == 0 {
			out = append(out, n.misses(s.Steps[i], around))
			i++
			continue
		}
		var group []*graph.Step
		in := append(slices.Clone(around), own...)
		first := i
		for i < len(s.Steps) && slices.Equal(n.without(n.missed(s.Steps[i]), around), own) {
			group = append(group, n.misses(s.Steps[i], in))
			i++
			if s.Kind != graph.Seq {
				break // parts of a branch, or parallel ones
			}
		}
		if first == 0 && i == len(s.Steps) && s.Kind == graph.Seq && len(s.Stack) == 0 {
			s.Steps = group
			if !slices.ContainsFunc(group, asksElsewhere) {
				return s
			}
			return miss(always(s))
		}
		if !slices.ContainsFunc(group, asksElsewhere) {
			out = append(out, group...)
			continue
		}
		out = append(out, miss(always(seq(group))))
	}
	s.Steps = out
	return s
}

func miss(s *graph.Step) *graph.Step {
	return &graph.Step{Kind: graph.Branch, Hit: true, Steps: []*graph.Step{s}, Probs: []*graph.Quantity{nil}, Site: s.Site, Func: s.Func}
}

func (n *numbering) without(ids, around []int) []int {
	return slices.DeleteFunc(slices.Clone(ids), func(id int) bool { return slices.Contains(around, id) })
}

// missed returns the reads of caches whose misses decide about all calls in a
// step; none if it holds no call.
func (n *numbering) missed(s *graph.Step) []int {
	if out, ok := n.known[s]; ok {
		return out
	}
	out := n.findMissed(s)
	n.known[s] = out
	return out
}

func (n *numbering) findMissed(s *graph.Step) []int {
	if s.Kind == graph.Call {
		c := n.calls[s.ID-1]
		if c.call < 0 {
			return nil
		}
		var out []int
		for _, k := range n.t.marks.sets[n.t.marks.only(n.t.calls[c.call].control, byMiss)] {
			out = append(out, n.ids[k.call()]...)
		}
		return tidy(out)
	}
	var out []int
	any := false
	for _, inner := range s.Steps {
		if !n.hasCall(inner) {
			continue
		}
		got := n.missed(inner)
		if !any {
			out, any = got, true
			continue
		}
		out = slices.DeleteFunc(slices.Clone(out), func(id int) bool { return !slices.Contains(got, id) })
	}
	return out
}

// asksElsewhere reports whether a step calls something that is no cache: what
// is done on a miss.
func asksElsewhere(s *graph.Step) bool {
	return s.Kind == graph.Call && s.EdgeKind != graph.EdgeCache && s.EdgeKind != graph.EdgeLock || slices.ContainsFunc(s.Steps, asksElsewhere)
}

func (n *numbering) hasCall(s *graph.Step) bool {
	has, ok := n.calling[s]
	if !ok {
		has = s.Kind == graph.Call || slices.ContainsFunc(s.Steps, n.hasCall)
		n.calling[s] = has
	}
	return has
}
