package ceiling

// A bitset is a set of small numbers.
type bitset []uint64

func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) union(o bitset) {
	for i, word := range o {
		b[i] |= word
	}
}

// A nester finds the stations that something takes while it holds them, all
// stations at once.
type nester struct {
	p      *program
	taken  []bitset // by operation: the stations taken in and below it
	nested bitset
}

// nestedStations returns the stations that some operation takes inside itself,
// in its own steps or in those of operations that it waits for.
func nestedStations(p *program) bitset {
	n := &nester{p: p, taken: make([]bitset, len(p.ops))}
	n.nested = n.none()
	for i := len(p.order) - 1; i >= 0; i-- {
		op := p.order[i]
		n.taken[op] = n.none()
		n.seq(p.ops[op].body, n.taken[op])
		if !p.ops[op].inline {
			n.take(p.ops[op].slots, n.taken[op])
		}
	}
	return n.nested
}

func (n *nester) none() bitset { return make(bitset, len(n.p.stations)/64+1) }

// take wraps what takes the stations of below in an acquisition of another.
func (n *nester) take(station int, below bitset) {
	if below.has(station) {
		n.nested.add(station)
	}
	below.add(station)
}

// seq adds to a set what nodes take.
func (n *nester) seq(list []*node, to bitset) {
	for _, nd := range list {
		if nd.never() {
			continue
		}
		switch nd.step.Kind {
		case StepCall, StepDo:
			to.union(n.taken[nd.op])
		case StepUse:
			to.add(nd.station)
		case StepHold:
			inner := n.none()
			n.seq(nd.kids, inner)
			n.take(nd.station, inner)
			to.union(inner)
		default:
			n.seq(nd.kids, to)
			for _, b := range nd.branches {
				n.seq(b, to)
			}
		}
	}
}
