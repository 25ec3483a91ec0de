package link

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/graph"
)

// A pool is what bounds the connections of one client.
type pool struct {
	known bool            // the library draws connections from a pool
	most  *graph.Quantity // nil: no bound
	set   bool            // by the user
	site  graph.Site      // where
}

// poolFields are the fields of libraries' options that bound the connections
// of a client, by the names that Go libraries give them.
var poolFields = []string{"MaxActive", "PoolSize", "MaxConns", "MaxOpenConns", "MaxPoolSize", "MaxConnsPerHost", "NumConns"}

var poolParam = regexp.MustCompile(`(?i)[?&\s;](pool_max_conns|maxPoolSize|pool_size|max_conns|maxconns|max_open_conns)=(\d+)`)

// pools notes on every edge to a store how many connections one replica opens.
func (l *linker) pools() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		p := &poolReader{l: l, d: d, m: d.m, made: map[objID]pool{}}
		for _, inst := range d.m.order {
			if !d.m.alive(inst) {
				continue
			}
			for _, i := range callSites(inst) {
				for _, ev := range inst.lib[i] {
					p.event(ev)
				}
			}
		}
	}
}

// A poolReader reads the pools of one root.
type poolReader struct {
	l       *linker
	d       *deployment
	m       *machine
	made    map[objID]pool
	setters []*event // calls that set a pool's size; nil: not looked for yet
	ways    *reached // how start-up reaches what makes clients
}

// event adds the pool of the client that an operation goes through to its edges.
func (p *poolReader) event(ev *event) {
	switch ev.entry.Role {
	case catalog.DBQuery, catalog.DBExec, catalog.CacheRead, catalog.CacheWrite, catalog.TxBegin, catalog.DLock, catalog.HTTPCall, catalog.RPCCall, catalog.Publish:
	default:
		return
	}
	values := ev.recv
	for _, name := range []string{"client", "db", "conn", "session", "of"} {
		values = p.m.join(values, p.m.argument(nil, ev.entry, name, ev.recv, ev.args))
	}
	origins := p.m.origins(values)
	for _, t := range p.l.resolve(p.d, ev) {
		e := p.l.edges[edgeKey{p.d.svc.ID, t.to, t.kind}]
		if e == nil {
			continue
		}
		for _, o := range origins {
			if e.Kind != graph.EdgeHTTP {
				p.opened(e, o.obj)
			}
			if pl := p.of(o.obj, e.Kind == graph.EdgeHTTP); pl.known {
				merge(e, pl)
			}
		}
	}
}

// opened notes where a client is made: where its library is called, and where
// the service's own code calls what does.
func (p *poolReader) opened(e *graph.Edge, obj objID) {
	o := &p.m.objects[obj]
	add := func(s graph.Site) {
		if !s.IsZero() && !p.m.prog.generated[s.File] && !slices.Contains(e.Opened, s) {
			e.Opened = append(e.Opened, s)
			slices.SortStableFunc(e.Opened, func(a, b graph.Site) int { return p.foreign(a) - p.foreign(b) })
		}
	}
	add(gsite(o.site))
	if o.inst == nil || p.foreign(gsite(o.site)) == 0 {
		return
	}
	if p.ways == nil {
		p.ways = walk(p.m.top, nil)
	}
	for inst, n := o.inst, 0; n < 32; n++ {
		fr, met := p.ways.from[inst]
		if !met || len(fr.caller.fn.Blocks) == 0 {
			return
		}
		if s := gsite(fr.caller.fn.Instrs[fr.instr].Site); p.foreign(s) == 0 {
			add(s)
			return
		}
		inst = fr.caller
	}
}

// foreign is 0 for sites under the service's own directory, else 1. Of a
// program at the root only its main package is certainly its own.
func (p *poolReader) foreign(s graph.Site) int {
	if p.d.pkg.Dir == "" || p.d.pkg.Dir == "." {
		return min(1, strings.Count(s.File, "/"))
	}
	if strings.HasPrefix(s.File, p.d.pkg.Dir+"/") {
		return 0
	}
	return 1
}

// merge adds a client's pool to an edge: of several clients the largest counts.
func merge(e *graph.Edge, p pool) {
	switch {
	case !e.Pooled:
		e.Pool, e.PoolSet, e.PoolSite = p.most, p.set, p.site
	case p.most == nil && e.Pool != nil, p.most != nil && e.Pool != nil && p.most.High > e.Pool.High:
		e.Pool, e.PoolSet, e.PoolSite = p.most, p.set, p.site
	}
	e.Pooled = true
}

// of returns the pool of the client that an object is. An HTTP client's counts
// only where it is set.
func (p *poolReader) of(obj objID, onlySet bool) pool {
	if out, ok := p.made[obj]; ok {
		return out
	}
	c := &confWalk{m: p.m, seen: map[objID]bool{}}
	c.object(obj, "", 0)
	var objs []objID
	for o := range c.seen {
		objs = append(objs, o)
	}
	slices.Sort(objs)
	out, ok := p.called(obj, objs)
	if !ok {
		out, ok = p.fields(objs)
	}
	if !ok {
		out, ok = p.parameter(c.found, obj)
	}
	if !ok && !onlySet {
		out = p.usual(obj, objs)
	}
	p.made[obj] = out
	return out
}

