package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A memory says which objects of a root outlive the requests that it serves:
// package variables, handlers with what they capture, and all that those hold.
// What start-up allocates and no handler can reach does not matter.
type memory struct {
	m       *machine
	startup map[*instance]bool
	serving map[*instance][]*endpoint // the endpoints that reach an instance
	ways    map[*endpoint]*reached
	actors  map[*instance]objID // instances that receive what endpoints send, and the channel
	inline  map[*instance]bool  // instances that run in the goroutine of a request
	lasts   []bool              // by object
	holder  map[objID]cellSpot  // of an object that lasts: where it hangs
	work    []objID
}

// A cellSpot is a path in an object.
type cellSpot struct {
	obj  objID
	path pathID
}

// memoryOf works out what lasts in a root whose endpoints are known.
func memoryOf(d *deployment) *memory {
	m := d.m
	mem := &memory{
		m: m, startup: map[*instance]bool{}, serving: map[*instance][]*endpoint{}, ways: map[*endpoint]*reached{},
		actors: map[*instance]objID{}, inline: map[*instance]bool{}, lasts: make([]bool, len(m.objects)), holder: map[objID]cellSpot{},
	}
	for _, inst := range walk(m.top, nil).order {
		mem.startup[inst] = true
	}
	for _, ep := range d.endpoints {
		if ep.entry == nil {
			continue
		}
		r := walk(ep.entry.top, nil)
		mem.ways[ep] = r
		for _, inst := range r.order {
			mem.serving[inst] = append(mem.serving[inst], ep)
		}
		for _, inst := range walk(ep.entry.top, notGo).order {
			mem.inline[inst] = true
		}
	}
	for _, e := range m.entries {
		if e.kind == "middleware" && m.alive(e.ev.inst) {
			mem.middleware(d, e)
		}
	}
	senders := mem.senders()
	for n := range m.objects {
		if m.objects[n].kind == oGlobal {
			mem.keep(objID(n))
		}
	}
	for _, e := range m.entries {
		mem.keepSet(e.handlers, cellSpot{obj: -1})
		mem.keepSet(e.impl, cellSpot{obj: -1})
	}
	mem.spread()
	for range 4 { // channels of actors that start one another
		n := len(mem.actors)
		mem.findActors(senders)
		mem.spread()
		if len(mem.actors) == n {
			break
		}
	}
	return mem
}

// notGo follows calls that the caller waits for.
func notGo(inst *instance, i int) bool {
	return i >= len(inst.fn.Instrs) || inst.fn.Instrs[i].Op != summary.OpGo
}

// middleware counts what runs before every route as reached by all of them.
func (mem *memory) middleware(d *deployment, e *entry) {
	r := walk(e.top, nil)
	for _, ep := range d.endpoints {
		if ep.Kind != graph.EndpointHTTP || ep.Standard {
			continue
		}
		for _, inst := range r.order {
			if !slices.Contains(mem.serving[inst], ep) {
				mem.serving[inst] = append(mem.serving[inst], ep)
			}
			if w := mem.ways[ep]; w != nil {
				if _, met := w.from[inst]; !met {
					w.from[inst] = r.from[inst]
				}
			}
		}
	}
}

func (mem *memory) keep(obj objID) {
	if !mem.lasts[obj] {
		mem.lasts[obj] = true
		mem.work = append(mem.work, obj)
	}
}

