package link

import "strings"

// declared returns what a flag has that is declared by a struct with its name
// and that the command line does not set: the first variable of the
// environment that it names and that is set, else its value. Flags are looked
// for among all that the program makes; libraries find them by name too.
func (m *machine) declared(inst *instance, key setID) setID {
	name, ok := m.constant(key)
	if !ok {
		return none
	}
	out := none
	for i := range m.objects {
		o := &m.objects[i]
		if o.kind != oAlloc && o.kind != oGlobal || !flagStruct(o.typ) {
			continue
		}
		flag := m.addr(objID(i), root)
		field := func(name string) setID { return m.bareSet(m.field(inst, flag, name, false)) }
		if n, ok := m.constant(field("Name")); !ok || !names(n, name) {
			continue
		}
		if v := m.named(inst, flag); v != none {
			out = m.join(out, v)
			continue
		}
		out = m.join(out, field("Value"))
	}
	return out
}

// names reports whether a flag's name, which may list short forms behind
// commas, is or has a name.
func names(list, name string) bool {
	for _, n := range strings.Split(list, ",") {
		if strings.TrimSpace(n) == name {
			return true
		}
	}
	return false
}

// flagStruct reports whether a type declares a flag of a command.
func flagStruct(typ string) bool {
	return strings.HasPrefix(strings.TrimLeft(typ, "*"), "github.com/urfave/cli") && strings.Contains(typ, "Flag")
}

// named returns the value of the first variable of the environment that a flag
// names and that is set.
func (m *machine) named(inst *instance, flag setID) setID {
	vars := m.bareSet(m.field(inst, flag, "EnvVar", false)) // of version 1: names behind commas
	for _, list := range []string{"EnvVars", "Sources"} {
		for _, e := range m.elements(inst, m.field(inst, flag, list, false)) {
			vars = m.join(vars, m.bareSet(e))
		}
	}
	for _, id := range m.sets[vars] {
		if v := m.byID[m.bare(id)]; v.kind == kConst {
			for _, n := range strings.Split(v.s, ",") {
				n = strings.TrimSpace(n)
				if e, set, known := m.variable(inst, n); set && known {
					return m.one(value{kind: kConst, s: e.Value, t: "string", in: m.id(value{kind: kEnv, s: n})})
				} else if set {
					return m.one(value{kind: kEnv, s: n})
				}
			}
		}
	}
	return none
}