// called looks for a call that sets the size: db.SetMaxOpenConns(20).
func (p *poolReader) called(obj objID, objs []objID) (pool, bool) {
	if p.setters == nil {
		p.setters = []*event{}
		for _, inst := range p.m.order {
			for _, i := range callSites(inst) {
				for _, ev := range inst.lib[i] {
					if ev.entry.Role == catalog.DBPool && ev.entry.Op == "max" && p.m.alive(inst) {
						p.setters = append(p.setters, ev)
					}
				}
			}
		}
	}
	for _, ev := range p.setters {
		hit := slices.ContainsFunc(p.m.origins(ev.recv), func(o origin) bool { return o.obj == obj })
		for _, id := range p.m.sets[ev.recv] {
			if v := p.m.byID[p.m.bare(id)]; v.kind == kAddr && slices.Contains(objs, v.obj) {
				hit = true
			}
		}
		if hit {
			site := gsite(ev.at())
			return p.sized(p.m.argument(nil, ev.entry, "limit", ev.recv, ev.args), site), true
		}
	}
	return pool{}, false
}

// fields looks for an option in a struct of a library.
func (p *poolReader) fields(objs []objID) (pool, bool) {
	for _, o := range objs {
		obj := &p.m.objects[o]
		if obj.kind != oAlloc && obj.kind != oGlobal && obj.kind != oLib {
			continue
		}
		for _, f := range poolFields {
			c := p.m.cells[cellKey{o, p.m.child(root, "."+f)}]
			if c == nil || c.set == none {
				continue
			}
			return p.sized(c.set, gsite(obj.site)), true
		}
	}
	return pool{}, false
}

// parameter looks for a parameter of a data source name.
func (p *poolReader) parameter(texts []confText, obj objID) (pool, bool) {
	for _, t := range texts {
		if hit := poolParam.FindStringSubmatch(p.m.renderOne(t.id)); hit != nil {
			if n, err := strconv.ParseFloat(hit[2], 64); err == nil {
				site := gsite(p.m.objects[obj].site)
				return pool{known: true, most: bound(n, site, "parameter "+hit[1]), set: true, site: site}, true
			}
		}
	}
	return pool{}, false
}

func bound(n float64, site graph.Site, note string) *graph.Quantity {
	if n <= 0 {
		return nil
	}
	return graph.Exact(n, graph.Derived, site, note)
}

// sized is a pool whose size the user wrote, in code or configuration. Several
// possible sizes are an interval; one that is not known is none that counts.
func (p *poolReader) sized(set setID, site graph.Site) pool {
	out := pool{known: true, set: true, site: site}
	low, high := math.Inf(1), 0.0
	for _, id := range p.m.sets[set] {
		v := p.m.byID[p.m.bare(id)]
		text := ""
		switch v.kind {
		case kConst:
			text = v.s
		case kSetting:
			nodes, _ := p.m.configNodes(p.m.settings[v.obj])
			for _, n := range nodes {
				if n.scalar {
					text = p.m.expand(n.text)
				}
			}
		}
		n, ok := number(text)
		if !ok {
			continue
		}
		if n <= 0 {
			return out // no bound
		}
		low, high = min(low, n), max(high, n)
	}
	if high == 0 {
		out.most = &graph.Quantity{Low: 1, High: 1, Source: graph.Assumed, Site: site, Note: "a size is set, its value is not known"}
		return out
	}
	out.most = &graph.Quantity{Low: low, High: high, Source: graph.Derived, Site: site}
	return out
}

// usual is the library's own bound.
func (p *poolReader) usual(obj objID, objs []objID) pool {
	for _, o := range append([]objID{obj}, objs...) {
		lib := p.library(&p.m.objects[o])
		if lib == "" {
			continue
		}
		def, ok := p.l.cat.Default(lib, "pool")
		if !ok {
			continue
		}
		out := pool{known: true}
		switch {
		case def.PerCPU > 0:
			cpus := graph.Quantity{Low: 1, High: 8, Source: graph.Assumed}
			if c := p.d.svc.CPU; c != nil {
				cpus = graph.Quantity{Low: math.Ceil(c.Low), High: math.Ceil(c.High), Source: graph.Derived}
			}
			per := float64(def.PerCPU)
			out.most = &graph.Quantity{Low: max(def.Value, per*cpus.Low), High: max(def.Value, per*cpus.High), Source: graph.Assumed, Note: def.Source}
		case def.Value > 0:
			out.most = graph.Exact(def.Value, graph.Assumed, graph.Site{}, def.Source)
		}
		return out
	}
	return pool{}
}

// library returns the import path of the package that made a client.
func (p *poolReader) library(o *object) string {
	if o.entry != nil {
		return o.entry.Package()
	}
	if t := p.m.cat.Type(strings.TrimLeft(o.typ, "*")); t != nil {
		return t.Package()
	}
	return ""
}
