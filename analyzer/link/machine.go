package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// maxPasses bounds how often one instance is evaluated. Sets only grow, so
// this is a guard against mistakes, and a gap when it bites.
const maxPasses = 200

// maxWork is how many instructions and cells the evaluation of one root may
// look at. What was not met by then is left out, and a gap says so.
const maxWork = 200_000_000

// A machine evaluates one root: a command of a main package, under the
// environment in which one workload runs it. It goes top-down from the
// package initialisers and main, abstractly: a register holds the set of
// values that may flow there, a function is evaluated once for each relevant
// combination of arguments.
type machine struct {
	*values
	prog *program
	cat  *catalog.Catalog
	env  Environment

	objects []object
	objOf   map[objKey]objID
	cells   map[cellKey]*cell
	memos   map[cellKey]*readMemo
	work    int     // instructions and cells that were looked at
	stopped bool    // see exhausted
	reading reading // buffers for the next one

	insts   map[string]*instance
	byFunc  map[string][]*instance
	order   []*instance // in order of creation
	stack   []*instance
	dirty   []*instance
	entries []*entry
	entryOf map[string]*entry

	foldsOf    map[*summary.Func][]fold // see folds
	smallOf    map[*summary.Func]bool   // see small
	rangingsOf map[*summary.Func][]*ranging
	ordinals   []int // see blocks
	reachingOf map[*summary.Func]*reaching

	dials *instance // calls the functions that pools dial with; nil: none

	top    *instance // the pseudo-function that calls the initialisers and main
	gaps   []gapNote
	shared []*instance // contexts that stand for all beyond the bound of their function

	files     *configFiles
	settings  []setting
	settingOf map[string]int
	sources   []configSource
	sourceOf  map[string]int
	livened   bool     // see alive
	commands  []string // names of the commands, where the arguments choose one and are not known
	spoke     choices

	cutOf   map[objID]bool // see cutReading
	inert   map[string]bool
	vendors map[string]*catalog.Entry // calls of vendors' libraries, by symbol
	ops     int

	configs    map[objID][]confText // see config; nil until the evaluation has ended
	selections []objID              // see databaseSelections; nil: not computed yet
}

type gapNote struct {
	kind string
	site summary.Site
	text string
}

const (
	oAlloc   objKind = iota // a variable, composite literal, map, slice or channel of the program
	oGlobal                 // a package variable
	oClosure                // a function literal with its captured variables in the cells $0, $1, ...
	oBound                  // a method value; its receiver is in the cell $recv
	oLib                    // the result of a library function; its arguments are in the cells $0, ..., its receiver in $recv
	oGiven                  // something that the caller of a root or entry provides
)

func newMachine(prog *program, cat *catalog.Catalog, files *configFiles, env Environment) *machine {
	return &machine{
		values:     newValues(),
		prog:       prog,
		cat:        cat,
		env:        env,
		objOf:      map[objKey]objID{},
		cells:      map[cellKey]*cell{},
		memos:      map[cellKey]*readMemo{},
		insts:      map[string]*instance{},
		byFunc:     map[string][]*instance{},
		entryOf:    map[string]*entry{},
		foldsOf:    map[*summary.Func][]fold{},
		smallOf:    map[*summary.Func]bool{},
		rangingsOf: map[*summary.Func][]*ranging{},
		reachingOf: map[*summary.Func]*reaching{},
		inert:      prog.inert,
		vendors:    map[string]*catalog.Entry{},

		files:     files,
		settingOf: map[string]int{},
		sourceOf:  map[string]int{},
	}
}

// drain evaluates until nothing is left to do: dirty instances first, then
// one pending entry at a time.
func (m *machine) drain() {
	for {
		for len(m.dirty) > 0 {
			inst := m.dirty[0]
			m.dirty = m.dirty[1:]
			if inst.active || !inst.dirty {
				continue
			}
			m.eval(inst)
		}
		if !m.startEntry() {
			return
		}
	}
}

// eval evaluates the body of an instance until its registers no longer grow.
func (m *machine) eval(inst *instance) {
	inst.active = true
	m.stack = append(m.stack, inst)
	defer func() {
		m.stack = m.stack[:len(m.stack)-1]
		inst.active = false
	}()
	if len(inst.fn.Blocks) == 0 || m.exhausted() {
		inst.dirty = false
		return
	}
	inst.reach[0] = true
	before := slices.Clone(inst.rets)
	for {
		inst.dirty = false
		if inst.passes++; inst.passes > maxPasses {
			m.gap("bound", inst.fn.Site, "evaluation of "+inst.fn.Symbol+" was stopped after 200 passes")
			break
		}
		changed := m.pass(inst, m.blocks(inst.fn), -1)
		if !changed && !inst.dirty {
			break
		}
	}
	inst.dirty = false
	if !slices.Equal(before, inst.rets) {
		for c := range inst.callers {
			m.mark(c)
		}
		m.sortDirty()
	}
}

