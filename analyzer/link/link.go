// Package link joins the summaries of a system's packages, its proto files and
// its deployment into one graph.System. It evaluates every root (a main
// package as one workload runs it) abstractly, and reads the graph off what
// the evaluation met: registrations are endpoints, operations of libraries are
// steps and edges, and the values that flow there say where they go.
//
// It imports the packages of the stages before it for their data alone, and
// reads no file.
package link

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/contract"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// Input is all that a system is linked from.
type Input struct {
	Root      string
	Modules   []Module
	Contracts []contract.File
	Manifests *manifest.Set
	Config    []File // configuration files of the tree, by path relative to the root
	SQL       []File // SQL files of the tree, by path relative to the root: the schemas of its databases
	Catalog   *catalog.Catalog
	Aliases   []Alias // what addresses mean, as people say
}

// A Module is one Go module with the summaries of everything that its programs
// may reach.
type Module struct {
	Path     string
	Dir      string // relative to the root
	Packages []*summary.Package
}

// Link returns the system. What cannot be resolved is a gap of it.
func Link(in Input) *graph.System {
	if in.Manifests == nil {
		in.Manifests = &manifest.Set{}
	}
	l := &linker{
		in: in, cat: in.Catalog, files: newConfigFiles(in.Config),
		sys:       &graph.System{Root: in.Root},
		byID:      map[string]*deployment{},
		resources: map[string]*graph.Resource{},
		edges:     map[edgeKey]*graph.Edge{},
		serves:    map[string][]*deployment{},
		names:     map[string][]*deployment{},
		targets:   map[*event][]target{},
		polled:    map[*event]bool{},
		idSites:   map[*graph.Step][]graph.Site{},
		own:       map[*event]string{},
	}
	if len(in.Manifests.Sources) > 0 && in.Manifests.Sources[0].Used {
		l.sys.Deployment = in.Manifests.Sources[0].Name
	}
	l.roots()
	l.leaveOut()
	l.otherServices()
	l.listens()
	l.endpoints()
	l.registrations()
	l.steps()
	l.foreign()
	l.states()
	l.pools()
	l.capacity()
	l.tables()
	l.why()
	l.idle()
	l.clients()
	l.unplaced()
	l.finish()
	l.effects()
	l.counters()
	return l.sys
}

// A linker is the state of one Link.
type linker struct {
	in    Input
	cat   *catalog.Catalog
	files *configFiles
	sys   *graph.System

	all       []*deployment
	byID      map[string]*deployment
	resources map[string]*graph.Resource
	edges     map[edgeKey]*graph.Edge
	serves    map[string][]*deployment // roots by the RPC methods that they serve
	names     map[string][]*deployment // roots by the names under which they register
	targets   map[*event][]target
	polled    map[*event]bool              // receptions whose loop is an endpoint
	idSites   map[*graph.Step][]graph.Site // where the ids of inserted rows are read
	users     map[string][]string          // main packages by the packages that they run; see sharedCode
	own       map[*event]string            // calls of an RPC that the caller itself serves
	stepID    int
}

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
	mem       *memory // see memory
}

// An endpoint is a graph.Endpoint with the entry that it was made from.
type endpoint struct {
	*graph.Endpoint
	entry *entry
	loops []consumption // of a consumer that receives in loops of its own
}

// roots evaluates every main package in every way in which it is deployed.
func (l *linker) roots() {
	for _, mod := range l.in.Modules {
		prog := newProgram(l.cat, mod.Packages)
		for _, pkg := range mod.Packages {
			if pkg.Name != "main" || pkg.Iface || pkg.Dir == "" && mod.Dir != "." || prog.body(pkg.Path+".main") == nil {
				continue
			}
			l.program(mod, prog, pkg)
		}
	}
}

func (l *linker) program(mod Module, prog *program, pkg *summary.Package) {
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
	for _, r := range runs {
		env := r.environment()
		r.m = evaluate(prog, l.cat, l.files, pkg.Path, env)
		if r.workload != nil || len(r.m.commands) == 0 {
			l.add(r, "")
			continue
		}
		slices.Sort(r.m.commands)
		for _, cmd := range slices.Compact(r.m.commands) {
			c := *r
			env := r.environment()
			env.Args = append([]string{path.Base(pkg.Dir)}, strings.Fields(cmd)...)
			c.m = evaluate(prog, l.cat, l.files, pkg.Path, env)
			l.add(&c, cmd)
		}
	}
}

