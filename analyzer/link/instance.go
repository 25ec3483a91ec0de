package link

import (
	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// objKind says where an object comes from.
type objKind uint8

// An object is what an allocation site of one instance makes.
type object struct {
	kind   objKind
	typ    string // oAlloc: of the variable; oLib: of the first result
	symbol string // oClosure, oBound, oLib: the function; oGlobal: the variable
	name   string // of a variable in the source
	entry  *catalog.Entry
	invoke bool // oBound: symbol names an interface method
	path   []string
	inst   *instance
	instr  int
	args   int // how many argument cells it has
	site   summary.Site
	kids   map[pathID][]pathID // paths with cells, by their parents
	length int                 // of a slice or array whose length is known; -1 otherwise
}

type objKey struct {
	inst  int
	instr int
	what  string
}

type cellKey struct {
	obj  objID
	path pathID
}

// An instance is a function in one context.
type instance struct {
	id     int
	fn     *summary.Func
	key    string
	params []setID // receiver first
	free   objID   // the closure whose captures it uses; -1 if none
	regs   []setID
	tuples map[int][]setID
	rets   []setID
	reach  []bool // blocks that were found reachable
	joined bool

	callers map[*instance]bool
	calls   map[int][]*instance // by index of the instruction
	lib     map[int][]*event    // operations by index of the instruction
	sites   []int               // see callSites; nil until the evaluation has ended
	live    bool                // see alive
	laps    []lap               // what its calls in loops entered
	dirty   bool
	active  bool
	passes  int

	turn  *turn // that is evaluated
	turns map[string]*turn
	over  map[string][]element // of its loops, see elementsOf

	site summary.Site // of what stands for a library's code: where the program asked for it
}

// An event is one meeting of a library function: what was called and with
// which values.
type event struct {
	entry *catalog.Entry
	sym   string
	inst  *instance
	instr int
	recv  setID
	args  []setID
	obj   objID  // the object that stands for the result; -1 if none
	turn  string // see turnName
}

// at returns where the program calls the library.
func (ev *event) at() summary.Site {
	if ev.instr < len(ev.inst.fn.Instrs) {
		return ev.inst.fn.Instrs[ev.instr].Site
	}
	return ev.inst.site
}
