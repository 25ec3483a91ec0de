package link

import (
	"path"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// envCall reads the environment.
func (m *machine) envCall(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	key := m.bareSet(m.argument(c.inst, entry, "key", recv, args))
	if entry.Op == "set" {
		return m.plainResults(c)
	}
	def := m.argument(c.inst, entry, "default", recv, args)
	rets := m.plainResults(c)
	set := m.unknown("bool")
	val := m.each(key, func(_ valueID, k value) setID {
		if k.kind != kConst {
			return m.unknown("environment variable of unknown name")
		}
		symbol := m.id(value{kind: kEnv, s: k.s})
		v, isSet, known := m.variable(c.inst, k.s)
		switch {
		case isSet && known:
			set = m.boolean(true)
			return m.one(value{kind: kConst, s: v.Value, t: "string", in: symbol})
		case isSet:
			set = m.boolean(true)
			return m.set([]valueID{symbol})
		case known && def != none:
			return def
		case known:
			set = m.boolean(false)
			return m.one(value{kind: kConst, s: "", t: "string", in: symbol})
		}
		return m.join(m.set([]valueID{symbol}), def)
	})
	if len(rets) > 0 {
		rets[0] = val
	}
	if len(rets) > 1 && len(m.sets[key]) == 1 {
		rets[1] = set
	}
	return rets
}

// flagCall defines or reads a command-line flag.
func (m *machine) flagCall(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	arg := func(name string) setID { return m.argument(c.inst, entry, name, recv, args) }
	switch entry.Op {
	case "define":
		obj := m.libObject(c, sym, entry, recv, args)
		m.write(obj, root, m.flagValue(arg("key"), arg("default")))
		return m.first(c, m.addr(obj, root))
	case "bind":
		m.fill(arg("target"), m.flagValue(arg("key"), arg("default")))
		return m.plainResults(c)
	case "get":
		return m.first(c, m.flagValue(arg("key"), m.declared(c.inst, arg("key"))))
	case "args":
		return m.first(c, m.positional(c, sym, args))
	case "chosen":
		return m.first(c, m.chosenCommand(c.inst))
	case "full-command":
		if name, ok := m.fullCommand(c.inst, recv, 0); ok {
			return m.first(c, m.text(name))
		}
	case "clause-command":
		return m.results(c, m.libObject(c, sym, entry, recv, args))
	}
	if strings.HasPrefix(entry.Op, "clause") {
		return m.clause(c, entry, m.libObject(c, sym, entry, recv, args), recv, arg)
	}
	return m.plainResults(c)
}

// positional is what Args, Arg and NArg of a flag set return.
func (m *machine) positional(c site, sym string, args []setID) setID {
	words := m.env.positional()
	switch {
	case strings.HasSuffix(sym, ".NArg") && m.env.HasArgs:
		return m.one(value{kind: kConst, s: itoa(len(words)), t: "int"})
	case strings.HasSuffix(sym, ".NArg"):
		return m.unknown("int")
	case strings.HasSuffix(sym, ".Arg"):
		if n, ok := m.constant(rets0(args)); ok && m.env.HasArgs {
			if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(words) {
				return m.text(words[i])
			}
			return m.text("")
		}
		if n, ok := m.constant(rets0(args)); ok {
			if i, err := strconv.Atoi(n); err == nil && i >= 0 && i < len(words) {
				return m.text(words[i])
			}
		}
		return m.unknown(unknownArgument)
	}
	list := m.object(c.inst, c.i, "words", func() object {
		return object{kind: oGiven, typ: "[]string", name: "arguments", site: c.in.Site}
	})
	for i, w := range words {
		m.write(list, m.child(root, "["+itoa(i)+"]"), m.text(w))
	}
	if m.env.HasArgs {
		m.objects[list].length = len(words)
	} else {
		m.write(list, m.child(root, "[unknown]"), m.unknown(unknownArgument))
	}
	return m.addr(list, root)
}

// flagValue is what a flag holds after parsing.
func (m *machine) flagValue(key, def setID) setID {
	name, ok := m.constant(key)
	if !ok {
		return m.join(def, m.unknown("flag of unknown name"))
	}
	symbol := m.id(value{kind: kFlag, s: name})
	if v, set := m.env.flag(name); set {
		out := m.one(value{kind: kConst, s: v, t: "string", in: symbol})
		if path.IsAbs(v) && len(m.files.find(v, &m.env)) == 0 {
			out = m.join(out, m.pathsOnly(def)) // mounted by something outside of the tree: the default shows its form
		}
		return out
	}
	if m.env.HasArgs && def != none {
		return def
	}
	if def == none {
		return m.set([]valueID{symbol})
	}
	if text, ok := m.constant(def); ok && text == "" {
		return m.one(value{kind: kConst, t: "string", in: symbol}) // what must be given has no default
	}
	return def
}

// given reports whether a value is the empty default of a flag that an unknown
// command line may set: what happens without it may not happen.
func (m *machine) given(v value) bool {
	return v.kind == kConst && v.s == "" && v.in != 0 && !m.env.HasArgs && m.byID[v.in].kind == kFlag
}

// pathsOnly returns the constants of a set that are paths of files.
func (m *machine) pathsOnly(s setID) setID {
	return m.each(s, func(id valueID, _ value) setID {
		if v := m.byID[m.bare(id)]; v.kind == kConst && strings.Contains(v.s, "/") {
			return m.set([]valueID{id})
		}
		return none
	})
}
