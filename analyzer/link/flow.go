package link

import "slices"

// A flow is what the control-flow graph of an instance says about its
// instructions: which loops they stand in and which locks are held there.
type flow struct {
	b    *builder
	inst *instance
	held map[int][]int // by instruction: the acquisitions that are held there

	acqs   []*acquisition
	handed map[int][]int    // by instruction that starts a goroutine: the acquisitions that it takes over
	gives  map[int][]string // by instruction that deletes keys: those of the locks that they may be
	effect *effect          // nil while it is worked out
}

func (b *builder) flow(inst *instance) *flow {
	if f := b.flows[inst]; f != nil {
		return f
	}
	f := &flow{b: b, inst: inst, held: map[int][]int{}, handed: map[int][]int{}, gives: map[int][]string{}}
	b.flows[inst] = f
	if len(inst.fn.Blocks) > 0 {
		f.findHolds()
		f.describe()
	}
	return f
}

// loops returns the loops around an instruction, outermost first.
func (f *flow) loops(i int) []int {
	fn := f.inst.fn
	if len(fn.Blocks) == 0 || i >= len(fn.Instrs) {
		return nil
	}
	var out []int
	for n := fn.Blocks[fn.Instrs[i].Block].Loop; n >= 0; n = fn.Loops[n].Parent {
		out = append(out, int(n))
	}
	slices.Reverse(out)
	return out
}

func (f *flow) inLoop(i int) bool { return len(f.loops(i)) > 0 }

func (f *flow) loopRegions(i, from int) []region {
	var out []region
	for _, n := range f.loops(i)[from:] {
		out = append(out, region{id: n})
	}
	return out
}

// regions returns the loops and holds around an instruction, outermost first:
// a hold is inside the loops that its acquisition stands in.
func (f *flow) regions(i int) []region {
	loops := f.loops(i)
	var out []region
	held := f.held[i]
	emit := func(depth int) {
		for _, a := range held {
			if n := commonLoops(f.loops(f.acqs[a].instr), loops); n == depth {
				out = append(out, region{hold: true, id: a})
			}
		}
	}
	emit(0)
	for n, loop := range loops {
		out = append(out, region{id: loop})
		emit(n + 1)
	}
	return out
}

func commonLoops(a, b []int) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// lockKey tells locks apart within a function.
func (b *builder) lockKey(ev *event) setID { return ev.recv }
