package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/sqltext"
	"github.com/coordlint/coordlint/graph"
)

// maxStatements is how many texts of one query are read.
const maxStatements = 8

// statements returns what the SQL texts of an event do: those of its query
// argument, or of the statement that was prepared before. None: it has no text.
func (l *linker) statements(d *deployment, ev *event) []sqltext.Statement {
	m := d.m
	query := m.argument(nil, ev.entry, "query", ev.recv, ev.args)
	if query == none {
		query = l.prepared(d, ev.recv, 0)
	}
	var out []sqltext.Statement
	for i, text := range m.renderAll(query) {
		if i == maxStatements {
			break
		}
		out = append(out, sqltext.Parse(text)...)
	}
	return out
}

// prepared returns the texts of the statements that clients were made with.
func (l *linker) prepared(d *deployment, recv setID, depth int) setID {
	m := d.m
	out := none
	if depth > 3 {
		return out
	}
	for _, id := range m.sets[recv] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib || m.objects[v.obj].entry == nil {
			continue
		}
		e := m.objects[v.obj].entry
		if e.Role != catalog.DBQuery && e.Role != catalog.DBExec {
			continue
		}
		if i, ok := e.Arg("query"); ok && i >= 0 {
			out = m.join(out, m.cell(v.obj, m.child(root, "$"+itoa(i))).set)
		}
	}
	return out
}

// settled reports whether every statement of an event says what becomes of a
// row that is there already: ON CONFLICT, ON DUPLICATE KEY.
func (l *linker) settled(d *deployment, ev *event) bool {
	if ev.entry.Role != catalog.DBExec && ev.entry.Role != catalog.DBQuery {
		return false
	}
	all := l.statements(d, ev)
	return len(all) > 0 && !slices.ContainsFunc(all, func(s sqltext.Statement) bool { return !s.OnConflict })
}

// sqlOperation names what the SQL of an event does, VERB TABLE, and whether it
// writes; "" if it has no text, or several that differ.
func (l *linker) sqlOperation(d *deployment, ev *event) (name string, effect graph.Effect) {
	for _, s := range l.statements(d, ev) {
		var one string
		switch s.Verb {
		case sqltext.Select, sqltext.Insert, sqltext.Update, sqltext.Delete, sqltext.Merge, sqltext.Truncate, sqltext.Copy, sqltext.Call:
			one = strings.ToUpper(string(s.Verb))
		default:
			return "", graph.EffectUnknown
		}
		tables := s.Writes
		if len(tables) == 0 {
			tables = s.Reads
		}
		if len(tables) > 0 && !strings.Contains(tables[0], hole) {
			one += " " + tables[0]
		}
		if name != "" && name != one {
			return "", graph.EffectUnknown
		}
		name = one
		if s.Write() {
			effect = graph.Write
		} else if effect == graph.EffectUnknown {
			effect = graph.Read
		}
	}
	return name, effect
}

// tables notes which tables of a resource a service reads and writes.
func (l *linker) tables() {
	for _, d := range l.all {
		for ev := range d.events {
			for _, t := range l.targets[ev] {
				if r := l.resources[t.to]; r != nil && (t.kind == graph.EdgeQuery || t.kind == graph.EdgeCache) {
					l.uses(d, r, ev, ev.instr)
				}
			}
		}
	}
	for _, r := range l.resources {
		slices.SortFunc(r.Tables, func(a, b graph.Use) int {
			return strings.Compare(a.Name+"\x00"+a.Service, b.Name+"\x00"+b.Service)
		})
	}
}

func (l *linker) uses(d *deployment, r *graph.Resource, ev *event, i int) {
	site := gsite(ev.inst.fn.Instrs[i].Site)
	l.usesKeys(d, r, ev, site)
	for _, name := range l.collections(d, ev) {
		noteUse(r, name, d.svc.ID, site, effectOf(ev.entry))
	}
	if _, table, ok := strings.Cut(r.ID, "/"); ok && r.Technology == "dynamodb" { // a resource of its own
		noteUse(r, table, d.svc.ID, site, effectOf(ev.entry))
	}
	for _, s := range l.statements(d, ev) {
		for _, name := range s.Reads {
			use(r, name, d.svc.ID, site).Reads = true
		}
		for _, name := range s.Writes {
			use(r, name, d.svc.ID, site).Writes = true
		}
	}
}

// noteUse notes that a service reads or writes a table.
func noteUse(r *graph.Resource, table, service string, site graph.Site, effect graph.Effect) {
	u := use(r, table, service, site)
	u.Reads = u.Reads || effect == graph.Read
	u.Writes = u.Writes || effect == graph.Write
}

// use returns the entry of a table and a service, a new one if there is none.
func use(r *graph.Resource, name, service string, site graph.Site) *graph.Use {
	if strings.Contains(name, hole) {
		return &graph.Use{} // some table: no entry
	}
	for i := range r.Tables {
		if r.Tables[i].Name == name && r.Tables[i].Service == service {
			return &r.Tables[i]
		}
	}
	r.Tables = append(r.Tables, graph.Use{Name: name, Service: service, Site: site})
	return &r.Tables[len(r.Tables)-1]
}
