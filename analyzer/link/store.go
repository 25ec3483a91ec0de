package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// storeTargets resolves an operation on a data store or cache by the client
// that it goes through.
func (l *linker) storeTargets(d *deployment, ev *event) []target {
	e := ev.entry
	kind, cache := graph.EdgeQuery, false
	if e.Role == catalog.CacheRead || e.Role == catalog.CacheWrite {
		kind, cache = graph.EdgeCache, true
	}
	if e.Op == "build" || e.Op == "message" || e.Op == "table" {
		return nil
	}
	_, runs := e.Arg("fn")
	_, keyed := e.Arg("key")
	if runs && keyed && !cache {
		kind, cache = graph.EdgeCache, true // a cache in front: the function inside asks the store itself
	}
	t := target{kind: kind, effect: effectOf(e), certain: true, operation: l.storeOperation(d, ev)}
	if op, effect := l.sqlOperation(d, ev); op != "" {
		t.operation, t.effect = op, effect
	} else if c, ok := l.keyCommand(d, ev); ok {
		t.operation, t.effect = c.name(), c.effect
	}
	if runs && keyed && e.Role == catalog.DBExec {
		t.operation = "Del" // the function inside writes; then its keys are dropped
	}
	var out []target
	for _, r := range l.storesOf(d, ev, cache) {
		if runs && e.Role == catalog.TxBegin && r.Technology == "mongodb" {
			continue // what runs in it says in which database
		}
		t.to = r.ID
		if why, guessed := d.guesses[r.ID]; guessed {
			t.certain, t.why = false, []graph.Fact{why}
		} else {
			t.certain, t.why = true, nil
		}
		if r.Kind == graph.Cache {
			t.kind = graph.EdgeCache
		} else if kind == graph.EdgeCache && r.Kind == graph.Datastore {
			t.kind = graph.EdgeQuery
		}
		out = append(out, t)
	}
	return out
}

func effectOf(e *catalog.Entry) graph.Effect {
	switch e.Role {
	case catalog.DBQuery, catalog.CacheRead:
		return graph.Read
	case catalog.DBExec, catalog.CacheWrite, catalog.Publish, catalog.Sequence:
		return graph.Write
	}
	return graph.EffectUnknown
}

// storeOperation names what is done: the method and the table or collection.
func (l *linker) storeOperation(d *deployment, ev *event) string {
	name := ev.sym[strings.LastIndexByte(ev.sym, '.')+1:]
	if tables := l.collections(d, ev); len(tables) > 0 && !strings.Contains(tables[0], hole) {
		return name + " " + tables[0]
	}
	return name
}

// collections returns the tables or collections that the client of an event
// was narrowed to.
func (l *linker) collections(d *deployment, ev *event) []string {
	var tables []string
	for _, o := range d.m.origins(ev.recv) {
		for _, s := range o.names {
			if i, ok := s.entry.Arg("table"); ok && i >= 0 {
				tables = append(tables, d.m.renderAll(d.m.cell(s.obj, d.m.child(root, "$"+itoa(i))).set)...)
			}
		}
	}
	return tables
}

