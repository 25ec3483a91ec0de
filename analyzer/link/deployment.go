package link

import (
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// A deployment is one program as one workload runs it.
type deployment struct {
	svc       *graph.Service
	m         *machine
	prog      *program
	pkg       *summary.Package
	module    Module
	workload  *manifest.Workload
	program   manifest.Program
	ports     []string
	endpoints []*endpoint
	routes    *routeReader
	consumes  map[*instance][]consumption
	mem       *memory               // see memory
	guesses   map[string]graph.Fact // why a resource is assumed to be meant, by its id
}

// calls reports whether a root uses anything that is not its own.
func (r *deployment) calls() bool {
	for _, inst := range r.m.order {
		for _, events := range inst.lib {
			for _, ev := range events {
				if remote(ev.entry) {
					return true
				}
			}
		}
	}
	return false
}

// events yields the library calls that live instances of a program make, in
// program order; none for what is no program of the tree.
func (d *deployment) events(yield func(*event) bool) {
	if d.m == nil {
		return
	}
	for _, inst := range d.m.order {
		if !d.m.alive(inst) {
			continue
		}
		for _, i := range callSites(inst) {
			for _, ev := range inst.lib[i] {
				if !yield(ev) {
					return
				}
			}
		}
	}
}

// remote reports whether an operation leaves the process.
func remote(e *catalog.Entry) bool {
	switch e.Role {
	case catalog.RPCCall, catalog.HTTPCall, catalog.CacheRead, catalog.CacheWrite, catalog.Publish, catalog.Consume, catalog.DLock:
		return true
	case catalog.DBQuery, catalog.DBExec:
		return e.Op != "build"
	}
	return false
}

// deployed copies what a workload says of a service.
func (l *linker) deployed(svc *graph.Service, w *manifest.Workload) {
	svc.Workload, svc.Namespace, svc.Site = w.ID(), w.Namespace, w.Site
	if w.Replicas != nil {
		n := int(w.Replicas.Low)
		svc.Replicas = &n
	}
	if svc.Replicas == nil && w.Scaler != nil {
		n := max(1, w.Scaler.Min)
		svc.Replicas = &n
	}
	if w.Scaler != nil {
		n := w.Scaler.Max
		svc.HPAMax, svc.Scaler = &n, w.Scaler
	}
	for _, c := range w.Containers {
		if c.CPU != nil {
			svc.CPU = c.CPU
		}
	}
	for _, v := range w.Volumes {
		if v.Kind == "template" || v.Kind == "claim" && slices.Contains(v.Modes, "ReadWriteOnce") {
			svc.Stateful = append(svc.Stateful, v.Site)
		}
	}
	for _, s := range l.inFront(w) {
		if !s.Affinity.IsZero() {
			svc.Sticky = append(svc.Sticky, s.Affinity)
		}
	}
	svc.Slots = w.Concurrency
}

// environment is what the workload of a root sets for the program.
func (r *deployment) environment() Environment {
	env := Environment{Dir: r.pkg.Dir, Module: r.module.Dir}
	if r.workload == nil {
		env.Each = true
		return env
	}
	env.Args = append([]string{path.Base(r.pkg.Dir)}, r.program.Args...)
	if r.program.Command != "" && !strings.Contains(r.program.Command, "=") && len(r.program.Args) == 0 {
		env.Args = append(env.Args, r.program.Command)
	}
	env.HasArgs = r.program.Certain
	if r.program.Container >= len(r.workload.Containers) {
		return env
	}
	c := r.workload.Containers[r.program.Container]
	env.Complete = len(c.Open) == 0
	for _, v := range c.Env {
		env.Vars = append(env.Vars, Var{Name: v.Name, Value: v.Value, Known: v.Known, Site: v.Site})
	}
	for _, m := range c.Mounts {
		if m.Known && m.Source == "" && !m.Dir {
			env.Files = append(env.Files, File{Path: m.Path, Content: m.Content, Site: m.Site})
		} else if m.Source != "" {
			env.Binds = append(env.Binds, Bind{Path: m.Path, Source: m.Source})
		}
	}
	return env
}
