package link

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// A setting is a place in the configuration of the program: a key path in a
// file, a set of environment variables, or both. It may be a whole subtree,
// whose fields are looked up when they are read.
type setting struct {
	source int      // index into sources
	keys   []string // path in the source
	prefix string   // of environment variables
	nested bool     // names of enclosing fields stand in the names of variables
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

	auto   bool   // variables of the environment go before the files, by names made of prefix and key
	prefix string // of those variables
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
	if len(s.keys)+len(rest) > maxDepth {
		return m.unknown("a setting that lies too deep")
	}
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
	if s.nested {
		s.nest(f, tag)
	} else {
		within := s.prefix
		for _, t := range []string{"env", "envconfig"} {
			name, options, _ := strings.Cut(tag.Get(t), ",")
			if name != "" {
				s.env = s.prefix + name
			}
			within += s.option(options)
		}
		s.prefix = within
		s.prefix += tag.Get("envPrefix") + tag.Get("env-prefix")
		if s.env == "" && m.sources[s.source].env {
			s.env = s.prefix + upperSnake(field)
		}
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

// option reads what stands behind the name of a variable in a tag, as
// sethvargo/go-envconfig has it: "NAME,required,default=a,b". It returns the
// prefix of the variables of a struct. The default is the last option.
func (s *setting) option(text string) (prefix string) {
	for text != "" {
		text = strings.TrimSpace(text)
		if d, ok := strings.CutPrefix(text, "default="); ok {
			s.def, s.hasDef = d, true
			return prefix
		}
		var opt string
		opt, text, _ = strings.Cut(text, ",")
		if p, ok := strings.CutPrefix(strings.TrimSpace(opt), "prefix="); ok {
			prefix = p
		}
	}
	return prefix
}

// nest names the variable of a field as kelseyhightower/envconfig, its
// likenesses and ardanlabs/conf do: the prefix, the fields around it and its
// own name or tag, in capitals. An embedded struct adds nothing. Words are
// parted but by the first, which wants to be told to.
func (s *setting) nest(f summary.Field, tag reflect.StructTag) {
	options := map[string]string{}
	for _, o := range strings.Split(tag.Get("conf"), ",") {
		k, v, _ := strings.Cut(o, ":")
		options[k] = v
	}
	if d, ok := options["default"]; ok {
		s.def, s.hasDef = d, true
	}
	word := upperSnake(f.Name)
	if slices.Contains(s.tags, "split_words") && tag.Get("split_words") != "true" {
		word = strings.ToUpper(f.Name)
	}
	name, _, _ := strings.Cut(tag.Get("envconfig"), ",")
	if name = cmp.Or(name, options["env"]); name != "" && name != "-" {
		word = strings.ToUpper(name)
	} else if f.Embedded {
		return
	}
	s.env = strings.ToUpper(s.prefix) + word
	s.prefix = s.env + "_"
}

// resolveSetting returns the value of a setting.
func (m *machine) resolveSetting(s setting) setID {
	self := m.settingValue(s)
	origin := m.id(self)
	constant := func(text string) setID {
		return m.one(value{kind: kConst, s: text, t: "string", in: origin})
	}
	if src := &m.sources[s.source]; src.auto && len(s.keys) > 0 {
		if v, set, known := m.variable(nil, automaticEnv(src.prefix, strings.Join(s.keys, "."))); set && known {
			return constant(v.Value)
		}
	}
	if s.env != "" {
		if v, set, known := m.variable(nil, s.env); set && known {
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
		if v, set, known := m.variable(nil, name); set && known {
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

// derived reports whether a value comes from the request, through at most six
// library calls as well. It looks at each set once, nearest first.
func (m *machine) derived(s setID) bool {
	seen := map[setID]bool{s: true}
	level := []setID{s}
	for depth := 0; depth <= 6 && len(level) > 0; depth++ {
		var next []setID
		visit := func(s setID) {
			if !seen[s] {
				seen[s] = true
				next = append(next, s)
			}
		}
		for _, s := range level {
			for _, id := range m.sets[s] {
				switch v := m.byID[m.bare(id)]; v.kind {
				case kRequest:
					return true
				case kCat:
					for _, p := range m.parts(id) {
						visit(m.set([]valueID{p}))
					}
				case kAddr:
					if o := m.objects[v.obj]; o.kind == oLib {
						visit(m.cell(v.obj, m.child(root, "$recv")).set)
						for n := range o.args {
							visit(m.cell(v.obj, m.child(root, "$"+itoa(n))).set)
						}
					}
				}
			}
		}
		level = next
	}
	return false
}
