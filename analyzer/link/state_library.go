package link

import (
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// library finds caches, sessions and databases of libraries that live in the
// process.
func (f *stateFinder) library() {
	for _, inst := range f.m.order {
		eps := f.mem.serving[inst]
		if len(eps) == 0 {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				switch ev.entry.Role {
				case catalog.LocalCache, catalog.SessionStore, catalog.Embedded:
					if !strings.HasPrefix(ev.sym, "(*sync.Map).") && ev.entry.Op != "open" {
						f.keeps(inst, i, ev, eps)
					}
				default:
					f.embedded(inst, i, ev, eps)
				}
			}
		}
	}
	f.handed()
}

// keeps notes an operation on a store of a library.
func (f *stateFinder) keeps(inst *instance, i int, ev *event, eps []*endpoint) {
	kind := map[catalog.Role]string{catalog.LocalCache: "local-cache", catalog.SessionStore: "session-store", catalog.Embedded: "embedded-db"}[ev.entry.Role]
	key := f.m.argument(nil, ev.entry, "key", ev.recv, ev.args)
	vals := none
	for _, a := range ev.args {
		if a != key {
			vals = f.m.join(vals, a)
		}
	}
	origins := f.m.origins(ev.recv)
	if ev.entry.Role == catalog.SessionStore && len(origins) == 0 {
		origins = f.opened(catalog.SessionStore)
	}
	for _, o := range origins {
		obj := &f.m.objects[o.obj]
		if obj.entry == nil || obj.inst == nil || !f.mem.lasts[o.obj] || f.shared(obj) {
			continue
		}
		c := cellName{name: f.libraryName(o.obj), kind: kind, site: gsite(obj.site)}
		base := access{cell: c, inst: inst, instr: i, site: gsite(inst.fn.Instrs[i].Site), keys: key, library: obj.symbol}
		_, base.ttl = ev.entry.Arg("ttl")
		if _, ok := obj.entry.Arg("ttl"); ok {
			base.ttl = true
		}
		_, runs := ev.entry.Arg("fn")
		if ev.entry.Op == "write" || runs && ev.entry.Role == catalog.LocalCache {
			w := base
			w.write, w.vals = true, vals
			w.remove = strings.HasSuffix(ev.sym, ".Del") || strings.HasSuffix(ev.sym, ".Delete") || strings.HasSuffix(ev.sym, ".Remove")
			f.note(w, eps)
		}
		if ev.entry.Op == "read" || runs {
			f.note(base, eps)
		}
	}
}

// opened returns where stores of a role are opened, for operations that get
// theirs from the request.
func (f *stateFinder) opened(role catalog.Role) []origin {
	var out []origin
	for n := range f.m.objects {
		if o := &f.m.objects[n]; o.kind == oLib && o.entry != nil && o.entry.Role == role && o.entry.Op == "open" && f.mem.lasts[n] && !strings.HasSuffix(o.symbol, ".Sessions") {
			out = append(out, origin{obj: objID(n)})
		}
	}
	return out
}

// shared reports whether a store of a library keeps its contents elsewhere: in
// a shared store, or in the client's cookie.
func (f *stateFinder) shared(o *object) bool {
	if o.entry.Role == catalog.Embedded || o.entry.Role == catalog.LocalCache {
		return false
	}
	return o.entry.Technology != "" && o.entry.Technology != "fiber" || strings.Contains(strings.ToLower(o.symbol), "cookie") || strings.Contains(o.entry.Notes, "shared backing")
}

func (f *stateFinder) libraryName(obj objID) string {
	if h, held := f.mem.holder[obj]; held {
		if c, ok := f.mem.cellAt(h.obj, h.path); ok {
			return c.name
		}
	}
	o := &f.m.objects[obj]
	return o.inst.fn.Pkg + "." + o.symbol[strings.LastIndexByte(o.symbol, '/')+1:]
}