// storesOf returns the resources behind the client of an event.
func (l *linker) storesOf(d *deployment, ev *event, cache bool) []*graph.Resource {
	m := d.m
	if e := ev.entry; e.Technology == "dapr" { // a component, which the sidecar knows
		if name, ok := m.constant(m.argument(nil, e, "store", ev.recv, ev.args)); ok {
			return []*graph.Resource{l.make(name, l.kindOf("dapr", cache, e), "dapr", name, "", "", "dapr "+name, nil)}
		}
	}
	values := ev.recv
	for _, name := range []string{"client", "db", "conn", "session", "of"} {
		if a := m.argument(nil, ev.entry, name, ev.recv, ev.args); a != none {
			values = m.join(values, a)
		}
	}
	var out []*graph.Resource
	for _, o := range m.origins(values) {
		for _, r := range l.opened(d, ev, o, cache, 0) {
			if r != nil && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	if len(out) == 0 {
		tech := ev.entry.Technology
		if tech == "" || tech == "sql" || tech == "go-zero" {
			return nil
		}
		out = append(out, l.resource(d, tech, nil, nil, cache, ev.entry))
	}
	return out
}

// opened returns the resource that a client was opened for.
func (l *linker) opened(d *deployment, ev *event, o origin, cache bool, depth int) []*graph.Resource {
	m := d.m
	obj := &m.objects[o.obj]
	if obj.entry != nil && depth < 4 {
		// Several stores in one object: a database with a cache in front.
		name := "db"
		if cache {
			name = "cache"
		}
		if i, ok := obj.entry.Arg(name); ok && i >= 0 {
			set := m.cell(o.obj, m.child(root, "$"+itoa(i))).set
			if inner := m.origins(set); len(inner) > 0 {
				var out []*graph.Resource
				for _, in := range inner {
					out = append(out, l.opened(d, ev, in, cache, depth+1)...)
				}
				return out
			}
			return l.fromTexts(d, ev, o, m.configOf(set, "addr"), cacheTechnology(cache), cache)
		}
	}
	if depth < 4 {
		if found := l.dialed(d, ev, o, cache, depth); len(found) > 0 {
			return found
		}
	}
	c := &confWalk{m: m, seen: map[objID]bool{}}
	c.object(o.obj, "", 0)
	c.reads(o.obj)
	for _, s := range o.names {
		for _, a := range s.entry.Args {
			if n, ok := confNames[a.Name]; ok || a.Name == "name" {
				if a.Name == "name" {
					n = "database"
				}
				if a.Index >= 0 {
					for _, id := range m.sets[m.cell(s.obj, m.child(root, "$"+itoa(a.Index))).set] {
						c.add(n, m.bare(id))
					}
				}
			}
		}
	}
	if len(meant(c.found, "database")) == 0 {
		m.chosenDatabase(c, o.obj)
	}
	return l.fromTexts(d, ev, o, c.found, l.technology(d, ev, o, c), cache)
}

// databaseSelections returns the objects that are databases selected of a
// client, once the evaluation is done.
func (m *machine) databaseSelections() []objID {
	if m.selections == nil {
		m.selections = []objID{}
		for i := range m.objects {
			o := &m.objects[i]
			if o.kind != oLib || o.entry == nil || o.entry.Op != "select" {
				continue
			}
			if arg, ok := o.entry.Arg("database"); ok && arg >= 0 {
				m.selections = append(m.selections, objID(i))
			}
		}
	}
	return m.selections
}

// chosenDatabase adds the database that the program selects of a client, if it
// is one: what is asked of the client itself, a ping, goes to the same store.
func (m *machine) chosenDatabase(c *confWalk, client objID) {
	var names []valueID
	for _, obj := range m.databaseSelections() {
		arg, _ := m.objects[obj].entry.Arg("database")
		from := m.origins(m.cell(obj, m.child(root, "$recv")).set)
		if !slices.ContainsFunc(from, func(f origin) bool { return f.obj == client }) {
			continue
		}
		for _, id := range m.sets[m.cell(obj, m.child(root, "$"+itoa(arg))).set] {
			if id = m.bare(id); !slices.Contains(names, id) {
				names = append(names, id)
			}
		}
	}
	if len(names) == 1 {
		c.add("database", names[0])
	}
}

func cacheTechnology(cache bool) string {
	if cache {
		return "redis"
	}
	return ""
}

// technology returns what a client talks to: what its own entry says, else the
// driver, else the dialect or connection inside.
func (l *linker) technology(d *deployment, ev *event, o origin, c *confWalk) string {
	m := d.m
	generic := func(t string) bool {
		return t == "" || t == "sql" || t == "go-zero" || t == "kratos" || t == "go-kit" || t == "watermill" || t == "ent" || t == "gorm"
	}
	for _, id := range meant(c.found, "driver") {
		if v := m.byID[m.bare(id)]; v.kind == kConst {
			if t, ok := l.cat.Driver(v.s); ok {
				return t
			}
			if t, ok := l.cat.Scheme(v.s); ok {
				return t
			}
		}
	}
	var objs []objID
	for obj := range c.seen {
		objs = append(objs, obj)
	}
	slices.Sort(objs)
	if e := m.objects[o.obj].entry; e != nil && !generic(e.Technology) {
		return e.Technology
	}
	for _, obj := range objs {
		if e := m.objects[obj].entry; e != nil && !generic(e.Technology) {
			switch e.Role {
			case catalog.DBOpen, catalog.CacheOpen, catalog.QueueOpen, catalog.Coordinator:
				return e.Technology
			}
		}
	}
	if t := m.cat.Type(strings.TrimLeft(m.objects[o.obj].typ, "*")); t != nil && !generic(t.Technology) {
		return t.Technology
	}
	if sym := m.objects[o.obj].symbol; strings.Contains(sym, "NewMysql") {
		return "mysql"
	}
	if !generic(ev.entry.Technology) {
		return ev.entry.Technology
	}
	return ""
}

// fromTexts makes the resource that the texts of a configuration name.
func (l *linker) fromTexts(d *deployment, ev *event, o origin, texts []confText, tech string, cache bool) []*graph.Resource {
	m := d.m
	entry := m.objects[o.obj].entry
	if entry == nil {
		entry = ev.entry
	}
	var sites []graph.Site
	if s := m.objects[o.obj].site; s.File != "" && !m.prog.generated[s.File] {
		sites = append(sites, gsite(s))
	}
	dsns := meant(texts, "dsn", "addr", "url", "config", "opts", "")
	hosts := meant(texts, "host")
	ports := meant(texts, "port")
	if len(hosts) > 0 && len(dsns) == 0 {
		for _, h := range hosts {
			if len(ports) > 0 && !strings.Contains(m.renderOne(h), ":") {
				h = m.glue(h, m.id(value{kind: kConst, s: ":", t: "string"}), ports[0])
			}
			dsns = append(dsns, h)
		}
	}
	var databases []string
	parts := append(slices.Clone(texts), l.inputTexts(d, ev, tech)...)
	for _, id := range meant(parts, "tablename", "bucket", "database", "instance", "project") {
		if t := m.renderOne(id); t != "" && !strings.Contains(t, hole) {
			databases = append(databases, t[strings.LastIndexByte(t, '/')+1:])
		}
	}
	var best *graph.Resource
	for _, id := range dsns {
		text := m.renderOne(id)
		if _, count := number(text); text == "" || count {
			continue
		}
		if tech == "spanner" {
			if _, name, ok := strings.Cut(text, "/databases/"); ok {
				databases = append(databases, name)
			}
			continue
		}
		dsn, ok := l.cat.ParseDSN(text, tech)
		if !ok || len(dsn.Hosts) == 0 && dsn.Path == "" {
			continue
		}
		if dsn.Technology == "" {
			dsn.Technology = tech
		}
		if len(databases) > 0 && (dsn.Database == "" || strings.Contains(dsn.Database, hole)) {
			dsn.Database = databases[0]
		}
		r := l.fromDSN(d, id, dsn, cache, entry, sites)
		if best == nil || best.Host == "" && r.Host != "" {
			best = r
		}
		if best.Workload != "" {
			break
		}
	}
	if best != nil {
		return []*graph.Resource{best}
	}
	if tech == "" {
		return nil
	}
	var syms []string
	for _, t := range texts {
		for _, s := range m.symbols(t.id) {
			if !slices.Contains(syms, s) {
				syms = append(syms, s)
			}
		}
	}
	return []*graph.Resource{l.resource(d, tech, databases, syms, cache, entry, sites...)}
}

// fromDSN makes the resource of a data source name whose host is known.
func (l *linker) fromDSN(d *deployment, id valueID, dsn catalog.DSN, cache bool, entry *catalog.Entry, sites []graph.Site) *graph.Resource {
	m := d.m
	database := dsn.Database
	if strings.Contains(database, hole) || dsn.Technology == "redis" || dsn.Technology == "memcached" || dsn.Technology == "kafka" {
		database = ""
	}
	if dsn.Path != "" && len(dsn.Hosts) == 0 { // a file: each service has its own
		return l.make(d.svc.ID+"-"+dsn.Technology, l.kindOf(dsn.Technology, cache, entry), dsn.Technology, dsn.Path, "", "", "", sites)
	}
	if len(dsn.Hosts) == 0 || strings.Contains(dsn.Hosts[0].Host, hole) || dsn.Hosts[0].Host == "" {
		syms := m.symbols(id)
		var dbs []string
		if database != "" {
			dbs = []string{database}
		}
		return l.resource(d, dsn.Technology, dbs, syms, cache, entry, sites...)
	}
	host, port := dsn.Hosts[0].Host, dsn.Hosts[0].Port
	p := l.place(d, m.id(value{kind: kConst, s: host + ":" + port, t: "string"}))
	if p.workload != nil {
		r := l.infraResource(p.workload, dsn.Technology, database)
		l.connects(d, r, p.workload)
		l.evidence(r, sites)
		return r
	}
	if p.alias == nil && p.loopback() {
		if r := l.ownMachine(d, p, dsn, database, cache, entry, sites); r != nil {
			return r
		}
	}
	if p.alias != nil && p.service == nil {
		host = p.host
	}
	host = serverName(host)
	idText := host
	if p.loopback() {
		idText = dsn.Technology
	}
	if database != "" {
		idText += "/" + database
	}
	return l.make(idText, l.kindOf(dsn.Technology, cache, entry), dsn.Technology, host+":"+port+slash(database), host, database, dsn.Technology+" "+host+":"+port, sites)
}

// inputTexts returns what the request of a store without address says: its
// table or bucket.
func (l *linker) inputTexts(d *deployment, ev *event, tech string) []confText {
	if tech != "dynamodb" && tech != "s3" {
		return nil
	}
	input := d.m.argument(nil, ev.entry, "input", ev.recv, ev.args)
	return d.m.configOf(input, "config")
}
