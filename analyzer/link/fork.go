package link

import (
	"slices"

	"github.com/coordlint/coordlint/graph"
)

// maxStrands bounds how many parts of one level of a function are compared
// with one another. Beyond it they stay in sequence.
const maxStrands = 600

// A strand is what a function does as a whole on one level: a step of its own
// text, or an inner loop with all that is in it.
type strand struct {
	items []item
	block int
	order strandOrder
}

// A strandOrder sorts strands as they run. Late ones run when the function
// returns.
type strandOrder struct {
	late     bool
	place, n int
}

func (o strandOrder) less(p strandOrder) bool {
	switch {
	case o.late != p.late:
		return p.late
	case o.place != p.place:
		return o.place < p.place
	}
	return o.n < p.n
}

// A plan says how strands go together: one after another, or at most one of
// them.
type plan struct {
	strand *strand // of a leaf
	parts  []*plan
	either bool
	site   graph.Site // either: where it is decided; zero: not known
	skip   bool       // either: a request may do none of them and succeed all the same
}

// forks finds out which strands of one level exclude one another. The graph of
// who excludes whom is taken apart as a cograph (Corneil, Lerchs and Stewart
// Burlingham, Complement reducible graphs, Discrete Applied Mathematics 3,
// 1981): where it falls apart its parts follow one another, where its
// complement does they are alternatives. Text without goto that returns only
// from its outer arms is always such a graph; where a return stands deeper, the
// cheapest cut keeps the sequence, and the pairs that it cuts are noted on the
// steps.
type forks struct {
	b       *builder
	inst    *instance
	c       *control
	kept    map[int]bool // loops that are strands, or hold one
	strands []*strand
	apart   [][]bool // by pair of strands
	mixed   bool     // alternatives stand on both sides of something that both go with
	severed [][2]int // pairs that exclude one another and follow one another in the plan all the same
}

// arrange plans the items of one level.
func (b *builder) arrange(inst *instance, items []item, level int) *plan {
	f := &forks{b: b, inst: inst, kept: map[int]bool{}}
	if len(inst.fn.Blocks) > 0 {
		f.c = b.control(inst)
	}
	f.collect(items, level)
	all := make([]int, len(f.strands))
	for i := range all {
		all[i] = i
	}
	if f.c == nil || len(all) > maxStrands {
		if f.c != nil {
			b.m.gap("bound", inst.fn.Site, "more than "+itoa(maxStrands)+" steps in one function: that some of them exclude others is not seen")
		}
		return f.sequence(all)
	}
	f.compare(true)
	p := f.plan(all)
	if f.mixed {
		f.compare(false)
		p = f.plan(all)
	}
	f.noteSevered()
	return p
}

func (f *forks) sequence(set []int) *plan {
	p := &plan{}
	for _, i := range set {
		p.parts = append(p.parts, &plan{strand: f.strands[i]})
	}
	return p
}

// collect makes strands of items, in the order in which they run.
func (f *forks) collect(items []item, level int) {
	for n, it := range items {
		cut := slices.IndexFunc(it.region[min(level, len(it.region)):], func(r region) bool { return !r.hold })
		if cut >= 0 {
			key := it.region[level : level+cut+1]
			for _, r := range it.region[level:] {
				if !r.hold {
					f.kept[r.id] = true
				}
			}
			at := slices.IndexFunc(f.strands, func(s *strand) bool {
				o := s.items[0].region
				return len(o) >= level+len(key) && slices.Equal(o[level:level+len(key)], key)
			})
			if at >= 0 {
				f.strands[at].items = append(f.strands[at].items, it)
				continue
			}
		}
		s := &strand{items: []item{it}, order: strandOrder{n: n}}
		if f.c != nil {
			in := &f.inst.fn.Instrs[it.instr]
			s.block = int(in.Block)
			s.order = strandOrder{late: deferred(in), place: f.c.place[s.block], n: it.instr}
			if s.order.late {
				s.order.place, s.order.n = 0, n
			}
		}
		f.strands = append(f.strands, s)
	}
	slices.SortStableFunc(f.strands, func(x, y *strand) int {
		switch {
		case x.order.less(y.order):
			return -1
		case y.order.less(x.order):
			return 1
		}
		return 0
	})
}