// embedded notes a query on a database that is a file of the program.
func (f *stateFinder) embedded(inst *instance, i int, ev *event, eps []*endpoint) {
	if ev.entry.Role != catalog.DBQuery && ev.entry.Role != catalog.DBExec {
		return
	}
	for _, t := range f.l.resolve(f.d, ev) {
		r := f.l.resources[t.to]
		if r == nil || r.Technology != "sqlite" && r.Technology != "duckdb" && r.Technology != "bolt" {
			continue
		}
		c := cellName{name: r.Technology + " " + r.ID, kind: "embedded-db"}
		if len(r.Evidence) > 0 {
			c.site = r.Evidence[0]
		}
		all := none
		for _, a := range ev.args {
			all = f.m.join(all, a)
		}
		f.note(access{cell: c, inst: inst, instr: i, site: gsite(inst.fn.Instrs[i].Site), write: ev.entry.Role == catalog.DBExec, vals: all, library: r.Technology}, eps)
	}
}

// handed finds caches in memory that a client of a library was given to keep
// its own things in, and stores of libraries that the catalog does not know.
func (f *stateFinder) handed() {
	for n := range f.m.objects {
		o := &f.m.objects[n]
		known := o.entry != nil && o.entry.Role == catalog.LocalCache && o.entry.Op == "open"
		if o.kind != oLib || !f.mem.lasts[n] || !known && (o.entry != nil || !inMemory(o.symbol)) {
			continue
		}
		if u := f.cells[f.libraryName(objID(n))]; u != nil && len(u.accesses) > 0 {
			continue
		}
		users := f.usersOf(objID(n))
		if len(users) == 0 {
			continue
		}
		u := f.use(cellName{name: f.libraryName(objID(n)), kind: "local-cache", site: gsite(o.site)})
		u.cell.kind, u.cell.site, u.handed = "local-cache", gsite(o.site), true
		for _, use := range users {
			eps := f.mem.serving[use.inst]
			name := use.inst.fn.Instrs[use.instr].Name
			a := access{cell: u.cell, inst: use.inst, instr: use.instr, site: gsite(use.inst.fn.Instrs[use.instr].Site), library: o.symbol}
			if !use.own || !hasVerb(name, "Set", "Put", "Add", "Save", "Store", "Delete", "Remove", "Insert") {
				f.note(a, eps)
			}
			if !use.own || !hasVerb(name, "Get", "Has", "Load", "Find", "List", "Len", "Is", "Exist", "Keys") {
				a.write = true
				f.note(a, eps)
			}
		}
	}
}

// inMemory reports whether a constructor's name says that what it makes keeps
// things in memory. Limiters do too, and are no state.
func inMemory(symbol string) bool {
	pkg, name := symbol, symbol
	if i := strings.LastIndexByte(symbol, '.'); i > strings.LastIndexByte(symbol, '/') {
		pkg, name = symbol[:i], symbol[i+1:]
	}
	lower := strings.ToLower(pkg)
	if !strings.HasPrefix(name, "New") || strings.HasPrefix(symbol, "(") || strings.Contains(lower, "limit") || strings.Contains(lower, "throttle") || strings.Contains(lower, "test") {
		return false
	}
	switch path.Base(pkg) {
	case "memory", "memstore", "inmem", "inmemory", "memorystore", "memcache":
		return name == "New" || strings.Contains(name, "Stor") || strings.Contains(name, "Cache")
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(name, "New"), "In")
	return strings.HasPrefix(rest, "Memory") && !strings.Contains(rest, "Exporter")
}

func hasVerb(name string, verbs ...string) bool {
	return slices.ContainsFunc(verbs, func(v string) bool { return strings.HasPrefix(name, v) })
}

