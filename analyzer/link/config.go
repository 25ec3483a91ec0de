package link

import (
	"path"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A setting is a place in the configuration of the program: a key path in a
// file, a set of environment variables, or both. It may be a whole subtree,
// whose fields are looked up when they are read.
type setting struct {
	source int      // index into sources
	keys   []string // path in the source
	prefix string   // of environment variables
	tags   []string // struct tags that name keys, the first that is there wins
	typ    string   // type of the value that stands here; "" if unknown
	env    string   // environment variable that overrides it, by its tag
	def    string   // default by its tag
	hasDef bool
	label  string
}

// A source is where settings come from.
type configSource struct {
	docs setID // names of files, or their contents
	env  bool  // the environment itself
	name string
}

func (m *machine) settingValue(s setting) value {
	key := itoa(s.source) + "|" + strings.Join(s.keys, "\x00") + "|" + s.prefix + "|" + s.typ + "|" + s.env + "|" + s.def
	i, ok := m.settingOf[key]
	if !ok {
		s.label = m.sources[s.source].name + strings.Join(s.keys, ".")
		i = len(m.settings)
		m.settings = append(m.settings, s)
		m.settingOf[key] = i
	}
	return value{kind: kSetting, obj: objID(i), s: m.settings[i].label}
}

// setting returns what stands below a setting: constants where the
// configuration is known, the setting itself where it is not.
func (m *machine) setting(v value, rest []string) setID {
	s := m.settings[v.obj]
	s.keys = append([]string{}, s.keys...)
	for _, comp := range rest {
		switch comp[0] {
		case '.':
			m.descend(&s, comp[1:])
		case '[', '{':
			if t := m.prog.typ(s.typ); t != nil && strings.HasPrefix(t.Underlying, "struct") {
				return none // a struct has no elements
			}
			s.keys = append(s.keys, strings.Trim(comp, "[]{}"))
			s.typ = m.elemOf(s.typ)
		}
	}
	return m.resolveSetting(s)
}

// descend goes to the field of a struct.
func (m *machine) descend(s *setting, field string) {
	f, ok := m.prog.field(s.typ, field)
	s.env, s.hasDef, s.def = "", false, ""
	if !ok {
		s.keys, s.typ = append(s.keys, field), ""
		return
	}
	s.typ = f.Type
	key, inline := fieldKey(f, s.tags)
	if !inline {
		s.keys = append(s.keys, key)
	}
	tag := structTag(f.Tag)
	for _, t := range []string{"env", "envconfig"} {
		if name, _, _ := strings.Cut(tag.Get(t), ","); name != "" {
			s.env = s.prefix + name
		}
	}
	s.prefix += tag.Get("envPrefix") + tag.Get("env-prefix")
	if s.env == "" && m.sources[s.source].env {
		s.env = s.prefix + upperSnake(field)
	}
	for _, t := range []string{"default", "envDefault", "env-default"} {
		if d, ok := tag.Lookup(t); ok {
			s.def, s.hasDef = d, true
		}
	}
	for _, opt := range strings.Split(tag.Get("json"), ",")[1:] {
		if d, ok := strings.CutPrefix(opt, "default="); ok { // go-zero writes it into the json tag
			s.def, s.hasDef = d, true
		}
	}
}

// resolveSetting returns the value of a setting.
func (m *machine) resolveSetting(s setting) setID {
	self := m.settingValue(s)
	origin := m.id(self)
	constant := func(text string) setID {
		return m.one(value{kind: kConst, s: text, t: "string", in: origin})
	}
	if s.env != "" {
		if v, set, known := m.env.lookup(s.env); set && known {
			return constant(v.Value)
		} else if set || !known && m.sources[s.source].env && !s.hasDef {
			return m.one(value{kind: kEnv, s: s.env})
		}
	}
	nodes, found := m.configNodes(s)
	out := none
	for _, n := range nodes {
		switch {
		case n.scalar:
			out = m.join(out, constant(m.expand(n.text)))
		default:
			out = m.join(out, m.set([]valueID{origin}))
		}
	}
	switch {
	case len(nodes) > 0:
		return out
	case s.hasDef:
		return constant(s.def)
	case found && !m.aggregate(s.typ):
		return none // the file is there and does not say: a zero value
	}
	return m.set([]valueID{origin})
}

// aggregate reports whether values of a type have parts.
func (m *machine) aggregate(typ string) bool {
	if typ == "" || strings.HasPrefix(typ, "[]") || strings.HasPrefix(typ, "map[") || strings.HasPrefix(typ, "*") {
		return true
	}
	if t := m.prog.typ(typ); t != nil {
		return t.Underlying == "struct" || strings.HasPrefix(t.Underlying, "struct") || strings.HasPrefix(t.Underlying, "[]") || strings.HasPrefix(t.Underlying, "map[")
	}
	return strings.HasPrefix(typ, "struct")
}

// configNodes finds the nodes of a setting in its files; found says whether
// any of the files is there.
func (m *machine) configNodes(s setting) (nodes []configNode, found bool) {
	for _, id := range m.sets[m.sources[s.source].docs] {
		v := m.byID[m.bare(id)]
		if v.kind != kConst {
			continue
		}
		for _, doc := range m.files.find(v.s, &m.env) {
			found = true
			nodes = append(nodes, doc.lookup(s.keys)...)
		}
		if len(nodes) > 0 {
			break
		}
	}
	return nodes, found
}

// expand replaces ${VAR} in a configuration text by what the environment holds.
func (m *machine) expand(text string) string {
	if !strings.Contains(text, "${") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.Index(text, "${")
		j := strings.IndexByte(text[max(i, 0):], '}')
		if i < 0 || j < 0 {
			return b.String() + text
		}
		name, def, _ := strings.Cut(text[i+2:i+j], ":")
		b.WriteString(text[:i])
		if v, set, known := m.env.lookup(name); set && known {
			b.WriteString(v.Value)
		} else {
			b.WriteString(strings.TrimPrefix(def, "-"))
		}
		text = text[i+j+1:]
	}
}

