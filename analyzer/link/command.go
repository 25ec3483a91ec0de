package link

import (
	"slices"
	"strings"
)

// A command of a binary is a struct of a command library: a name, functions
// that run, and commands below it.
type command struct {
	names []string
	base  setID
	made  setID     // functions that make it, where it is no struct
	path  []command // those above it, outermost first
}

// Fields of command structs, by what they mean.
var (
	commandNames   = []string{"Use", "Name"}
	commandActions = []string{"Run", "RunE", "Action"}
	commandBefore  = []string{"PersistentPreRun", "PersistentPreRunE", "PreRun", "PreRunE", "Before"}
	commandAfter   = []string{"PostRun", "PostRunE", "After"}
	commandBelow   = []string{"$commands", "Commands", "Subcommands"}
)

// runCommand evaluates the command that the arguments choose. Where arguments
// are not known and there is a choice, it notes the names, so that each can
// be evaluated as a root of its own.
func (m *machine) runCommand(c site, ev *event) {
	base := ev.recv
	top := command{base: base, names: m.commandNames(c.inst, base)}
	all := m.commandsBelow(c.inst, top, 0)
	chosen, found := m.choose(all)
	if !found {
		chosen = top
		for _, cmd := range all {
			for _, name := range cmd.names {
				if full := cmd.fullName(name); !slices.Contains(m.commands, full) && m.hasAction(c.inst, cmd) {
					m.commands = append(m.commands, full)
				}
			}
		}
	}
	for _, cmd := range append(slices.Clone(chosen.path), chosen) {
		m.runFields(c, cmd.base, commandBefore)
	}
	m.runMade(c, chosen)
	m.runFields(c, chosen.base, commandActions)
	m.runFields(c, chosen.base, commandAfter)
}

func (cmd command) fullName(name string) string {
	var parts []string
	for _, p := range cmd.path[1:] {
		if len(p.names) > 0 {
			parts = append(parts, p.names[0])
		}
	}
	return strings.Join(append(parts, name), " ")
}

// choose finds the command that the known arguments name, the deepest that fits.
func (m *machine) choose(all []command) (command, bool) {
	want := m.env.commandWords()
	best, depth := command{}, -1
	for _, cmd := range all {
		for _, name := range cmd.names {
			words := strings.Fields(cmd.fullName(name))
			if len(words) <= len(want) && slices.Equal(words, want[:len(words)]) && len(words) > depth {
				best, depth = cmd, len(words)
			}
		}
	}
	return best, depth > 0
}

func (m *machine) commandsBelow(inst *instance, above command, depth int) []command {
	if depth > 4 {
		return nil
	}
	out := m.factories(inst, above)
	for _, field := range commandBelow {
		at := m.indexAddr(above.base, "."+field)
		if field[0] == '$' {
			at = m.indexAddr(above.base, field)
		}
		held := m.loadAs(inst, at, false)
		list := m.elements(inst, held)
		if field[0] == '$' {
			list = nil
			for _, id := range m.sets[held] {
				list = append(list, m.set([]valueID{id}))
			}
		}
		for _, base := range list {
			cmd := command{base: base, names: m.commandNames(inst, base), path: append(slices.Clone(above.path), above)}
			if len(cmd.names) == 0 {
				continue
			}
			out = append(append(out, cmd), m.commandsBelow(inst, cmd, depth+1)...)
		}
	}
	return out
}

func (m *machine) commandNames(inst *instance, base setID) []string {
	var out []string
	for _, field := range commandNames {
		s := m.loadAs(inst, m.fieldAddr(base, field), false)
		for _, id := range m.sets[s] {
			if v := m.byID[m.bare(id)]; v.kind == kConst && strings.TrimSpace(v.s) != "" {
				out = append(out, strings.Fields(v.s)[0])
			}
		}
	}
	return out
}

func (m *machine) hasAction(inst *instance, cmd command) bool {
	if cmd.made != none {
		return true
	}
	for _, field := range commandActions {
		if m.anyCallable(m.loadAs(inst, m.fieldAddr(cmd.base, field), false)) {
			return true
		}
	}
	return false
}

// runFields calls the functions in fields of a command.
func (m *machine) runFields(c site, base setID, fields []string) {
	for _, field := range fields {
		fns := m.loadAs(c.inst, m.fieldAddr(base, field), false)
		if m.anyCallable(fns) {
			m.callValue(c, fns, m.unknownArgs(c, fns, nil))
		}
	}
}
