package link

import (
	"encoding/binary"
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// maxInstances is how many instances a function may have in one root before
// all further calls share one. (64 made a server of 300 packages take 34 s in
// the place of 6; 4 lost addresses.)
const maxInstances = 16

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

	top  *instance // the pseudo-function that calls the initialisers and main
	gaps []gapNote

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

// call evaluates fn in the context of its arguments and returns the instance.
func (m *machine) call(caller *instance, fn *summary.Func, free objID, args []setID) *instance {
	return m.callAs(caller, fn, free, args, "")
}

// callAs is call in the context of a name, if it has one.
func (m *machine) callAs(caller *instance, fn *summary.Func, free objID, args []setID, key string) *instance {
	for len(args) < len(fn.Params) {
		args = append(args, none)
	}
	args = m.valueReceiver(fn, args[:len(fn.Params)])
	for i := len(m.stack) - 1; i >= 0; i-- { // recursion: the innermost one
		if m.stack[i].fn == fn && m.stack[i].free == free {
			m.feed(m.stack[i], args)
			return m.link(caller, m.stack[i])
		}
	}
	own := key != ""
	if !own {
		key = m.contextKey(fn, free, args)
	}
	inst := m.insts[key]
	if inst == nil && !own && len(m.byFunc[fn.Symbol]) >= m.instancesFor(caller, fn, free, args) {
		key = fn.Symbol + "|joined"
		inst = m.insts[key]
	}
	if inst == nil {
		inst = &instance{
			id: len(m.order) + 1, fn: fn, key: key, free: free,
			params: make([]setID, len(fn.Params)),
			regs:   make([]setID, len(fn.Instrs)),
			rets:   make([]setID, len(fn.Results)),
			reach:  make([]bool, len(fn.Blocks)),
			tuples: map[int][]setID{}, calls: map[int][]*instance{}, lib: map[int][]*event{},
			callers: map[*instance]bool{}, dirty: true,
		}
		if strings.HasSuffix(key, "|joined") {
			inst.joined = true
			m.gap("bound", fn.Site, "more than 16 contexts of "+fn.Symbol+": further calls share one")
		}
		m.insts[key] = inst
		m.byFunc[fn.Symbol] = append(m.byFunc[fn.Symbol], inst)
		m.order = append(m.order, inst)
	}
	m.feed(inst, args)
	m.link(caller, inst)
	if inst.dirty && !inst.active && len(m.stack) < 400 {
		m.eval(inst)
	} else if inst.dirty {
		m.dirty = append(m.dirty, inst)
	}
	return inst
}

// initialiser matches the symbols of package initialisers.
var initialiser = regexp.MustCompile(`\.init(#\d+)?$`)

// instancesFor bounds the contexts of a function that a caller calls. An
// initialiser runs once, and what it registers, it registers one by one; so do
// functions that are given functions, of which a program has as many as it
// writes down. Small functions cost little.
func (m *machine) instancesFor(caller *instance, fn *summary.Func, free objID, args []setID) int {
	if caller != nil && initialiser.MatchString(caller.fn.Symbol) || m.takesFunction(fn, free) || m.cheap(fn, args) {
		return 16 * maxInstances
	}
	return maxInstances
}

func (m *machine) link(caller, inst *instance) *instance {
	if caller != nil {
		inst.callers[caller] = true
	}
	return inst
}

// feed adds arguments to the parameters of an instance.
func (m *machine) feed(inst *instance, args []setID) {
	for i, a := range args {
		if joined := m.join(inst.params[i], a); joined != inst.params[i] {
			inst.params[i] = joined
			m.mark(inst)
		}
	}
}

// contextKey names the context of a call: the function, its closure and the
// arguments that can make a difference.
func (m *machine) contextKey(fn *summary.Func, free objID, args []setID) string {
	relevant := m.prog.relevant(fn)
	key := make([]byte, 0, len(fn.Symbol)+8+4*len(args))
	key = append(key, fn.Symbol...)
	key = append(key, '|')
	key = binary.LittleEndian.AppendUint32(key, uint32(free))
	for i, a := range args {
		if fn.Params[i].Type == "context.Context" {
			key = append(key, m.contextClass(a))
			continue
		}
		if !relevant[i] {
			a = none
		}
		key = binary.LittleEndian.AppendUint32(key, uint32(a))
	}
	return string(key)
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