// fieldKey returns the key of a struct field, and whether its own fields stand
// among those of its parent.
func fieldKey(f summary.Field, tags []string) (key string, inline bool) {
	tag := structTag(f.Tag)
	for _, t := range tags {
		val, ok := tag.Lookup(t)
		if !ok {
			continue
		}
		name, opts, _ := strings.Cut(val, ",")
		if strings.Contains(opts, "inline") || strings.Contains(opts, "squash") {
			return "", true
		}
		if name != "" && name != "-" {
			return name, false
		}
	}
	return f.Name, f.Embedded
}

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
		v, isSet, known := m.env.lookup(k.s)
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
		return m.first(c, m.flagValue(arg("key"), none))
	case "args":
		return m.first(c, m.positional(c, sym, args))
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
		return m.unknown("command-line argument")
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
		m.write(list, m.child(root, "[unknown]"), m.unknown("command-line argument"))
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
	return def
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

// decode fills its target from a file, the environment or a request.
func (m *machine) decode(c site, entry *catalog.Entry, recv setID, args []setID) {
	target := m.argument(c.inst, entry, "target", recv, args)
	switch entry.Source {
	case "request", "message":
		m.fill(target, m.one(value{kind: kRequest}))
	case "env":
		m.fillSetting(c, entry, target, configSource{env: true, name: "env "}, m.argument(c.inst, entry, "prefix", recv, args))
	case "file":
		m.fillSetting(c, entry, target, configSource{docs: m.bareSet(m.argument(c.inst, entry, "path", recv, args))}, none)
	case "setting":
		m.fillFrom(c, entry, target, m.settingsOf(recv), m.argument(c.inst, entry, "key", recv, args))
	case "data", "reader", "value", "receiver":
		from := m.argument(c.inst, entry, map[string]string{"data": "data", "value": "data", "reader": "reader", "receiver": "of"}[entry.Source], recv, args)
		if from == none {
			from = recv
		}
		if paths := m.filesBehind(from, 0); paths != none {
			m.fillSetting(c, entry, target, configSource{docs: paths}, none)
			return
		}
		if m.derived(from, 0) {
			m.fill(target, m.one(value{kind: kRequest}))
			return
		}
		m.fill(target, m.unknown("decoded data"))
	}
}

