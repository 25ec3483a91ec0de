package link

import (
	"path"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// settingsOf returns the object whose cells hold the state of a settings
// library: the receiver's, or the library's own for package functions.
func (m *machine) settingsOf(recv setID) setID {
	if out := m.each(recv, func(id valueID, _ value) setID {
		if v := m.byID[m.bare(id)]; v.kind == kAddr {
			return m.addr(v.obj, v.path)
		}
		return none
	}); out != none {
		return out
	}
	return m.addr(m.global("settings"), root)
}

// settingCall evaluates a call of a settings library: what it sets is kept in
// cells of the receiver, what it gets is looked up there, in the environment
// and in the configuration files.
func (m *machine) settingCall(c site, sym string, entry *catalog.Entry, recv setID, args []setID) []setID {
	arg := func(name string) setID { return m.argument(c.inst, entry, name, recv, args) }
	state := m.settingsOf(recv)
	put := func(cell string, s setID) { m.store(m.indexAddr(state, cell), s) }
	key := strings.ToLower(m.keyText(arg("key")))
	first := func(names ...string) setID {
		for _, n := range names {
			if s := arg(n); s != none {
				return s
			}
		}
		return rets0(args)
	}
	switch entry.Op {
	case "load":
		if provider := arg("provider"); provider != none {
			m.provided(c.inst, provider, put)
			break
		}
		fallthrough
	case "file":
		put("$file", m.bareSet(first("path", "file", "name")))
		if recv == none && entry.Op == "file" { // a source that is handed to what reads it
			m.store(m.indexAddr(m.addr(m.libObject(c, sym, entry, recv, args), root), "$file"), m.bareSet(first("path", "file", "name")))
		}
	case "name":
		put("$name", m.bareSet(first("name", "key")))
	case "path":
		put("$path", m.bareSet(first("path", "dir")))
	case "type":
		put("$type", m.bareSet(first("type", "name")))
	case "default":
		if !m.isConst(arg("key")) {
			put("$fallback", m.settingsBehind(m.settingArg(arg, args), 0))
			break
		}
		put("$default:"+key, m.settingArg(arg, args))
	case "set":
		put("$set:"+key, m.settingArg(arg, args))
	case "bind-env":
		env := arg("env")
		if env == none {
			for _, a := range m.variadic(c, args)[min(1, len(args)):] {
				env = m.join(env, a)
			}
		}
		put("$env:"+key, m.bareSet(env))
	case "bind-flag":
		put("$flag:"+key, first("flag"))
	case "prefix":
		put("$prefix", m.bareSet(first("prefix")))
	case "automatic-env":
		put("$auto", m.boolean(true))
	case "read":
		put("$read", m.boolean(true))
	case "source", "sub":
		obj := m.libObject(c, sym, entry, recv, args)
		if entry.Op == "sub" {
			at := m.addr(obj, root)
			m.store(m.indexAddr(at, "$of"), recv)
			m.store(m.indexAddr(at, "$under"), m.text(key))
		}
		return m.results(c, obj)
	case "get":
		return m.first(c, m.getSetting(c.inst, state, arg("key"), arg("default"), 0))
	}
	return m.results(c, m.libObject(c, sym, entry, recv, args))
}

// provided loads what the constructor of a source says: a file, or the
// environment.
func (m *machine) provided(inst *instance, provider setID, put func(string, setID)) {
	for _, id := range m.sets[provider] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib || m.objects[v.obj].entry == nil {
			continue
		}
		e := m.objects[v.obj].entry
		given := func(name string) setID {
			i, ok := e.Arg(name)
			if !ok || i < 0 {
				return none
			}
			return m.bareSet(m.read(v.obj, m.child(root, "$"+itoa(i)), inst))
		}
		switch {
		case e.Op == "automatic-env":
			put("$auto", m.boolean(true))
			put("$prefix", given("prefix"))
		case e.Op == "file":
			put("$file", given("path"))
		}
	}
}

func (m *machine) settingArg(arg func(string) setID, args []setID) setID {
	for _, n := range []string{"value", "default"} {
		if s := arg(n); s != none {
			return s
		}
	}
	if len(args) > 1 {
		return args[1]
	}
	return none
}

// keyText renders a key, unknown parts as *.
func (m *machine) keyText(s setID) string {
	id, ok := m.single(s)
	if !ok {
		return ""
	}
	var b strings.Builder
	for _, p := range m.parts(id) {
		if v := m.byID[p]; v.kind == kConst {
			b.WriteString(v.s)
		} else {
			b.WriteByte('*')
		}
	}
	return b.String()
}

// getSetting looks a key up in the order of the libraries: what was set,
// flags, the environment, files, defaults.
func (m *machine) getSetting(inst *instance, state, keySet, def setID, depth int) setID {
	if depth > 4 {
		return none
	}
	return m.each(m.bareSet(keySet), func(_ valueID, k value) setID {
		if k.kind != kConst {
			return m.unknown("setting of unknown name")
		}
		key := strings.ToLower(k.s)
		read := func(cell string) setID { return m.loadAs(inst, m.indexAddr(state, cell), false) }
		if s := read("$set:" + key); s != none {
			return s
		}
		if s := read("$flag:" + key); s != none {
			return s
		}
		if s := m.envSetting(read, key); s != none {
			return s
		}
		if parent := read("$of"); parent != none {
			under, _ := m.constant(read("$under"))
			return m.getSetting(inst, m.settingsOf(parent), m.text(under+"."+key), def, depth+1)
		}
		if s := m.fileSetting(inst, state, key); s != none {
			return s
		}
		if s := read("$default:" + key); s != none {
			return s
		}
		if other := read("$fallback"); other != none {
			return m.getSetting(inst, m.settingsOf(other), m.text(key), def, depth+1)
		}
		if def != none {
			return def
		}
		src := m.fileSource(inst, state)
		return m.one(m.settingValue(setting{source: src, keys: strings.Split(key, ".")}))
	})
}

