package link

import (
	"path"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// roots evaluates every main package in every way in which it is deployed.
// Evaluations do not know of each other: they run side by side, and what they
// found is looked at in the order of the packages.
func (l *linker) roots() {
	progs := make([]*program, len(l.in.Modules))
	atOnce(len(progs), func(i int) { progs[i] = newProgram(l.cat, l.in.Modules[i].Packages) })
	var runs []*deployment
	for i, mod := range l.in.Modules {
		for _, pkg := range mod.Packages {
			if pkg.Name != "main" || pkg.Iface || pkg.Dir == "" && mod.Dir != "." || progs[i].body(pkg.Path+".main") == nil {
				continue
			}
			runs = append(runs, l.runs(mod, progs[i], pkg)...)
		}
	}
	atOnce(len(runs), func(i int) { l.evaluate(runs[i], runs[i].environment()) })
	for _, r := range runs {
		if r.workload != nil || len(r.m.commands) == 0 {
			if r.workload == nil && l.byWord(r) {
				continue
			}
			l.add(r, "")
			continue
		}
		slices.Sort(r.m.commands)
		l.addCommands(r, slices.Compact(r.m.commands))
	}
}

// runs returns the ways in which a main package is deployed; one of its own,
// if it is not.
func (l *linker) runs(mod Module, prog *program, pkg *summary.Package) []*deployment {
	var runs []*deployment
	for _, w := range l.in.Manifests.Workloads {
		for _, p := range w.Programs {
			if path.Clean(p.Main) == path.Clean(pkg.Dir) {
				runs = append(runs, &deployment{prog: prog, pkg: pkg, module: mod, workload: w, program: p})
			}
		}
	}
	if len(runs) == 0 {
		runs = append(runs, &deployment{prog: prog, pkg: pkg, module: mod})
	}
	return runs
}

func (l *linker) evaluate(r *deployment, env Environment) {
	r.m = evaluate(r.prog, l.cat, l.files, r.pkg.Path, env)
}

// atOnce calls f for 0 to n-1, as many at once as there are processors.
func atOnce(n int, f func(int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
