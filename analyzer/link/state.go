package link

import (
	"cmp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// states notes what every service remembers between requests (idioms S1 to
// S4): memory that lasts, that an endpoint writes and that one reads.
func (l *linker) states() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		mem := d.memory()
		f := &stateFinder{l: l, d: d, m: d.m, mem: mem, cells: map[string]*cellUse{}, asked: map[*instance]asked{}}
		f.collect()
		f.library()
		f.files()
		f.emit()
	}
}

// A stateFinder finds the state of one root.
type stateFinder struct {
	l     *linker
	d     *deployment
	m     *machine
	mem   *memory
	cells map[string]*cellUse
	order []string
	asked map[*instance]asked
}

// A cellUse is what the endpoints of a root do with one piece of memory.
type cellUse struct {
	cell       cellName
	accesses   []access
	background []access // outside of requests
	writers    []string
	readers    []string
	first      *endpoint // that writes, with the instance that does
	inst       *instance
	standard   bool // a standard endpoint reads it
	library    bool // a store of a library
	handed     bool // a library keeps it: its own uses are not seen
	backed     string
}

func (f *stateFinder) use(c cellName) *cellUse {
	u := f.cells[c.name]
	if u == nil {
		u = &cellUse{cell: c}
		f.cells[c.name] = u
		f.order = append(f.order, c.name)
	}
	if u.cell.kind == "field" || u.cell.kind == "slice" && c.kind == "map" {
		u.cell.kind = c.kind
	}
	if c.fed && !u.cell.fed {
		u.cell = c
	}
	return u
}

// collect reads the accesses off every instance that runs.
func (f *stateFinder) collect() {
	for _, inst := range f.m.order {
		eps := f.mem.serving[inst]
		if len(eps) == 0 && !f.mem.startup[inst] {
			continue
		}
		for _, a := range f.mem.accesses(inst) {
			f.note(a, eps)
		}
	}
}

func (f *stateFinder) note(a access, eps []*endpoint) {
	u := f.use(a.cell)
	if a.library != "" && !u.library { // what reads the variable that holds it reads nothing of it
		*u = cellUse{cell: a.cell, library: true, handed: u.handed}
	}
	if len(eps) == 0 {
		u.background = append(u.background, a)
		return
	}
	u.accesses = append(u.accesses, a)
	for _, ep := range eps {
		switch {
		case a.write && !ep.Standard:
			u.writers = appendNew(u.writers, ep.Name)
			if u.first == nil {
				u.first, u.inst = ep, a.inst
			}
		case !a.write && ep.Standard:
			u.standard = true
		case !a.write:
			u.readers = appendNew(u.readers, ep.Name)
		}
	}
}

// emit adds what was found to the service.
func (f *stateFinder) emit() {
	for _, name := range f.order {
		u := f.cells[name]
		if len(u.writers) == 0 {
			continue // written before serving only
		}
		slices.Sort(u.writers)
		slices.Sort(u.readers)
		s := graph.State{
			Name: name, Kind: u.cell.kind, Site: u.cell.site, Writers: u.writers, Readers: u.readers,
			Request: f.fromRequest(u), Backed: u.backed, Certain: !u.handed,
		}
		for _, a := range u.accesses {
			if a.write {
				s.Writes = append(s.Writes, a.site)
			} else {
				s.Reads = append(s.Reads, a.site)
			}
		}
		s.Writes, s.Reads = sites(s.Writes), sites(s.Reads)
		f.judge(u, &s)
		if s.Excused == "" && s.Backed == "" && !s.Request && !holdsAll(s.Kind) {
			continue // the same in every replica
		}
		if s.Site.IsZero() && len(s.Writes) > 0 {
			s.Site = s.Writes[0]
		}
		s.Path = f.path(u)
		f.d.svc.State = append(f.d.svc.State, s)
	}
	slices.SortFunc(f.d.svc.State, func(a, b graph.State) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.Site.Compare(b.Site))
	})
}

// holdsAll reports whether a kind of memory holds what is put in, whatever
// chose the key.
func holdsAll(kind string) bool {
	return kind == "local-cache" || kind == "session-store" || kind == "file" || kind == "embedded-db"
}

func sites(list []graph.Site) []graph.Site {
	list = slices.DeleteFunc(list, graph.Site.IsZero) // what the compiler made up
	slices.SortFunc(list, graph.Site.Compare)
	return slices.Compact(list)
}

// path leads from the handler to the first write.
func (f *stateFinder) path(u *cellUse) []graph.Frame {
	if u.first == nil || u.inst == nil {
		return nil
	}
	w := f.mem.ways[u.first]
	var out []graph.Frame
	for inst := u.inst; w != nil && len(out) < 64; {
		fr, met := w.from[inst]
		if !met || fr.caller == nil || len(fr.caller.fn.Blocks) == 0 {
			break
		}
		out = append(out, graph.Frame{Func: inst.fn.Symbol, Site: gsite(fr.caller.fn.Instrs[fr.instr].Site)})
		inst = fr.caller
	}
	slices.Reverse(out)
	return out
}

// fromRequest reports whether a request decides what is written: key or value
// came with it, or it counts requests in a number that is used.
func (f *stateFinder) fromRequest(u *cellUse) bool {
	for _, a := range u.accesses {
		if !a.write {
			continue
		}
		if f.carries(a.keys, 0) || f.carries(a.vals, 0) || a.counter != "" && !a.remove {
			return true
		}
	}
	return false
}

// carries reports whether a set holds something that came with a request,
// looking into what the request's own code allocated.
func (f *stateFinder) carries(s setID, depth int) bool {
	if depth > 5 {
		return false
	}
	m := f.m
	if m.derived(s) {
		return true
	}
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg {
			continue
		}
		o := &m.objects[v.obj]
		if o.kind == oAlloc && o.inst != nil && len(f.mem.serving[o.inst]) > 0 && f.holds(v.obj, v.path, depth) {
			return true
		}
	}
	return false
}

func (f *stateFinder) holds(obj objID, path pathID, depth int) bool {
	m := f.m
	if c := m.cells[cellKey{obj, path}]; c != nil && f.carries(c.set, depth+1) {
		return true
	}
	for _, kid := range m.objects[obj].kids[path] {
		if m.paths[kid].comp != "$chan" && f.holds(obj, kid, depth+1) {
			return true
		}
	}
	return false
}
