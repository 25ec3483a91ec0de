package link

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// idle notes what looks like an edge and is none: clients that a service makes
// and never calls, and calls in its code that nothing reaches.
func (l *linker) idle() {
	for _, d := range l.all {
		if d.m == nil {
			continue
		}
		x := &explainer{l: l, d: d, m: d.m}
		x.unusedClients()
		x.unreachedCalls()
		slices.SortFunc(d.svc.Idle, func(a, b graph.Idle) int {
			return strings.Compare(a.To+"\x00"+a.Site.String(), b.To+"\x00"+b.Site.String())
		})
		d.svc.Idle = slices.Compact(d.svc.Idle)
	}
}

func (x *explainer) unusedClients() {
	used := map[objID]bool{}
	var made []*event
	for _, inst := range x.m.order {
		if !x.m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if len(x.l.targets[ev]) > 0 {
					objs, _ := x.client(ev)
					for _, o := range objs {
						used[o] = true
					}
				}
				if ev.obj >= 0 && opens(ev.entry) {
					made = append(made, ev)
				}
			}
		}
	}
	for _, ev := range made {
		o := x.m.objects[ev.obj]
		if used[ev.obj] || x.m.prog.generated[o.site.File] {
			continue
		}
		for _, id := range meant(x.m.config(ev.obj), "addr", "url", "host", "dsn") {
			to := ""
			switch p := x.l.place(x.d, id); {
			case p.service != nil && p.service != x.d:
				to = p.service.svc.ID
			case p.workload != nil && p.workload.Platform == "":
				to = p.workload.Name
			}
			if to != "" {
				x.d.svc.Idle = append(x.d.svc.Idle, graph.Idle{To: to, Site: gsite(o.site), Text: "client made by " + madeBy(o) + " and never called"})
			}
		}
	}
}

var rpcName = regexp.MustCompile(`^/[\w.]+/\w+$`)

// unreachedCalls looks for calls of generated clients in the functions of the
// service's own directory that were never evaluated: no request, no goroutine
// and nothing at start-up reaches them.
func (x *explainer) unreachedCalls() {
	rpcs := x.m.prog.stubs()
	for _, fn := range x.m.prog.funcs {
		if len(x.m.byFunc[fn.Symbol]) > 0 || !strings.HasPrefix(fn.Site.File, x.d.pkg.Dir+"/") || x.m.prog.generated[fn.Site.File] || strings.HasSuffix(fn.Site.File, "_test.go") {
			continue
		}
		for i := range fn.Instrs {
			in := &fn.Instrs[i]
			if in.Op != summary.OpCall && in.Op != summary.OpGo && in.Op != summary.OpDefer {
				continue
			}
			rpc := rpcs[strings.ToLower(strings.NewReplacer("(*", "(", "*", "").Replace(in.Sym))]
			for _, d := range x.l.serves[strings.TrimPrefix(rpc, "/")] {
				if d != x.d {
					x.d.svc.Idle = append(x.d.svc.Idle, graph.Idle{To: d.svc.ID, Site: gsite(in.Site),
						Text: "calls " + strings.TrimPrefix(rpc, "/") + " in " + fn.Symbol + ", which nothing reaches"})
				}
			}
		}
	}
}

// stubs returns the RPCs that the methods of generated clients call, by the
// lower-case symbol of the method: client and interface differ in case only.
func (p *program) stubs() map[string]string {
	out := map[string]string{}
	for sym, fn := range p.funcs {
		if !p.generated[fn.Site.File] || !strings.HasPrefix(sym, "(*") {
			continue
		}
		for _, o := range fn.Pool {
			if o.Kind == summary.Const && rpcName.MatchString(o.Text) {
				out[strings.ToLower(strings.Replace(sym, "(*", "(", 1))] = o.Text
			}
		}
	}
	return out
}
