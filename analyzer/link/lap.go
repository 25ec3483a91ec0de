package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A lap is a function that a call in a loop enters, with what it was given
// when it was first met. What such a call is given may be what it returned the
// time before, as where a loop puts middleware around a handler: each time the
// arguments would be a new context, until the bound on contexts makes one of
// them and those of all other loops. So whatever comes after the first has one
// context of its own, which grows.
type lap struct {
	instr int
	turn  string
	fn    *summary.Func
	free  objID
	key   string // the context when it was first met
	grown bool
}

// lapKey names the context of a call in a loop that was met with less
// before; "" if arguments alone tell.
func (m *machine) lapKey(c site, fn *summary.Func, free objID, args []setID) string {
	if c.i >= len(c.inst.fn.Instrs) || c.inst.fn.Blocks[c.inst.fn.Instrs[c.i].Block].Loop < 0 {
		return ""
	}
	args = args[:min(len(args), len(fn.Params))]
	i := slices.IndexFunc(c.inst.laps, func(r lap) bool { return r.instr == c.i && r.turn == c.inst.turnName() && r.fn == fn && r.free == free })
	if i < 0 {
		i = len(c.inst.laps)
		c.inst.laps = append(c.inst.laps, lap{instr: c.i, turn: c.inst.turnName(), fn: fn, free: free, key: m.contextKey(fn, free, args)})
	}
	r := &c.inst.laps[i]
	r.grown = r.grown || r.key != m.contextKey(fn, free, args)
	if !r.grown {
		return ""
	}
	return fn.Symbol + "|lap " + itoa(c.inst.id) + " " + itoa(c.i) + r.turn + " " + itoa(int(free))
}
