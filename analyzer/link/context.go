package link

import (
	"encoding/binary"
	"regexp"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

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
			m.shared = append(m.shared, inst)
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

// maxInstances is how many instances a function may have in one root before
// all further calls share one. (64 made a server of 300 packages take 34 s in
// the place of 6; 4 lost addresses.)
const maxInstances = 16
