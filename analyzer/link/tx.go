package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// transaction describes the transaction that an event begins.
func (b *builder) transaction(in *summary.Instr, ev *event) *graph.LockInfo {
	site := gsite(in.Site)
	info := &graph.LockInfo{ID: "tx " + site.String(), Name: "transaction", Kind: "transaction", Scope: "request", Exclusive: true, Declared: site}
	for _, t := range b.l.resolve(b.d, ev) {
		info.Resource = t.to
	}
	return info
}

// begins reports whether an event begins a transaction that another call ends.
func begins(ev *event) bool {
	_, runs := ev.entry.Arg("fn")
	return ev.entry.Role == catalog.TxBegin && !runs && ev.entry.Technology != "dynamodb"
}

// txPrefix begins the keys of transactions among those of locks.
const txPrefix = "tx"

// txOps reads the begin or the end of a transaction. One that is rolled back
// when the function returns ends where it is committed all the same.
func (f *flow) txOps(op *lockOps, i int, in *summary.Instr, ev *event) {
	if ev.entry.Role == catalog.TxBegin {
		if begins(ev) && in.Op == summary.OpCall {
			key := txPrefix + itoa(int(ev.obj))
			if in.Type == "error" { // a session begins and ends its own
				key = txPrefix + "s" + itoa(int(ev.recv))
			}
			f.take(op, i, in, ev, key, f.b.transaction(in, ev))
			if a := f.acqs[len(f.acqs)-1]; !a.only.set {
				a.only = f.worked(i)
			}
		}
		return
	}
	for _, obj := range f.b.transactions(ev.recv) {
		f.give(op, in, txPrefix+itoa(int(obj)))
	}
	f.give(op, in, txPrefix+"s"+itoa(int(ev.recv)))
}

// transactions returns the objects of the beginnings of transactions that
// values belong to.
func (b *builder) transactions(s setID) []objID {
	w := &txWalk{m: b.m, seen: map[objID]bool{}}
	w.set(s, 0)
	return w.found
}

type txWalk struct {
	m     *machine
	seen  map[objID]bool
	found []objID
}

func (w *txWalk) set(s setID, depth int) {
	if depth > 8 {
		return
	}
	for _, id := range w.m.sets[s] {
		v := w.m.byID[w.m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg || w.seen[v.obj] {
			continue
		}
		o := &w.m.objects[v.obj]
		if o.kind == oLib && o.entry != nil && o.entry.Role == catalog.TxBegin {
			if !slices.Contains(w.found, v.obj) {
				w.found = append(w.found, v.obj)
			}
			continue
		}
		w.seen[v.obj] = true
		switch o.kind {
		case oLib:
			if opens(o.entry) {
				continue
			}
			w.set(w.m.cell(v.obj, w.m.child(root, "$recv")).set, depth+1)
			for n := range o.args {
				w.set(w.m.cell(v.obj, w.m.child(root, "$"+itoa(n))).set, depth+1)
			}
		case oAlloc: // a struct around it
			for _, kid := range o.kids[v.path] {
				w.set(w.m.cell(v.obj, kid).set, depth+1)
			}
		}
	}
}

// onTx reports whether an operation runs on a transaction: its client was made
// of one, or it is done in a session's callback on the same store.
func (b *builder) onTx(ev *event) bool {
	if ev.entry.Role == catalog.TxBegin {
		return false
	}
	if len(b.transactions(b.clients(ev))) > 0 {
		return true
	}
	for w := b.ways; w != nil && w.up != nil; w = w.up {
		for _, outer := range w.up.inst.lib[w.instr] {
			if outer.entry.Role == catalog.TxBegin && !slices.Contains(outer.entry.Binds, "tx") && slices.Contains(outer.entry.Binds, "ctx") && b.sameStore(outer, ev) {
				return true // the context carries the session
			}
		}
	}
	return false
}

func (b *builder) sameStore(x, y *event) bool {
	for _, t := range b.l.resolve(b.d, x) {
		for _, u := range b.l.resolve(b.d, y) {
			if t.to == u.to {
				return true
			}
		}
	}
	return false
}

// cursor reports whether an event only takes more of the answer of a call that
// was made before: the next row, the next document.
func (b *builder) cursor(ev *event) bool {
	e := ev.entry
	return (e.Role == catalog.DBQuery || e.Role == catalog.CacheRead) && (e.Op == "iterate" || e.Op == "fetch")
}

// A cursorSite is a place that takes more of the answer of an earlier call.
type cursorSite struct {
	key  edgeKey
	site graph.Site
}

// readOn adds the places that read on to the edges of the calls.
func (b *builder) readOn() {
	for _, c := range b.read {
		if e := b.l.edges[c.key]; e != nil && !slices.Contains(e.Sites, c.site) {
			e.Sites = append(e.Sites, c.site)
		}
	}
}

// buffered reports whether an operation is only queued on its connection, and
// sent together with others by a later call.
func (b *builder) buffered(inst *instance, i int, in *summary.Instr, ev *event) bool {
	switch ev.entry.Role {
	case catalog.CacheRead, catalog.CacheWrite, catalog.Sequence:
	default:
		return false
	}
	if in.Mode == summary.Invoke && len(in.Args) > 0 && pipelines(refType(inst.fn, in.Args[0])) {
		return true
	}
	if ev.entry.Sync {
		return false
	}
	for _, j := range callSites(inst) {
		for _, later := range inst.lib[j] {
			if b.line(inst, j) > b.line(inst, i) && later.entry.Sync && later.recv == ev.recv && later.entry.Technology == ev.entry.Technology && later.entry.Role != catalog.CacheOpen {
				return true
			}
		}
	}
	return false
}

func pipelines(typ string) bool {
	return len(typ) > 9 && typ[len(typ)-9:] == "Pipeliner"
}
