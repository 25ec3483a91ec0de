package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A waitFact is what a function waits for beside calls of others.
type waitFact struct {
	what string // "a file", "a process", "a channel"; "": nothing
	site graph.Site
	asks bool // it also asks others, or sleeps
}

// waitsFor returns what one instruction waits for. A goroutine's waits are its
// own.
func (b *builder) waitsFor(inst *instance, i int) waitFact {
	in := &inst.fn.Instrs[i]
	site := gsite(in.Site)
	var out waitFact
	if strings.HasPrefix(in.Sym, "(*os/exec.Cmd).") && !strings.HasSuffix(in.Sym, ".Start") && !strings.HasSuffix(in.Sym, "Pipe") {
		out = waitFact{what: "a process", site: site}
	}
	for _, ev := range inst.lib[i] {
		switch {
		case (ev.entry.Role == catalog.File || ev.entry.Role == catalog.LocalFile) && !strings.HasPrefix(ev.sym, "(embed."):
			out.what, out.site = "a file", site
		case ev.entry.Role == catalog.Wait && out.what == "":
			out.what, out.site = "a channel", site
		case remote(ev.entry), ev.entry.Role == catalog.Sleep && ev.entry.Op == "", ev.entry.Role == catalog.RateLimit && ev.entry.Op == "wait":
			out.asks = true
		}
	}
	if in.Op == summary.OpGo {
		return waitFact{}
	}
	for _, target := range inst.calls[i] {
		w := b.waitsOf(target)
		out.asks = out.asks || w.asks
		if out.what == "" {
			out.what, out.site = w.what, w.site
		}
	}
	return out
}

// waitsOf returns the first thing that a function waits for.
func (b *builder) waitsOf(inst *instance) waitFact {
	if w, met := b.waited[inst]; met {
		return w
	}
	if b.waited == nil {
		b.waited = map[*instance]waitFact{}
	}
	b.waited[inst] = waitFact{}
	var out waitFact
	add := func(w waitFact) {
		out.asks = out.asks || w.asks
		if out.what == "" {
			out.what, out.site = w.what, w.site
		}
	}
	for _, i := range callSites(inst) {
		add(b.waitsFor(inst, i))
	}
	for _, op := range chanOps(b.m, inst) {
		if b.blocks(op) {
			add(waitFact{what: "a channel", site: gsite(op.site)})
		}
	}
	b.waited[inst] = out
	return out
}

// blocks reports whether a channel operation waits for somebody else: a
// receive, or a send without a buffer.
func (b *builder) blocks(op chanOp) bool {
	if !op.block {
		return false
	}
	if _, token := b.tokenChannel(op); token {
		return false
	}
	return !op.send || !slices.ContainsFunc(op.chans, func(ch objID) bool {
		o := &b.m.objects[ch]
		if o.kind != oAlloc || o.inst == nil || o.inst.fn.Instrs[o.instr].Op != summary.OpMakeChan {
			return true
		}
		c, ok := b.m.constant(b.m.ref(o.inst, o.inst.fn.Instrs[o.instr].Args[0]))
		return !ok || c != "0"
	})
}

// describe says of every lock of the flow whether a file, a process or a
// channel is waited for while it is held, and whether a test guards it.
func (f *flow) describe() {
	b, inst := f.b, f.inst
	ops := map[int][]chanOp{}
	for _, op := range chanOps(b.m, inst) {
		ops[op.instr] = append(ops[op.instr], op)
	}
	for a, acq := range f.acqs {
		if acq.info == nil || acq.idle {
			continue
		}
		waits, guarded := 0, 0
		note := func(i int, w waitFact) {
			if w.what == "" && !w.asks {
				return
			}
			waits++
			if f.guardedSince(i, acq.instr) {
				guarded++
			}
			if w.what != "" && !acq.info.IO {
				acq.info.IO, acq.info.IOSite, acq.info.IOWhat = true, w.site, w.what
			}
		}
		for i := range inst.fn.Instrs {
			if !slices.Contains(f.held[i], a) {
				continue
			}
			if len(inst.calls[i]) > 0 || len(inst.lib[i]) > 0 || inst.fn.Instrs[i].Sym != "" {
				note(i, b.waitsFor(inst, i))
			}
			if slices.Contains(f.handed[i], a) {
				for _, target := range inst.calls[i] {
					w := b.waitsOf(target)
					if w.asks && w.what == "" { // whoever comes next waits for the goroutine
						w.what, w.site = "a channel", gsite(inst.fn.Instrs[i].Site)
					}
					note(i, w)
				}
			}
			for _, op := range ops[i] {
				if b.blocks(op) {
					note(i, waitFact{what: "a channel", site: gsite(op.site)})
				}
			}
		}
		acq.info.Guarded = waits > 0 && waits == guarded || b.guarded(inst, acq.instr, 0)
	}
}