func (m *machine) envSetting(read func(string) setID, key string) setID {
	names := read("$env:" + key)
	if names == none && read("$auto") != none {
		prefix, _ := m.constant(read("$prefix"))
		names = m.text(automaticEnv(prefix, key))
	}
	return m.each(names, func(_ valueID, n value) setID {
		if v, set, known := m.variable(nil, n.s); set && known {
			return m.one(value{kind: kConst, s: v.Value, t: "string", in: m.id(value{kind: kEnv, s: n.s})})
		}
		return none
	})
}

// automaticEnv returns the name of the variable that stands for a key where
// all keys may be set by the environment.
func automaticEnv(prefix, key string) string {
	name := strings.NewReplacer(".", "_", "-", "_").Replace(key)
	if prefix != "" {
		name = strings.TrimSuffix(prefix, "_") + "_" + name
	}
	return strings.ToUpper(name)
}

// sourceFiles returns the files of the sources in a list, which options may
// wrap in further lists.
func (m *machine) sourceFiles(inst *instance, list setID, depth int) setID {
	out := none
	if depth > 3 {
		return out
	}
	for _, e := range m.elements(inst, list) {
		if found := m.loadAs(inst, m.indexAddr(e, "$file"), false); found != none {
			out = m.join(out, found)
			continue
		}
		out = m.join(out, m.sourceFiles(inst, e, depth+1))
	}
	return out
}

// fileSource registers the files that a settings object reads.
func (m *machine) fileSource(inst *instance, state setID) int {
	read := func(cell string) setID { return m.loadAs(inst, m.indexAddr(state, cell), false) }
	docs := read("$file")
	if docs == none {
		docs = m.sourceFiles(inst, state, 0)
	}
	for _, id := range m.sets[read("$name")] {
		name := m.byID[m.bare(id)]
		if name.kind != kConst {
			continue
		}
		exts := []string{"yaml", "yml", "json", "toml", "env", "properties"}
		if t, ok := m.constant(read("$type")); ok {
			exts = append([]string{t}, exts...)
		}
		dirs := m.sets[read("$path")]
		for _, ext := range exts {
			for _, d := range dirs {
				if dir := m.byID[m.bare(d)]; dir.kind == kConst {
					docs = m.join(docs, m.text(path.Join(dir.s, name.s+"."+ext)))
				}
			}
			docs = m.join(docs, m.text(name.s+"."+ext))
		}
		if path.Ext(name.s) != "" { // a file's whole name, as it is found where its type is set
			for _, d := range dirs {
				if dir := m.byID[m.bare(d)]; dir.kind == kConst {
					docs = m.join(docs, m.text(path.Join(dir.s, name.s)))
				}
			}
			docs = m.join(docs, m.text(name.s))
		}
	}
	key := "settings " + itoa(int(state))
	i, ok := m.sourceOf[key]
	if !ok {
		i = len(m.sources)
		m.sources = append(m.sources, configSource{name: "setting "})
		m.sourceOf[key] = i
	}
	m.sources[i].docs = docs
	m.sources[i].auto = read("$auto") != none
	m.sources[i].prefix, _ = m.constant(read("$prefix"))
	return i
}

func (m *machine) fileSetting(inst *instance, state setID, key string) setID {
	src := m.fileSource(inst, state)
	s := setting{source: src, keys: strings.Split(key, ".")}
	out := none
	// Files are merged: a later one overrides, and nothing says here which is
	// later, so that all values are kept.
	for _, id := range m.sets[m.sources[src].docs] {
		if doc := m.byID[m.bare(id)]; doc.kind == kConst {
			for _, d := range m.files.find(doc.s, &m.env) {
				for _, n := range d.lookup(s.keys) {
					if n.scalar {
						out = m.join(out, m.one(value{kind: kConst, s: m.expand(n.text), t: "string", in: m.id(m.settingValue(s))}))
					} else {
						out = m.join(out, m.one(m.settingValue(s)))
					}
				}
			}
		}
	}
	return out
}

// fillFrom fills a struct from a settings object: viper.Unmarshal.
func (m *machine) fillFrom(c site, entry *catalog.Entry, target, state, key setID) {
	src := m.fileSource(c.inst, state)
	var keys []string
	if k, ok := m.constant(key); ok && k != "" {
		keys = strings.Split(k, ".")
	}
	tags := entry.Tags
	if len(tags) == 0 {
		tags = []string{"mapstructure", "yaml", "json"}
	}
	for _, id := range m.sets[target] {
		if v := m.byID[m.bare(id)]; v.kind == kAddr {
			m.fill(m.set([]valueID{id}), m.one(m.settingValue(setting{source: src, keys: keys, tags: tags, typ: m.pointee(v, m.byID[id])})))
		}
	}
}
