package link

import "slices"

// factories returns the commands that a table of factories makes, by name:
// those of mitchellh/cli. A factory's result runs by its method Run.
func (m *machine) factories(inst *instance, above command) []command {
	held := m.loadAs(inst, m.indexAddr(above.base, ".Commands"), false)
	var out []command
	for _, id := range m.sets[m.keys(inst, held)] {
		v := m.byID[m.bare(id)]
		if v.kind != kConst || v.s == "" {
			continue
		}
		made := m.loadAs(inst, m.indexAddr(held, "{"+v.s+"}"), false)
		if m.anyCallable(made) {
			out = append(out, command{names: []string{v.s}, made: made, path: append(slices.Clone(above.path), above)})
		}
	}
	return out
}

// runMade evaluates a command that a factory makes.
func (m *machine) runMade(c site, cmd command) {
	for _, id := range m.sets[rets0(m.callValue(c, cmd.made, nil))] {
		if m.byID[id].kind == kIface {
			m.invoke(c, "(github.com/mitchellh/cli.Command).Run", "Run", []setID{m.set([]valueID{id}), m.unknown("arguments")})
		}
	}
}
