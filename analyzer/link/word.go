package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// unknownArgument is what a program finds in a command line that nothing tells.
const unknownArgument = "command-line argument"

// A word of the command line may choose what a binary does without any command
// library: it is the key of a table of functions, or a switch compares it. The
// machine notes such words, so that each can be evaluated as a root of its own.
type choices struct {
	keys     []string // of tables whose values can be called
	compared []string
}

// spoken returns a value that was read from the command line as the words that
// are known: what a further argument might be counts for nothing beside them.
func (m *machine) spoken(s setID) setID {
	if len(m.env.Args) < 2 || len(m.sets[s]) < 2 || !m.hasUnknown(s, unknownArgument) {
		return s
	}
	var kept []valueID
	for _, id := range m.sets[s] {
		if v := m.byID[m.bare(id)]; v.kind == kConst && slices.Contains(m.env.Args, v.s) {
			kept = append(kept, id)
		}
	}
	if len(kept) == 0 {
		return s
	}
	return m.set(kept)
}

func (m *machine) hasUnknown(s setID, reason string) bool {
	return slices.ContainsFunc(m.sets[s], func(id valueID) bool {
		v := m.byID[m.bare(id)]
		return v.kind == kUnknown && v.s == reason
	})
}

// lookUp reads an element of a map. Where an unknown word of the command line
// is the key of a table of functions, the table's keys are commands, and none
// of them runs in this root.
func (m *machine) lookUp(inst *instance, in *summary.Instr, table, key setID) setID {
	key = m.spoken(key)
	found := m.load(inst, m.indexAddr(table, m.index(key, "{", "}")), in)
	if m.env.Each && m.hasUnknown(key, unknownArgument) && m.runs(inst, found) {
		for _, id := range m.sets[table] {
			v := m.byID[m.bare(id)]
			if v.kind != kAddr && v.kind != kAgg {
				continue
			}
			for _, kid := range m.objects[v.obj].kids[v.path] {
				if comp := m.paths[kid].comp; strings.HasPrefix(comp, "{") {
					m.spoke.keys = append(m.spoke.keys, comp[1:len(comp)-1])
				}
			}
		}
		if len(commandWords(m.spoke.keys)) > 1 {
			return none
		}
	}
	return found
}

// runs reports whether a value is a function or an object with one in it.
func (m *machine) runs(inst *instance, s setID) bool {
	if m.anyCallable(s) {
		return true
	}
	return slices.ContainsFunc(append(slices.Clone(commandActions), "Exec", "Main", "Fn", "Func", "Handler", "Start"), func(field string) bool {
		return m.anyCallable(m.loadAs(inst, m.fieldAddr(s, field), false))
	})
}

// compare notes the constant that an unknown word of the command line is
// compared with.
func (m *machine) compare(x, y setID) {
	for _, pair := range [][2]setID{{x, y}, {y, x}} {
		if text, ok := m.constant(pair[1]); ok && m.hasUnknown(pair[0], unknownArgument) {
			m.spoke.compared = append(m.spoke.compared, text)
		}
	}
}

// byWord evaluates a program once for each word that chooses what it does, and
// adds the services that come of it. It reports false, and adds nothing, if no
// word does: a table of functions is enough; of words that are only compared,
// two must make the program serve, each something of its own.
func (l *linker) byWord(r *deployment) bool {
	if keys := commandWords(r.m.spoke.keys); len(keys) > 1 {
		l.addCommands(r, keys)
		return true
	}
	compared := commandWords(r.m.spoke.compared)
	if len(compared) < 2 {
		return false
	}
	var serving []*deployment
	var names []string
	runs := make([]*deployment, len(compared))
	atOnce(len(runs), func(i int) {
		c, env := r.command(compared[i], nil)
		l.evaluate(c, env)
		runs[i] = c
	})
	for i, word := range compared {
		c := runs[i]
		own := func(d *deployment) bool { return !slices.EqualFunc(d.m.entries, c.m.entries, sameEntry) }
		if len(c.m.entries) > 0 && len(c.m.entries) < len(r.m.entries) && !slices.ContainsFunc(serving, func(d *deployment) bool { return !own(d) }) {
			serving, names = append(serving, c), append(names, word)
		}
	}
	if len(serving) < 2 {
		return false
	}
	l.addCommands(r, names)
	return true
}

func sameEntry(a, b *entry) bool {
	return a.kind == b.kind && a.name == b.name && a.ev.inst.fn.Symbol == b.ev.inst.fn.Symbol && a.ev.instr == b.ev.instr
}

// commandWords returns the words that may be names of commands, each once and
// sorted.
func commandWords(all []string) []string {
	var out []string
	for _, w := range all {
		if w != "" && !strings.HasPrefix(w, "-") && !strings.ContainsAny(w, " \t\n/=") && !slices.Contains([]string{"help", "version"}, w) {
			out = append(out, w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