func (mem *memory) keepSet(s setID, at cellSpot) {
	for _, id := range mem.m.sets[s] {
		v := mem.m.byID[mem.m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg || at.obj == v.obj {
			continue
		}
		if k := mem.m.objects[v.obj].kind; at.obj >= 0 && mem.m.objects[at.obj].kind == oLib && (k == oClosure || k == oBound) {
			continue // a callback that a library has run
		}
		if _, held := mem.holder[v.obj]; !held && at.obj >= 0 && mem.m.objects[v.obj].kind != oGlobal {
			mem.holder[v.obj] = at
		}
		mem.keep(v.obj)
	}
}

// spread keeps what the objects that last hold. What passes through a channel
// does not stay there.
func (mem *memory) spread() {
	for len(mem.work) > 0 {
		obj := mem.work[0]
		mem.work = mem.work[1:]
		mem.hold(obj, root)
	}
}

func (mem *memory) hold(obj objID, path pathID) {
	m := mem.m
	if c := m.cells[cellKey{obj, path}]; c != nil {
		mem.keepSet(c.set, cellSpot{obj, path})
	}
	for _, kid := range m.objects[obj].kids[path] {
		if m.paths[kid].comp != "$chan" {
			mem.hold(obj, kid)
		}
	}
}

// senders returns, by channel, the endpoints that send on it.
func (mem *memory) senders() map[objID][]*endpoint {
	out := map[objID][]*endpoint{}
	for _, inst := range mem.m.order {
		eps := mem.serving[inst]
		if len(eps) == 0 {
			continue
		}
		for _, op := range chanOps(mem.m, inst) {
			if op.send {
				for _, ch := range op.chans {
					for _, ep := range eps {
						if !slices.Contains(out[ch], ep) {
							out[ch] = append(out[ch], ep)
						}
					}
				}
			}
		}
	}
	return out
}

// findActors looks for goroutines that serve the requests of others: they
// receive, on a channel that lasts, what endpoints send. Their variables last
// too, but for those that are made for each message.
func (mem *memory) findActors(senders map[objID][]*endpoint) {
	m := mem.m
	for _, inst := range m.order {
		if _, met := mem.actors[inst]; met || mem.inline[inst] || !m.alive(inst) {
			continue
		}
		for _, op := range chanOps(m, inst) {
			if op.send {
				continue
			}
			i := slices.IndexFunc(op.chans, func(ch objID) bool {
				return mem.lasts[ch] && len(senders[ch]) > 0 && !token(m.objects[ch].typ)
			})
			if i < 0 {
				continue
			}
			mem.actors[inst] = op.chans[i]
			for _, ep := range senders[op.chans[i]] {
				if !slices.Contains(mem.serving[inst], ep) {
					mem.serving[inst] = append(mem.serving[inst], ep)
				}
			}
			for n := range m.objects {
				if o := &m.objects[n]; o.inst == inst && o.kind == oAlloc && collection(o.typ) && !inLoopWith(inst.fn, o.instr, op.instr) {
					mem.keep(objID(n))
				}
			}
			break
		}
	}
}

// token reports whether the messages of a channel say nothing.
func token(typ string) bool {
	return strings.HasSuffix(typ, "chan struct{}") || strings.HasSuffix(typ, "chan bool")
}

// collection reports whether a variable of a type keeps things; a captured
// one is the address of it.
func collection(typ string) bool {
	return strings.HasPrefix(typ, "map[") || strings.HasPrefix(typ, "[]")
}

// inLoopWith reports whether instruction i stands in a loop that holds j.
func inLoopWith(fn *summary.Func, i, j int) bool {
	for n := fn.Blocks[fn.Instrs[i].Block].Loop; n >= 0; n = fn.Loops[n].Parent {
		for k := fn.Blocks[fn.Instrs[j].Block].Loop; k >= 0; k = fn.Loops[k].Parent {
			if n == k {
				return true
			}
		}
	}
	return false
}

// A chanOp is a send or a receive.
type chanOp struct {
	instr int
	state int // of a select; -1 otherwise
	send  bool
	block bool // it waits until it can be done
	chans []objID
	set   setID
	site  summary.Site
}

// chanOps returns the channel operations of an instance, in order.
func chanOps(m *machine, inst *instance) []chanOp {
	var out []chanOp
	add := func(op chanOp, ch summary.Ref) {
		op.set = m.ref(inst, ch)
		for _, id := range m.sets[op.set] {
			if v := m.byID[m.bare(id)]; v.kind == kAddr && strings.Contains(m.objects[v.obj].typ, "chan ") {
				op.chans = append(op.chans, v.obj)
			}
		}
		out = append(out, op)
	}
	for i := range inst.fn.Instrs {
		in := &inst.fn.Instrs[i]
		if !inst.reach[in.Block] {
			continue
		}
		switch in.Op {
		case summary.OpSend:
			add(chanOp{instr: i, state: -1, send: true, block: true, site: in.Site}, in.Args[0])
		case summary.OpRecv:
			add(chanOp{instr: i, state: -1, block: true, site: in.Site}, in.Args[0])
		case summary.OpSelect:
			for n, s := range in.States {
				add(chanOp{instr: i, state: n, send: s.Send, block: in.N == 1, site: s.Site}, s.Chan)
			}
		}
	}
	return out
}

// lasting reports whether some object of a set of addresses outlives requests.
func (mem *memory) lasting(s setID) bool {
	for _, id := range mem.m.sets[s] {
		if v := mem.m.byID[mem.m.bare(id)]; v.kind == kAddr && mem.lasts[v.obj] {
			return true
		}
	}
	return false
}

// keyed reports whether data chooses the object on its way from what holds it.
func (mem *memory) keyed(obj objID, path pathID) bool {
	m := mem.m
	for range 12 {
		for _, c := range m.comps(path) {
			if c == "[unknown]" || c == "[all]" || c[0] == '{' {
				return true
			}
		}
		if o := &m.objects[obj]; o.kind == oLib && o.entry != nil && o.entry.Role == catalog.LocalCache {
			return true // fetched from a sync.Map or cache
		}
		h, held := mem.holder[obj]
		if !held {
			return false
		}
		obj, path = h.obj, h.path
	}
	return false
}