// add makes the service of a root, if it is one: it is deployed, or serves, or
// calls.
func (l *linker) add(r *deployment, command string) {
	if r.workload == nil && len(r.m.entries) == 0 && !r.calls() {
		return
	}
	svc := &graph.Service{Main: r.pkg.Dir, Command: command, Language: "go", Certain: true}
	if main := r.prog.body(r.pkg.Path + ".main"); main != nil {
		svc.Site = gsite(main.Site)
	}
	if r.workload != nil {
		l.deployed(svc, r.workload)
		svc.Certain = r.program.Certain
		svc.Reason = r.program.Why
		if r.program.Command != "" {
			svc.Command = r.program.Command
		}
	}
	r.svc = svc
	l.all = append(l.all, r)
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
	for _, s := range l.in.Manifests.Services {
		if !s.Affinity.IsZero() && s.Namespace == w.Namespace && selects(s.Selector, w.Labels) {
			svc.Sticky = append(svc.Sticky, s.Affinity)
		}
	}
	svc.Slots = w.Concurrency
}

func selects(selector, labels []manifest.Label) bool {
	for _, s := range selector {
		if !slices.Contains(labels, s) {
			return false
		}
	}
	return len(selector) > 0
}

// environment is what the workload of a root sets for the program.
func (r *deployment) environment() Environment {
	env := Environment{Dir: r.pkg.Dir, Module: r.module.Dir}
	if r.workload == nil {
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

// leaveOut drops the programs that are no part of the system: those that
// nothing deploys where most programs are deployed, and tools and tests. Each
// is named in a gap.
func (l *linker) leaveOut() {
	deployed, total := map[string]bool{}, map[string]bool{}
	for _, d := range l.all {
		total[d.pkg.Dir] = true
		if d.workload != nil && !toolDir(d.pkg.Dir) {
			deployed[d.pkg.Dir] = true
		}
	}
	covered := len(deployed) >= 2 && 2*len(deployed) >= len(total)
	kept := l.all[:0]
	for _, d := range l.all {
		why := ""
		switch {
		case deployed[d.pkg.Dir]:
		case covered:
			why = "nothing in the deployment runs this program: it is left out"
		case toolDir(d.pkg.Dir) && len(total) > 1 && !l.allTools():
			why = "its directory says that this program is a tool or a test: it is left out"
		}
		if why == "" {
			kept = append(kept, d)
			continue
		}
		main := d.prog.body(d.pkg.Path + ".main")
		l.sys.Gaps = append(l.sys.Gaps, graph.Gap{Kind: "main", Site: gsite(main.Site), Text: why})
	}
	l.all = kept
}

func (l *linker) allTools() bool {
	return !slices.ContainsFunc(l.all, func(d *deployment) bool { return !toolDir(d.pkg.Dir) })
}

// toolDir reports whether a directory's name says that what is in it serves no
// users: tests of scale and load, tools, tutorials.
func toolDir(dir string) bool {
	for _, part := range strings.Split(dir, "/") {
		word, _, _ := strings.Cut(part, "-")
		switch word {
		case "tool", "tools", "hack", "script", "scripts", "test", "tests", "testing", "e2e", "scale", "loadtest", "load", "loadgen", "bench", "benchmark", "stress", "tutorial", "tutorials", "mock", "mocks", "fake":
			return true
		}
	}
	return false
}

// otherServices names the Go services, then adds the workloads that no program
// matches: resources that are deployed, platform, and services in other
// languages.
func (l *linker) otherServices() {
	l.nameServices()
	for _, w := range l.in.Manifests.Workloads {
		switch {
		case len(w.Programs) > 0:
		case w.Platform != "":
			l.sys.Platform = append(l.sys.Platform, &graph.Platform{ID: w.Name, Workload: w.ID(), Why: w.Platform, Site: w.Site})
		case w.Infra != "":
		default:
			if w.Kind == "Job" || w.Kind == "CronJob" {
				continue
			}
			svc := &graph.Service{ID: w.Name, Language: "other", Certain: true, Reason: "no program of the tree runs in it"}
			l.deployed(svc, w)
			for l.byID[svc.ID] != nil {
				svc.ID += "-" + strings.ToLower(w.Kind)
			}
			r := &deployment{svc: svc, workload: w}
			l.byID[svc.ID] = r
			l.all = append(l.all, r)
		}
	}
}

// nameServices gives every Go service an id: its workload's name where that is
// its own, else the name of its directory, longer where several would be the same.
func (l *linker) nameServices() {
	shared := map[string]int{}
	for _, r := range l.all {
		if r.workload != nil {
			shared[r.workload.ID()]++
		}
	}
	for _, r := range l.all {
		switch {
		case r.workload != nil && shared[r.workload.ID()] == 1:
			r.svc.ID = r.workload.Name
		default:
			r.svc.ID = programName(r.pkg.Dir, r.module.Path)
			if r.svc.Command != "" && r.workload == nil {
				r.svc.ID += "-" + strings.ReplaceAll(r.svc.Command, " ", "-")
			}
		}
	}
	for depth := 2; depth < 8; depth++ {
		count := map[string]int{}
		for _, r := range l.all {
			count[r.svc.ID]++
		}
		for _, r := range l.all {
			if count[r.svc.ID] < 2 {
				continue
			}
			parts := nameParts(r.pkg.Dir)
			r.svc.ID = strings.Join(parts[max(0, len(parts)-depth):], "-")
			if r.workload != nil && shared[r.workload.ID()] == 1 && depth > 2 {
				r.svc.ID += "-" + r.workload.Name
			}
		}
	}
	for _, r := range l.all {
		for l.byID[r.svc.ID] != nil {
			r.svc.ID += "-2"
		}
		l.byID[r.svc.ID] = r
	}
}

// nameParts returns the directories of a program that say what it is.
func nameParts(dir string) []string {
	var out []string
	for _, p := range strings.Split(dir, "/") {
		switch p {
		case "", ".", "cmd", "src", "internal", "app", "apps", "pkg", "services", "service", "main", "go", "golang":
			continue
		}
		out = append(out, p)
	}
	return out
}

func programName(dir, module string) string {
	if parts := nameParts(dir); len(parts) > 0 {
		last := parts[len(parts)-1]
		switch last {
		case "rpc", "api", "server", "client", "worker", "http", "grpc", "web", "job", "mq", "scheduler", "consumer", "gateway":
			if len(parts) > 1 {
				return parts[len(parts)-2] + "-" + last
			}
		}
		return last
	}
	if base := path.Base(module); base != "" && base != "." {
		return base
	}
	return "main"
}

func gsite(s summary.Site) graph.Site { return graph.Site{File: s.File, Line: s.Line, Col: s.Col} }

// finish sorts everything that leaves the linker.
func (l *linker) finish() {
	sys := l.sys
	for _, r := range l.all {
		sys.Services = append(sys.Services, r.svc)
		if r.m != nil {
			for _, g := range r.m.gaps {
				sys.Gaps = append(sys.Gaps, graph.Gap{Kind: g.kind, Site: gsite(g.site), Text: g.text, Owner: r.svc.ID})
			}
		}
	}
	l.dropUnused()
	for _, res := range l.resources {
		sys.Resources = append(sys.Resources, res)
	}
	for _, e := range l.edges {
		slices.Sort(e.Operations)
		e.Operations = slices.Compact(e.Operations)
		slices.SortFunc(e.Sites, graph.Site.Compare)
		e.Sites = slices.Compact(e.Sites)
		slices.Sort(e.FromEndpoints)
		e.FromEndpoints = slices.Compact(e.FromEndpoints)
		sys.Edges = append(sys.Edges, e)
	}
	slices.SortFunc(sys.Services, func(a, b *graph.Service) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(sys.Resources, func(a, b *graph.Resource) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(sys.Platform, func(a, b *graph.Platform) int { return cmp.Or(strings.Compare(a.ID, b.ID), a.Site.Compare(b.Site)) })
	slices.SortFunc(sys.Endpoints, func(a, b *graph.Endpoint) int { return strings.Compare(a.ID(), b.ID()) })
	slices.SortFunc(sys.Tasks, func(a, b *graph.Endpoint) int {
		return cmp.Or(strings.Compare(a.ID(), b.ID()), a.Handler.Compare(b.Handler))
	})
	slices.SortFunc(sys.Edges, func(a, b *graph.Edge) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.Kind, b.Kind))
	})
	slices.SortFunc(sys.Gaps, func(a, b graph.Gap) int {
		return cmp.Or(a.Site.Compare(b.Site), strings.Compare(a.Kind, b.Kind), strings.Compare(a.Text, b.Text), strings.Compare(a.Owner, b.Owner))
	})
	sys.Gaps = slices.CompactFunc(sys.Gaps, func(a, b graph.Gap) bool { return a.Site == b.Site && a.Text == b.Text })
}
