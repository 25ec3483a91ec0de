package link

import (
	"path"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// decode fills its target from a file, the environment or a request.
func (m *machine) decode(c site, entry *catalog.Entry, recv setID, args []setID) {
	target := m.argument(c.inst, entry, "target", recv, args)
	switch entry.Source {
	case "request", "message":
		m.fill(target, m.one(value{kind: kRequest}))
	case "env":
		m.fillSetting(c, entry, target, configSource{env: true, name: "env "}, m.argument(c.inst, entry, "prefix", recv, args))
	case "file":
		if entry.Format == "env" && target == none {
			m.loadEnv(c, entry, recv, args)
			return
		}
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
		if m.derived(from) {
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
			m.fill(m.set([]valueID{id}), m.one(m.settingValue(setting{source: i, prefix: p, nested: entry.Format == "nested", tags: entry.Tags, typ: m.pointee(v, m.byID[id])})))
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
