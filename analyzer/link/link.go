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
		started:   map[*manifest.Workload]bool{},
		resources: map[string]*graph.Resource{},
		edges:     map[edgeKey]*graph.Edge{},
		serves:    map[string][]*deployment{},
		names:     map[string][]*deployment{},
		targets:   map[*event][]target{},
		beside:    map[beside][]string{},
		ways:      map[reachKey][]*manifest.Workload{},
		polled:    map[*event]bool{},
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
	schema := schemaStatements(in.SQL)
	l.partitioned = partitions(schema)
	l.steps()
	l.foreign()
	l.states()
	l.pools()
	l.poolers()
	l.capacity()
	l.partitioning()
	l.tables()
	l.indexes(schema)
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
	beside    map[beside][]string
	ways      map[reachKey][]*manifest.Workload // what services connect to, to reach a database
	polled    map[*event]bool                   // receptions whose loop is an endpoint
	users     map[string][]string               // main packages by the packages that they run; see sharedCode
	published []topicName                       // topics that some program publishes to
	patterns  []topicName                       // of subscriptions
	own       map[*event]string                 // calls of an RPC that the caller itself serves
	started   map[*manifest.Workload]bool       // by commands; see startedBy
	stepID    int
	hosts     map[hostKey]hostAnswer
	fronts    map[frontKey][]int // Services of the manifests; see inFront

	partitioned map[string]*tablePartition // tables of the schemas that are partitioned
}

// An endpoint is a graph.Endpoint with the entry that it was made from.
type endpoint struct {
	*graph.Endpoint
	entry  *entry
	others []*entry      // further handlers that are registered under the same name
	loops  []consumption // of a consumer that receives in loops of its own
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

func gsite(s summary.Site) graph.Site { return graph.Site{File: s.File, Line: s.Line, Col: s.Col} }

// finish sorts everything that leaves the linker.
func (l *linker) finish() {
	sys := l.sys
	for _, r := range l.all {
		sys.Services = append(sys.Services, r.svc)
		if r.m != nil {
			r.m.noteShared()
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
