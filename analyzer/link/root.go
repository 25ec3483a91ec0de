package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// evaluate runs one root: the initialisers of a main package and main itself,
// then every entry that they register.
func evaluate(prog *program, cat *catalog.Catalog, files *configFiles, pkg string, env Environment) *machine {
	m := newMachine(prog, cat, files, env)
	m.setArgs()
	m.makeDefaultRouter()
	m.top = m.pseudo("root")
	for n, sym := range []string{pkg + ".init", pkg + ".main"} {
		fn := prog.body(sym)
		if fn == nil {
			continue
		}
		in := &summary.Instr{Op: summary.OpCall, Mode: summary.Static, Sym: sym, Site: fn.Site}
		m.enter(site{m.top, n, in}, fn, -1, nil)
		m.drain()
	}
	m.configs = map[objID][]confText{}
	for _, inst := range m.order {
		inst.sites = callSites(inst)
	}
	return m
}

// setArgs makes os.Args what the environment says.
func (m *machine) setArgs() {
	g := m.global("os.Args")
	list := m.object(nil, 0, "os.Args list", func() object {
		return object{kind: oGiven, typ: "[]string", name: "os.Args"}
	})
	m.write(g, root, m.addr(list, root))
	if !m.env.HasArgs {
		for i, a := range m.env.Args {
			m.write(list, m.child(root, "["+itoa(i)+"]"), m.text(a))
		}
		m.write(list, m.child(root, "[unknown]"), m.unknown(unknownArgument))
		return
	}
	m.objects[list].length = len(m.env.Args)
	for i, a := range m.env.Args {
		m.write(list, m.child(root, "["+itoa(i)+"]"), m.text(a))
	}
}

// reached is the set of instances that current call edges reach from some
// instances, with how each is first reached.
type reached struct {
	order []*instance
	from  map[*instance]frame
}

// A frame is a call on the way to an instance.
type frame struct {
	caller *instance
	instr  int
}

// walk follows the current call edges from the calls of a pseudo-instance, in
// program order. Instances that lost their last edge are not met.
func walk(top *instance, follow func(*instance, int) bool) *reached {
	r := &reached{from: map[*instance]frame{}}
	var visit func(inst *instance)
	visit = func(inst *instance) {
		for _, i := range callSites(inst) {
			if follow != nil && !follow(inst, i) {
				continue
			}
			for _, target := range inst.calls[i] {
				if _, seen := r.from[target]; seen {
					continue
				}
				r.from[target] = frame{inst, i}
				r.order = append(r.order, target)
				visit(target)
			}
		}
	}
	visit(top)
	return r
}

// callSites returns the instructions of an instance that call something, in
// order. The result must not be changed.
func callSites(inst *instance) []int {
	if inst.sites != nil {
		return inst.sites
	}
	if len(inst.fn.Blocks) == 0 { // a pseudo-instance
		var out []int
		for i := 0; i < 4; i++ {
			if len(inst.calls[i]) > 0 || len(inst.lib[i]) > 0 {
				out = append(out, i)
			}
		}
		return out
	}
	out := []int{}
	for b := range inst.fn.Blocks {
		if !inst.reach[b] {
			continue
		}
		blk := &inst.fn.Blocks[b]
		for i := int(blk.First); i < int(blk.Last); i++ {
			if len(inst.calls[i]) > 0 || len(inst.lib[i]) > 0 {
				out = append(out, i)
			}
		}
	}
	return out
}

// origin is one library object that a value leads back to, with the selections
// that were made on the way: the database, the collection, the topic.
type origin struct {
	obj   objID
	names []selection // innermost first
	path  string      // a field or component that was taken of it last
}

type selection struct {
	entry *catalog.Entry
	obj   objID
}

// opens reports whether an object is where a client begins.
func opens(e *catalog.Entry) bool {
	if e == nil {
		return false
	}
	switch e.Role {
	case catalog.DBOpen, catalog.CacheOpen, catalog.QueueOpen, catalog.Coordinator:
		return e.Op == "open" || e.Op == "" || e.Op == "new" || e.Op == "dialect"
	case catalog.RPCDial:
		return e.Op == "dial" || e.Op == ""
	case catalog.HTTPClient:
		return e.Op == "new" || e.Op == "proxy"
	case catalog.Embedded, catalog.LocalCache, catalog.SessionStore:
		return e.Op == "open" || e.Op == "new"
	}
	return false
}

// origins follows values back to the library objects that they were made of.
func (m *machine) origins(s setID) []origin {
	w := &originWalk{m: m, seen: map[objID]bool{}}
	w.set(s, nil, 0)
	return w.found
}

type originWalk struct {
	m     *machine
	seen  map[objID]bool
	found []origin
}

func (w *originWalk) set(s setID, names []selection, depth int) {
	if depth > 24 {
		return
	}
	for _, id := range w.m.sets[s] {
		v := w.m.byID[w.m.bare(id)]
		if v.kind == kAddr || v.kind == kAgg {
			w.object(v.obj, names, depth)
		}
	}
}

func (w *originWalk) object(obj objID, names []selection, depth int) {
	if w.seen[obj] {
		return
	}
	w.seen[obj] = true
	m := w.m
	o := &m.objects[obj]
	if o.kind == oLib {
		if opens(o.entry) {
			w.found = append(w.found, origin{obj: obj, names: names})
			return
		}
		if o.entry != nil && (o.entry.Op == "select" || o.entry.Role == catalog.QueueOpen || o.entry.Role == catalog.Consume) {
			names = append(names[:len(names):len(names)], selection{o.entry, obj})
		}
		before := len(w.found)
		w.set(m.cell(obj, m.child(root, "$recv")).set, names, depth+1)
		if len(w.found) > before {
			return
		}
		for n := range o.args {
			w.set(m.cell(obj, m.child(root, "$"+itoa(n))).set, names, depth+1)
		}
		return
	}
	if t := m.cat.Type(strings.TrimLeft(o.typ, "*")); t != nil && (o.kind == oAlloc || o.kind == oGlobal) && opensType(t) {
		w.found = append(w.found, origin{obj: obj, names: names})
		return
	}
	if o.kind == oAlloc || o.kind == oGlobal {
		for _, kid := range o.kids[root] {
			w.set(m.cell(obj, kid).set, names, depth+1)
		}
		w.set(m.cell(obj, root).set, names, depth+1)
	}
}

func opensType(e *catalog.Entry) bool {
	switch e.Role {
	case catalog.DBOpen, catalog.CacheOpen, catalog.QueueOpen, catalog.Coordinator, catalog.HTTPClient, catalog.RPCDial:
		return true
	}
	return false
}
