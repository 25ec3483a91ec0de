package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// waits reports whether the request waits for the goroutine that a function
// starts at instruction i: the function waits for a group, or something on the
// request's way receives what the goroutine sends or closes.
func (b *builder) waits(inst *instance, i int) bool {
	fn := inst.fn
	if len(fn.Blocks) == 0 {
		return false
	}
	for _, j := range callSites(inst) {
		if fn.Instrs[j].Op == summary.OpGo {
			continue
		}
		for _, ev := range inst.lib[j] {
			if ev.entry.Role == catalog.Wait {
				return true
			}
		}
	}
	sent := b.sent(inst, i)
	if len(sent) == 0 {
		return false
	}
	for _, r := range b.received(inst) {
		if slices.Contains(sent, r.obj) && mayFollow(inst.fn, i, r.instr) {
			return true
		}
	}
	for _, r := range b.awaited() {
		if r.inst != inst && slices.Contains(sent, r.obj) {
			return true
		}
	}
	return false
}

// A receipt is a place that receives from a channel.
type receipt struct {
	obj   objID
	inst  *instance
	instr int
}

// sent returns the channels that the goroutine started at i sends on or
// closes, itself or through what it calls.
func (b *builder) sent(inst *instance, i int) []objID {
	var out []objID
	seen := map[*instance]bool{}
	var visit func(t *instance)
	visit = func(t *instance) {
		if seen[t] {
			return
		}
		seen[t] = true
		for n := range t.fn.Instrs {
			in := &t.fn.Instrs[n]
			if !t.reach[in.Block] {
				continue
			}
			switch {
			case in.Op == summary.OpSend:
				out = append(out, b.channelsOf(t, in.Args[0])...)
			case in.Op == summary.OpSelect:
				for _, s := range in.States {
					if s.Send {
						out = append(out, b.channelsOf(t, s.Chan)...)
					}
				}
			case in.Mode == summary.Builtin && in.Sym == "close" && len(in.Args) > 0:
				out = append(out, b.channelsOf(t, in.Args[0])...)
			}
			for _, callee := range t.calls[n] {
				visit(callee)
			}
		}
	}
	for _, t := range inst.calls[i] {
		visit(t)
	}
	return out
}

// received returns where an instance itself receives from channels.
func (b *builder) received(inst *instance) []receipt {
	var out []receipt
	for n := range inst.fn.Instrs {
		in := &inst.fn.Instrs[n]
		if !inst.reach[in.Block] {
			continue
		}
		var chans []objID
		switch in.Op {
		case summary.OpRecv:
			chans = b.channelsOf(inst, in.Args[0])
		case summary.OpSelect:
			for _, s := range in.States {
				if !s.Send {
					chans = append(chans, b.channelsOf(inst, s.Chan)...)
				}
			}
		}
		for _, c := range chans {
			out = append(out, receipt{c, inst, n})
		}
	}
	return out
}

// awaited returns where requests receive from channels on their own way, what
// they start in goroutines left aside.
func (b *builder) awaited() []receipt {
	if b.receipts != nil {
		return b.receipts
	}
	b.receipts = []receipt{}
	seen := map[*instance]bool{}
	inline := func(inst *instance, i int) bool {
		return i >= len(inst.fn.Instrs) || inst.fn.Instrs[i].Op != summary.OpGo
	}
	for _, e := range b.m.entries {
		for _, inst := range walk(e.top, inline).order {
			if !seen[inst] {
				seen[inst] = true
				b.receipts = append(b.receipts, b.received(inst)...)
			}
		}
	}
	return b.receipts
}

func (b *builder) channelsOf(inst *instance, r summary.Ref) []objID {
	var out []objID
	for _, id := range b.m.sets[b.m.ref(inst, r)] {
		if v := b.m.byID[b.m.bare(id)]; v.kind == kAddr {
			out = append(out, v.obj)
		}
	}
	return out
}

// goTogether reports whether one execution may run both of two instructions.
func (b *builder) goTogether(inst *instance, i, j int) bool {
	return len(inst.fn.Blocks) == 0 || inst.fn.Instrs[i].Block == inst.fn.Instrs[j].Block || mayFollow(inst.fn, i, j) || mayFollow(inst.fn, j, i)
}