// usersOf returns the calls of a library's methods, on requests' paths, whose
// receiver was made of an object.
func (f *stateFinder) usersOf(obj objID) []callAt {
	m := f.m
	holds := map[objID]bool{obj: true}
	for changed := true; changed; {
		changed = false
		for n := range m.objects {
			o := &m.objects[n]
			if holds[objID(n)] || o.kind != oLib && o.kind != oAlloc || o.kind == oAlloc && !f.foreign(o.typ) {
				continue
			}
			for _, kid := range m.objects[n].kids[root] {
				for _, id := range m.sets[m.cell(objID(n), kid).set] {
					if v := m.byID[m.bare(id)]; (v.kind == kAddr || v.kind == kAgg) && holds[v.obj] && v.obj != objID(n) {
						holds[objID(n)] = true
						changed = true
					}
				}
			}
		}
	}
	var out []callAt
	for n := range m.objects {
		o := &m.objects[n]
		if o.kind != oLib || o.inst == nil || !holds[objID(n)] || len(f.mem.serving[o.inst]) == 0 {
			continue
		}
		own := slices.ContainsFunc(m.sets[m.cell(objID(n), m.child(root, "$recv")).set], func(id valueID) bool {
			v := m.byID[m.bare(id)]
			return v.kind == kAddr && v.obj == obj
		})
		out = append(out, callAt{o.inst, o.instr, own})
	}
	slices.SortFunc(out, func(a, b callAt) int {
		return gsite(a.inst.fn.Instrs[a.instr].Site).Compare(gsite(b.inst.fn.Instrs[b.instr].Site))
	})
	return out
}

// foreign reports whether a type is none of the program's own.
func (f *stateFinder) foreign(typ string) bool {
	t := strings.TrimLeft(typ, "*[]0123456789")
	i := strings.LastIndexByte(t, '.')
	if i < 0 {
		return true
	}
	pkg := f.m.prog.pkgs[t[:i]]
	return pkg == nil || pkg.Dir == ""
}

// A callAt is a call of an instance.
type callAt struct {
	inst  *instance
	instr int
	own   bool // of a method of the store itself
}

// files finds files outside of temporary directories that requests write and
// requests read.
func (f *stateFinder) files() {
	type file struct {
		text string
		at   access
		eps  []*endpoint
	}
	var written, read []file
	for _, inst := range f.m.order {
		eps := f.mem.serving[inst]
		if len(eps) == 0 {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if ev.entry.Role != catalog.LocalFile && ev.entry.Role != catalog.File {
					continue
				}
				p := f.m.argument(nil, ev.entry, "path", ev.recv, ev.args)
				if p == none || f.temporary(p) {
					continue
				}
				at := access{inst: inst, instr: i, site: gsite(inst.fn.Instrs[i].Site), keys: p}
				for _, a := range ev.args[min(1, len(ev.args)):] {
					at.vals = f.m.join(at.vals, a)
				}
				x := file{f.m.render(p), at, eps}
				switch {
				case ev.entry.Role == catalog.File && !strings.HasPrefix(ev.sym, "(embed."):
					read = append(read, x)
				case ev.entry.Role == catalog.LocalFile && (strings.HasSuffix(ev.sym, ".WriteFile") || strings.HasSuffix(ev.sym, ".Create") || strings.HasSuffix(ev.sym, ".OpenFile")):
					written = append(written, x)
				}
			}
		}
	}
	for _, w := range written {
		for _, r := range read {
			if !sameFile(w.text, r.text) {
				continue
			}
			c := cellName{name: "file " + strings.ReplaceAll(w.text, hole, "*"), kind: "file", site: w.at.site}
			w.at.cell, w.at.write, r.at.cell = c, true, c
			f.note(w.at, w.eps)
			f.note(r.at, r.eps)
		}
	}
}

// sameFile reports whether two paths with holes may be one file: they are
// equal up to their first holes, and that says something.
func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	x, _, _ := strings.Cut(a, hole)
	y, _, _ := strings.Cut(b, hole)
	return strings.Trim(x, "./") != "" && path.Dir(x+"x") == path.Dir(y+"x")
}

func (f *stateFinder) temporary(p setID) bool {
	text := f.m.render(p)
	if strings.HasPrefix(text, "/tmp") || strings.HasPrefix(text, "/dev/") || strings.HasPrefix(text, "/proc") || strings.HasPrefix(text, "/var/tmp") {
		return true
	}
	for _, id := range f.m.sets[p] {
		for _, part := range f.m.parts(id) {
			if v := f.m.byID[part]; v.kind == kAddr && strings.Contains(f.m.objects[v.obj].symbol, "Temp") {
				return true
			}
		}
	}
	return false
}