// compare fills apart: neither strand may run after the other in one round of
// the loops around them. With facts, also where both are reached only if one
// value is this and that at once.
func (f *forks) compare(facts bool) {
	f.mixed, f.severed = false, nil
	f.apart = make([][]bool, len(f.strands))
	reach := map[int][]bool{}
	known := map[int][]fact{}
	for i, s := range f.strands {
		f.apart[i] = make([]bool, len(f.strands))
		if reach[s.block] == nil {
			reach[s.block] = f.reach(s.block)
			if facts {
				known[s.block] = f.facts(s.block)
			}
		}
	}
	for i, s := range f.strands {
		for j, t := range f.strands[:i] {
			if s.block == t.block {
				continue
			}
			never := !reach[s.block][t.block] && !reach[t.block][s.block]
			if never || contradict(known[s.block], known[t.block]) {
				f.apart[i][j], f.apart[j][i] = true, true
			}
		}
	}
}

// reach returns the blocks that may run after a block in the same round.
func (f *forks) reach(from int) []bool {
	fn := f.inst.fn
	out := make([]bool, len(fn.Blocks))
	work := []int{from}
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, s := range fn.Blocks[b].Succs {
			if n := int(s); f.inst.reach[n] && !out[n] && !f.nextRound(b, n) {
				out[n] = true
				work = append(work, n)
			}
		}
	}
	return out
}

// nextRound reports whether an edge goes back to the head of a loop that is
// around the strands.
func (f *forks) nextRound(from, to int) bool {
	fn := f.inst.fn
	for l := fn.Blocks[from].Loop; l >= 0; l = fn.Loops[l].Parent {
		if int(fn.Loops[l].Header) == to {
			return !f.kept[int(l)]
		}
	}
	return false
}

// plan takes the strands of a set, which are in order, apart.
func (f *forks) plan(set []int) *plan {
	if len(set) == 1 {
		return &plan{strand: f.strands[set[0]]}
	}
	if groups := f.groups(set, true); len(groups) > 1 {
		return f.follow(groups)
	}
	if groups := f.groups(set, false); len(groups) > 1 {
		p := &plan{either: true}
		for _, g := range groups {
			p.parts = append(p.parts, f.plan(g))
		}
		p.site, p.skip = f.decision(set)
		return p
	}
	at := f.cut(set)
	for _, i := range set[:at] {
		for _, j := range set[at:] {
			if f.apart[i][j] {
				f.severed = append(f.severed, [2]int{i, j})
			}
		}
	}
	p := &plan{}
	for _, half := range [][]int{set[:at], set[at:]} {
		if q := f.plan(half); q.either || q.strand != nil {
			p.parts = append(p.parts, q)
		} else {
			p.parts = append(p.parts, q.parts...)
		}
	}
	return p
}

// groups parts a set into those that are linked by pairs that exclude one
// another, or by pairs that do not.
func (f *forks) groups(set []int, apart bool) [][]int {
	var out [][]int
	rest := slices.Clone(set)
	for len(rest) > 0 {
		group := []int{rest[0]}
		rest = rest[1:]
		for n := 0; n < len(group); n++ {
			var left []int
			for _, j := range rest {
				if f.apart[group[n]][j] == apart {
					group = append(group, j)
				} else {
					left = append(left, j)
				}
			}
			rest = left
		}
		slices.Sort(group)
		out = append(out, group)
	}
	return out
}

// follow plans groups one after another.
func (f *forks) follow(groups [][]int) *plan {
	p := &plan{}
	for i, g := range groups {
		last := g[0] // that is not left to the function's end
		for _, j := range g {
			if !f.strands[j].order.late {
				last = j
			}
		}
		if i+1 < len(groups) && last > groups[i+1][0] {
			f.mixed = true
		}
		p.parts = append(p.parts, f.plan(g))
	}
	return p
}

// cut returns where a set that is neither kind of plan is parted: so that the
// fewest pairs that exclude one another come to follow one another, as late as
// can be.
func (f *forks) cut(set []int) int {
	best, at := -1, 1
	cost := 0
	for k := 1; k < len(set); k++ {
		moved := set[k-1]
		for _, j := range set[k:] {
			if f.apart[moved][j] {
				cost++
			}
		}
		for _, j := range set[:k-1] {
			if f.apart[moved][j] {
				cost--
			}
		}
		if best < 0 || cost <= best {
			best, at = cost, k
		}
	}
	return at
}
