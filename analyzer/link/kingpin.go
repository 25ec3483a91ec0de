package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// clause evaluates a flag that is declared by a chain of calls, as kingpin has
// them: Flag("name", "help").Default("x").Envar("NAME").String().
func (m *machine) clause(c site, entry *catalog.Entry, obj objID, recv setID, arg func(string) setID) []setID {
	switch entry.Op {
	case "clause":
		return m.results(c, obj)
	case "clause-default":
		for _, e := range m.elements(c.inst, arg("default")) {
			m.store(m.indexAddr(recv, "$default"), e)
		}
		return m.first(c, recv)
	case "clause-env":
		m.store(m.indexAddr(recv, "$env"), arg("key"))
		return m.first(c, recv)
	case "clause-part":
		return m.first(c, recv)
	}
	val := m.each(recv, func(_ valueID, v value) setID {
		if v.kind != kAddr || m.objects[v.obj].kind != oLib {
			return m.unknown("flag of unknown name")
		}
		read := func(part string) setID { return m.bareSet(m.read(v.obj, m.child(root, part), c.inst)) }
		if name, ok := m.constant(read("$env")); ok {
			if e, set, known := m.variable(c.inst, name); set && known {
				return m.one(value{kind: kConst, s: e.Value, t: "string", in: m.id(value{kind: kEnv, s: name})})
			}
		}
		return m.flagValue(read("$0"), read("$default"))
	})
	if entry.Op == "clause-bind" {
		m.fill(arg("target"), val)
		return m.plainResults(c)
	}
	m.write(obj, root, val)
	return m.first(c, m.addr(obj, root))
}

// fullCommand returns the name of a command that a chain of calls declares,
// after those of the commands that it is below.
func (m *machine) fullCommand(inst *instance, recv setID, depth int) (string, bool) {
	id, ok := m.single(recv)
	if !ok || depth > 4 {
		return "", false
	}
	v := m.byID[id]
	if v.kind != kAddr || m.objects[v.obj].entry == nil || m.objects[v.obj].entry.Op != "clause-command" {
		return "", true // the application
	}
	name, ok := m.constant(m.read(v.obj, m.child(root, "$0"), inst))
	if !ok {
		return "", false
	}
	above, ok := m.fullCommand(inst, m.read(v.obj, m.child(root, "$recv"), inst), depth+1)
	return strings.TrimPrefix(above+" "+name, " "), ok
}

// chosenCommand returns the declared command that the arguments name.
func (m *machine) chosenCommand(inst *instance) setID {
	words, best := m.env.commandWords(), ""
	for i := range m.objects {
		if e := m.objects[i].entry; e == nil || e.Op != "clause-command" {
			continue
		}
		full, ok := m.fullCommand(inst, m.addr(objID(i), root), 0)
		named := strings.Fields(full)
		if ok && len(full) > len(best) && len(named) <= len(words) && slices.Equal(named, words[:len(named)]) {
			best = full
		}
	}
	if best == "" {
		return m.unknown(unknownArgument)
	}
	return m.text(best)
}
