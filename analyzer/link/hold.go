package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// An acquisition is one place in a function where a lock is taken: by a call
// of a library, by a call of a function that returns with the lock held, or by
// a token that is sent or received.
type acquisition struct {
	instr int
	site  summary.Site
	key   string // tells locks apart
	info  *graph.LockInfo
	token bool // of a channel, a key: it counts only if it is given back
	row   bool // of rows that are locked to the end of the transaction that its key names
	only  edgeCond
	freed bool // something in the function gives it back
	idle  bool // a token that the function does not give back: its caller may
}

// An edgeCond says on which way out of a branch a lock is held: TryLock
// returned true, the select chose the case. The zero value: always.
type edgeCond struct {
	set  bool
	ref  summary.Ref // the value that is tested
	want string      // what it must equal: "true", "nil", the number of the case
}

// An effect is what a function does to locks as its caller sees it.
type effect struct {
	holds []*acquisition // held when it returns
	frees []string       // released, though it did not take them
}

// acquire adds an acquisition of the flow and returns its id.
func (f *flow) acquire(a *acquisition) int {
	f.acqs = append(f.acqs, a)
	return len(f.acqs) - 1
}

// A lockOps is what one instruction does to locks.
type lockOps struct {
	takes []int    // ids of acquisitions
	frees []string // keys, before the instruction runs
	after []string // keys, that a goroutine started here gives back
	late  []string // keys that are released when the function returns
}

// lockOps reads what the instructions of the function do to locks.
func (f *flow) lockOps() map[int]*lockOps {
	inst, b := f.inst, f.b
	ops := map[int]*lockOps{}
	at := func(i int) *lockOps {
		if ops[i] == nil {
			ops[i] = &lockOps{}
		}
		return ops[i]
	}
	for _, i := range callSites(inst) {
		in := &inst.fn.Instrs[i]
		for _, ev := range inst.lib[i] {
			f.libraryOps(at(i), i, in, ev)
		}
		spawns := in.Op == summary.OpGo || slices.ContainsFunc(inst.lib[i], func(ev *event) bool {
			return ev.entry.When == catalog.Background || ev.entry.Role == catalog.Spawn
		})
		for _, target := range inst.calls[i] {
			e := b.effect(target)
			switch {
			case spawns:
				at(i).after = append(at(i).after, e.frees...)
			case in.Op == summary.OpDefer:
				at(i).late = append(at(i).late, e.frees...)
			default:
				at(i).frees = append(at(i).frees, e.frees...)
				for _, h := range e.holds {
					if h.row && slices.ContainsFunc(inst.lib[i], func(ev *event) bool { return ev.entry.Role == catalog.TxBegin }) {
						continue // the transaction ends where its function does
					}
					a := *h
					if h.info != nil {
						info := *h.info
						info.Try = info.Try && !f.inLoop(i)
						info.IO, info.IOSite, info.IOWhat, info.Guarded = false, graph.Site{}, "", false
						a.info = &info
					}
					a.instr, a.site, a.only, a.freed = i, in.Site, edgeCond{}, false
					a.idle = false
					if in.Type == "bool" {
						a.only = edgeCond{true, summary.Ref(inst.fn.Values() + i), "true"}
					}
					at(i).takes = append(at(i).takes, f.acquire(&a))
				}
			}
		}
	}
	f.tokenOps(at)
	return ops
}

// libraryOps reads one call of a library.
func (f *flow) libraryOps(op *lockOps, i int, in *summary.Instr, ev *event) {
	key := "s" + itoa(int(f.b.lockKey(ev)))
	switch ev.entry.Role {
	case catalog.Lock, catalog.DLock:
		if ev.entry.Op == "cas" {
			f.markerOps(op, i, in, ev)
			return
		}
		if in.Op != summary.OpCall {
			return
		}
		if info := f.b.lockInfo(f.inst, i, in, ev); info != nil {
			f.take(op, i, in, ev, key, info)
		}
	case catalog.Limit:
		switch ev.entry.Op {
		case "acquire", "try":
			if info := f.b.semaphoreInfo(ev); info != nil && in.Op == summary.OpCall {
				f.take(op, i, in, ev, key, info)
			}
		case "release":
			f.give(op, in, key)
		}
	case catalog.Unlock, catalog.DUnlock:
		f.give(op, in, key)
	case catalog.TxBegin, catalog.TxEnd:
		f.txOps(op, i, in, ev)
	case catalog.DBQuery, catalog.DBExec:
		f.sqlOps(op, i, in, ev)
	case catalog.CacheRead, catalog.CacheWrite:
		f.markerOps(op, i, in, ev)
	}
}

func (f *flow) take(op *lockOps, i int, in *summary.Instr, ev *event, key string, info *graph.LockInfo) {
	a := &acquisition{instr: i, site: in.Site, key: key, info: info}
	if ev.entry.Op == "try" {
		a.only = edgeCond{true, summary.Ref(f.inst.fn.Values() + i), "true"}
	}
	op.takes = append(op.takes, f.acquire(a))
}

func (f *flow) give(op *lockOps, in *summary.Instr, key string) {
	if in.Op == summary.OpDefer {
		op.late = append(op.late, key)
	} else {
		op.frees = append(op.frees, key)
	}
}