func (m *machine) fillSetting(c site, entry *catalog.Entry, target setID, src configSource, prefix setID) {
	p, _ := m.constant(prefix)
	if p != "" && !strings.HasSuffix(p, "_") {
		p += "_"
	}
	m.sourceAt(c, src, func(i int) {
		for _, id := range m.sets[target] {
			v := m.byID[m.bare(id)]
			if v.kind != kAddr {
				continue
			}
			m.fill(m.set([]valueID{id}), m.one(m.settingValue(setting{source: i, prefix: p, tags: entry.Tags, typ: m.pointee(v, m.byID[id])})))
		}
	})
}

// sourceAt registers a source of settings under the call that makes it.
func (m *machine) sourceAt(c site, src configSource, f func(int)) {
	key := itoa(c.inst.id) + ":" + itoa(c.i)
	i, ok := m.sourceOf[key]
	if !ok {
		i = len(m.sources)
		m.sources = append(m.sources, src)
		m.sourceOf[key] = i
	}
	m.sources[i].docs = m.join(m.sources[i].docs, src.docs)
	if names := m.sets[m.sources[i].docs]; len(names) > 0 && m.sources[i].name == "" {
		m.sources[i].name = path.Base(m.byID[m.bare(names[0])].s) + ":"
	}
	f(i)
}

// pointee returns the type of what a pointer leads to.
func (m *machine) pointee(v value, tagged value) string {
	if tagged.kind == kIface {
		return strings.TrimPrefix(tagged.t, "*")
	}
	if v.path == root {
		return m.objects[v.obj].typ
	}
	typ := m.objects[v.obj].typ
	for _, comp := range m.comps(v.path) {
		if comp[0] == '.' {
			f, ok := m.prog.field(typ, comp[1:])
			if !ok {
				return ""
			}
			typ = f.Type
		} else {
			typ = m.elemOf(typ)
		}
	}
	return typ
}

// elemOf returns the type of the elements of a list or map, which may be a
// named one.
func (m *machine) elemOf(typ string) string {
	typ = m.underlying(strings.TrimPrefix(typ, "*"))
	if strings.HasPrefix(typ, "map[") {
		if i := strings.IndexByte(typ, ']'); i > 0 {
			return typ[i+1:]
		}
	}
	if strings.HasPrefix(typ, "[") {
		if i := strings.IndexByte(typ, ']'); i > 0 {
			return typ[i+1:]
		}
	}
	return ""
}

// underlying returns what a named type that is no struct is made of.
func (m *machine) underlying(typ string) string {
	if t := m.prog.typ(typ); t != nil && (strings.HasPrefix(t.Underlying, "[") || strings.HasPrefix(t.Underlying, "map[")) {
		return t.Underlying
	}
	return typ
}

// filesBehind returns the paths of the files whose contents a value carries.
func (m *machine) filesBehind(s setID, depth int) setID {
	out := none
	if depth > 6 {
		return out
	}
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib {
			continue
		}
		o := m.objects[v.obj]
		if o.entry != nil && o.entry.Role == catalog.File {
			if i, ok := o.entry.Arg("path"); ok && i >= 0 {
				out = m.join(out, m.bareSet(m.cell(v.obj, m.child(root, "$"+itoa(i))).set))
			}
			continue
		}
		out = m.join(out, m.filesBehind(m.cell(v.obj, m.child(root, "$recv")).set, depth+1))
		for n := range o.args {
			out = m.join(out, m.filesBehind(m.cell(v.obj, m.child(root, "$"+itoa(n))).set, depth+1))
		}
	}
	return out
}

// derived reports whether a value comes from the request, through library
// calls as well.
func (m *machine) derived(s setID, depth int) bool {
	if depth > 6 {
		return false
	}
	for _, id := range m.sets[s] {
		switch v := m.byID[m.bare(id)]; v.kind {
		case kRequest:
			return true
		case kCat:
			for _, p := range m.parts(id) {
				if m.derived(m.set([]valueID{p}), depth+1) {
					return true
				}
			}
		case kAddr:
			o := m.objects[v.obj]
			if o.kind != oLib {
				continue
			}
			if m.derived(m.cell(v.obj, m.child(root, "$recv")).set, depth+1) {
				return true
			}
			for n := range o.args {
				if m.derived(m.cell(v.obj, m.child(root, "$"+itoa(n))).set, depth+1) {
					return true
				}
			}
		}
	}
	return false
}
