package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// tokenOps adds what the function does with tokens: a send or receive on a
// buffered channel that is used as a lock or semaphore.
func (f *flow) tokenOps(at func(int) *lockOps) {
	m, inst := f.b.m, f.inst
	for _, op := range chanOps(m, inst) {
		ch, ok := f.b.tokenChannel(op)
		if !ok {
			continue
		}
		key := "c" + itoa(int(op.set))
		if op.send != ch.bySend {
			o := at(op.instr)
			o.frees = append(o.frees, key)
			continue
		}
		a := &acquisition{instr: op.instr, site: op.site, key: key, token: true, info: f.b.tokenInfo(op, ch)}
		if op.state >= 0 {
			if index, found := f.selected(op.instr); found {
				a.only = edgeCond{true, index, itoa(op.state)}
			}
		}
		o := at(op.instr)
		o.takes = append(o.takes, f.acquire(a))
	}
}

// selected returns the value that says which case a select chose.
func (f *flow) selected(i int) (summary.Ref, bool) {
	fn := f.inst.fn
	for j := range fn.Instrs {
		in := &fn.Instrs[j]
		if in.Op == summary.OpExtract && in.N == 0 && int(in.Args[0]) == fn.Values()+i {
			return summary.Ref(fn.Values() + j), true
		}
	}
	return 0, false
}

// A tokenUse says how a channel is used as a lock.
type tokenUse struct {
	obj    objID
	bySend bool // full means taken: a send acquires; else its tokens are handed out
	size   *graph.Quantity
}

// tokenChannel reports whether an operation is on a buffered channel whose
// messages say nothing, or which was filled when it was made.
func (b *builder) tokenChannel(op chanOp) (tokenUse, bool) {
	m := b.m
	for _, ch := range op.chans {
		o := &m.objects[ch]
		if o.kind != oAlloc || o.inst == nil || o.instr >= len(o.inst.fn.Instrs) || o.inst.fn.Instrs[o.instr].Op != summary.OpMakeChan {
			continue
		}
		made := &o.inst.fn.Instrs[o.instr]
		size := m.ref(o.inst, made.Args[0])
		u := tokenUse{obj: ch, bySend: true}
		if c, ok := m.constant(size); ok {
			n, _ := number(c)
			if n < 1 {
				continue
			}
			u.size = graph.Exact(n, graph.Derived, gsite(made.Site), "size of the channel")
		}
		if b.filled(ch, o.inst) {
			u.bySend = false
			return u, true
		}
		if strings.HasSuffix(o.typ, "chan struct{}") || strings.HasSuffix(o.typ, "chan bool") || strings.HasSuffix(o.typ, "chan int") || strings.HasSuffix(o.typ, "chan any") {
			return u, true
		}
	}
	return tokenUse{}, false
}

// filled reports whether the function that makes a channel fills it with
// tokens: it sends before it receives, or is no request's code and only sends.
func (b *builder) filled(ch objID, inst *instance) bool {
	sent, received := 0, 0
	for _, op := range chanOps(b.m, inst) {
		if len(op.chans) != 1 || op.chans[0] != ch {
			continue
		}
		if at := op.site.Line; op.send && op.state < 0 && (sent == 0 || at < sent) {
			sent = at
		} else if !op.send && (received == 0 || at < received) {
			received = at
		}
	}
	if received > 0 {
		return sent > 0 && sent < received
	}
	return sent > 0 && len(b.d.memory().serving[inst]) == 0
}

func (b *builder) tokenInfo(op chanOp, u tokenUse) *graph.LockInfo {
	v := value{kind: kAddr, obj: u.obj, path: root}
	info := &graph.LockInfo{Kind: "channel", Exclusive: true, Scope: b.scope(u.obj, root), Servers: u.size, Declared: gsite(b.m.objects[u.obj].site)}
	if u.size == nil || u.size.Low > 1 {
		info.Kind = "semaphore"
	}
	info.Name = b.lockName(v)
	if c, ok := b.d.memory().cellAt(u.obj, root); ok && b.d.memory().lasts[u.obj] {
		info.Name = c.name
	}
	info.ID = info.Name + " " + info.Declared.String()
	return info
}

// semaphoreInfo describes a counting semaphore of a library.
func (b *builder) semaphoreInfo(ev *event) *graph.LockInfo {
	for _, id := range b.m.sets[ev.recv] {
		v := b.m.byID[b.m.bare(id)]
		if v.kind != kAddr {
			continue
		}
		o := &b.m.objects[v.obj]
		info := &graph.LockInfo{Kind: "semaphore", Exclusive: true, Scope: b.scope(v.obj, v.path), Declared: gsite(o.site), Name: b.lockName(v)}
		if o.entry != nil && o.entry.Role == catalog.Limit {
			info.Servers = b.count(b.given(v.obj, "limit"), gsite(o.site), "limit of the semaphore")
		}
		if c, ok := b.d.memory().cellAt(v.obj, v.path); ok && b.d.memory().lasts[v.obj] {
			info.Name = c.name
		}
		info.ID = info.Name + " " + info.Declared.String()
		return info
	}
	return nil
}

// count reads a number; nil if it is not known.
func (b *builder) count(s setID, site graph.Site, note string) *graph.Quantity {
	if c, ok := b.m.constant(s); ok {
		if n, ok := number(c); ok && n > 0 {
			return graph.Exact(n, graph.Derived, site, note)
		}
	}
	return nil
}

// scope says who shares a lock: the process, those that data sends to the same
// one, or the goroutines of one request.
func (b *builder) scope(obj objID, path pathID) string {
	mem := b.d.memory()
	switch {
	case !mem.lasts[obj]:
		if b.m.objects[obj].kind == oLib && b.m.objects[obj].entry != nil && b.m.objects[obj].entry.Role == catalog.LocalCache {
			return "keyed"
		}
		return "request"
	case mem.keyed(obj, path):
		return "keyed"
	case b.perRequest(obj):
		return "keyed" // each request hangs in a new one
	}
	return "process"
}

// perRequest reports whether requests, and they alone, make an object, each
// its own: nothing tests first whether there is one already.
func (b *builder) perRequest(obj objID) bool {
	o, mem := &b.m.objects[obj], b.d.memory()
	if o.kind != oAlloc || o.inst == nil || mem.startup[o.inst] || len(mem.serving[o.inst]) == 0 {
		return false
	}
	return !b.onceOnly(o.inst, 0) && !b.guarded(o.inst, int(o.instr), 0)
}

// onceOnly reports whether an instance runs in a sync.Once.
func (b *builder) onceOnly(inst *instance, depth int) bool {
	if depth > 4 {
		return false
	}
	for c := range inst.callers {
		for _, i := range callSites(c) {
			if !slices.Contains(c.calls[i], inst) {
				continue
			}
			if slices.ContainsFunc(c.lib[i], func(ev *event) bool { return ev.entry.Role == catalog.Once }) {
				return true
			}
		}
		if b.onceOnly(c, depth+1) {
			return true
		}
	}
	return false
}

// memory returns what outlives the requests of a root whose endpoints are
// known.
func (d *deployment) memory() *memory {
	if d.mem == nil {
		d.mem = memoryOf(d)
	}
	return d.mem
}