// exhausted reports whether the root took more work than it may.
func (m *machine) exhausted() bool {
	if m.work <= maxWork {
		return false
	}
	if !m.stopped {
		m.stopped = true
		at := m.stack[len(m.stack)-1].fn
		m.gap("bound", at.Site, "evaluation stopped in "+at.Symbol+", after more than "+itoa(maxWork)+" instructions and cells: what the program does then is left out")
	}
	return true
}

// sortDirty keeps the order of evaluation, and with it the output, the same on
// every run, although callers are found in a map.
func (m *machine) sortDirty() {
	slices.SortStableFunc(m.dirty, func(a, b *instance) int { return a.id - b.id })
}

func (m *machine) evalBlock(inst *instance, b int) bool {
	changed := false
	blk := &inst.fn.Blocks[b]
	m.work += int(blk.Last - blk.First)
	for i := int(blk.First); i < int(blk.Last); i++ {
		in := &inst.fn.Instrs[i]
		switch in.Op {
		case summary.OpIf:
			for n, take := range m.branches(inst, in) {
				if take && n < len(blk.Succs) && !inst.reach[blk.Succs[n]] {
					inst.reach[blk.Succs[n]] = true
					changed = true
				}
			}
			continue
		case summary.OpReturn:
			for n, a := range in.Args {
				if n < len(inst.rets) {
					inst.rets[n] = m.join(inst.rets[n], m.ref(inst, a))
				}
			}
			continue
		}
		if joined := m.join(inst.regs[i], m.instr(inst, i, in)); joined != inst.regs[i] {
			inst.regs[i] = joined
			changed = true
		}
	}
	if n := len(blk.Succs); n > 0 && !(int(blk.Last) > int(blk.First) && inst.fn.Instrs[blk.Last-1].Op == summary.OpIf) {
		for _, s := range blk.Succs {
			if !inst.reach[s] {
				inst.reach[s] = true
				changed = true
			}
		}
	}
	return changed
}

// taken reports whether the edge between two blocks may be taken, the first of
// which is reachable.
func (m *machine) taken(inst *instance, from, to int) bool {
	blk := &inst.fn.Blocks[from]
	if blk.Last == blk.First {
		return true
	}
	last := &inst.fn.Instrs[blk.Last-1]
	if last.Op != summary.OpIf {
		return true
	}
	for n, take := range m.branches(inst, last) {
		if take && n < len(blk.Succs) && int(blk.Succs[n]) == to {
			return true
		}
	}
	return false
}

// branches says which successors of an If may be taken.
func (m *machine) branches(inst *instance, in *summary.Instr) [2]bool {
	cond := m.ref(inst, in.Args[0])
	if c, ok := m.constant(cond); ok {
		switch c {
		case "true":
			return [2]bool{true, false}
		case "false":
			return [2]bool{false, true}
		}
	}
	return [2]bool{true, true}
}

// ref returns what an operand may hold.
func (m *machine) ref(inst *instance, r summary.Ref) setID {
	fn := inst.fn
	switch n := int(r); {
	case r == summary.NoRef:
		return none
	case n < 0:
		if -n-1 >= len(fn.Pool) {
			return none
		}
		return m.operand(&fn.Pool[-n-1])
	case n < len(fn.Params):
		return inst.params[n]
	case n < fn.Values():
		if inst.free < 0 {
			return none
		}
		return m.read(inst.free, m.child(root, "$"+itoa(n-len(fn.Params))), inst)
	case n-fn.Values() < len(inst.regs):
		return inst.regs[n-fn.Values()]
	}
	return none
}

func (m *machine) operand(op *summary.Operand) setID {
	switch op.Kind {
	case summary.Const:
		if op.Nil {
			return m.one(value{kind: kNil})
		}
		return m.one(value{kind: kConst, s: op.Text, t: basic(op.Type)})
	case summary.NamedFunc:
		return m.one(value{kind: kFunc, s: op.Text})
	case summary.GlobalVar:
		return m.addr(m.global(op.Text), root)
	}
	return none
}

func (m *machine) gap(kind string, site summary.Site, text string) {
	g := gapNote{kind, site, text}
	if !slices.Contains(m.gaps, g) {
		m.gaps = append(m.gaps, g)
	}
}