// findHolds computes which locks may be held at every instruction: acquired on
// some way to it and not released since. A deferred release holds to the end;
// a goroutine that gives the lock back takes it over.
func (f *flow) findHolds() {
	fn := f.inst.fn
	ops := f.lockOps()
	var late []string
	for _, op := range ops {
		late = append(late, op.late...)
	}
	f.effect = &effect{}
	out := make([][]int, len(fn.Blocks))
	for changed := true; changed; {
		changed = false
		for n := range fn.Blocks {
			if !f.inst.reach[n] {
				continue
			}
			blk := &fn.Blocks[n]
			var now []int
			for _, p := range blk.Preds {
				if f.inst.reach[p] {
					now = append(now, f.along(int(p), n, out[p])...)
				}
			}
			slices.Sort(now)
			now = slices.Compact(now)
			for i := int(blk.First); i < int(blk.Last); i++ {
				now = f.pass(i, ops[i], now, late)
			}
			if !slices.Equal(out[n], now) {
				out[n], changed = now, true
			}
		}
	}
	f.settle(late, out)
}

// pass takes the locks that are held over one instruction.
func (f *flow) pass(i int, op *lockOps, now []int, late []string) []int {
	now = slices.Clone(now)
	drop := func(key string, transfer bool) bool {
		met := false
		now = slices.DeleteFunc(now, func(a int) bool {
			if f.acqs[a].key != key || slices.Contains(late, key) && !transfer && !strings.HasPrefix(key, txPrefix) {
				return false
			}
			f.acqs[a].freed, met = true, true
			if transfer {
				f.handed[i] = appendInt(f.handed[i], a)
			}
			return true
		})
		return met
	}
	if op != nil {
		for _, key := range op.frees {
			if !drop(key, false) && !slices.Contains(late, key) && !slices.ContainsFunc(f.acqs, func(a *acquisition) bool { return a.key == key }) {
				f.effect.frees = appendNew(f.effect.frees, key)
			}
		}
	}
	if len(now) > 0 {
		f.held[i] = slices.Clone(now)
	} else {
		delete(f.held, i)
	}
	if op == nil {
		return now
	}
	for _, key := range op.after {
		if !drop(key, true) && !slices.ContainsFunc(f.acqs, func(a *acquisition) bool { return a.key == key }) {
			f.effect.frees = appendNew(f.effect.frees, key) // a goroutine of ours gives back what our caller took
		}
	}
	for _, a := range op.takes {
		if !slices.Contains(now, a) {
			now = append(now, a)
		}
	}
	slices.Sort(now)
	return now
}

func appendInt(list []int, n int) []int {
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// settle drops tokens that the function does not give back, and says what the
// caller sees.
func (f *flow) settle(late []string, out [][]int) {
	for _, key := range late {
		own := false
		for _, a := range f.acqs {
			if a.key == key {
				a.freed, own = true, true
			}
		}
		if !own {
			f.effect.frees = appendNew(f.effect.frees, key)
		}
	}
	slices.Sort(f.effect.frees)
	var end []int
	for n := range f.inst.fn.Blocks {
		blk := &f.inst.fn.Blocks[n]
		if f.inst.reach[n] && f.returns(blk) && (!f.succeeds() || !f.fails(blk)) {
			end = append(end, out[n]...)
		}
	}
	slices.Sort(end)
	for _, a := range slices.Compact(end) {
		if !slices.Contains(late, f.acqs[a].key) && f.handsBack(f.acqs[a]) {
			f.effect.holds = append(f.effect.holds, f.acqs[a])
		}
	}
	for i, held := range f.held {
		held = slices.DeleteFunc(held, func(a int) bool { return f.acqs[a].token && !f.acqs[a].freed })
		if f.held[i] = held; len(held) == 0 {
			delete(f.held, i)
		}
	}
	for _, a := range f.acqs {
		a.idle = a.token && !a.freed
	}
}

// effect returns what a function does to its caller's locks.
func (b *builder) effect(inst *instance) *effect {
	if fl := b.flow(inst); fl.effect != nil {
		return fl.effect
	}
	return &effect{} // recursion, or no body
}

// along returns which of the locks that are held at the end of block p are
// held where it goes on to block n.
func (f *flow) along(p, n int, held []int) []int {
	fn := f.inst.fn
	blk := &fn.Blocks[p]
	if len(held) == 0 || len(blk.Succs) != 2 || blk.Succs[0] == blk.Succs[1] || fn.Instrs[blk.Last-1].Op != summary.OpIf {
		return held
	}
	cond := fn.Instrs[blk.Last-1].Args[0]
	yes := int(blk.Succs[0]) == n
	return slices.DeleteFunc(slices.Clone(held), func(a int) bool {
		only := f.acqs[a].only
		if !only.set {
			return false
		}
		tested, is := f.tests(cond, only)
		return tested && is != yes
	})
}

// tests reports whether a condition decides an edgeCond, and what it says if it
// is true.
func (f *flow) tests(cond summary.Ref, only edgeCond) (tested, is bool) {
	fn := f.inst.fn
	if cond == only.ref && only.want == "true" {
		return true, true
	}
	i := int(cond) - fn.Values()
	if i < 0 || i >= len(fn.Instrs) {
		return false, false
	}
	switch in := &fn.Instrs[i]; {
	case in.Op == summary.OpUn && in.Sym == "!":
		tested, is = f.tests(in.Args[0], only)
		return tested, !is
	case in.Op == summary.OpBin && (in.Sym == "==" || in.Sym == "!=") && in.Args[0] == only.ref:
		n := -int(in.Args[1]) - 1
		if in.Args[1] >= 0 || n >= len(fn.Pool) || fn.Pool[n].Text != only.want {
			return false, false
		}
		return true, in.Sym == "=="
	}
	return false, false
}
