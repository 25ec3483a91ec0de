package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// ownMachine resolves the address of a store on the program's own machine,
// which in a container is the container: nothing answers there, and no two
// services share it. Nil if the program runs on a machine that others share.
//
// What is meant is most likely the one deployed store of the technology that
// the workload waits for at its start, or the only one that there is; that is
// a guess, which deployment.guesses keeps.
func (l *linker) ownMachine(d *deployment, p place, dsn catalog.DSN, database string, cache bool, entry *catalog.Entry, sites []graph.Site) *graph.Resource {
	if d.workload == nil || d.workload.HostNetwork || p.host == "host.docker.internal" || !p.loopback() {
		return nil
	}
	var stores, needed []*manifest.Workload
	for _, w := range l.in.Manifests.Workloads {
		if w.Infra != dsn.Technology {
			continue
		}
		stores = append(stores, w)
		if slices.Contains(d.workload.DependsOn, w.Name) {
			needed = append(needed, w)
		}
	}
	if len(stores) == 0 {
		return nil // nothing says what is deployed beside the services
	}
	why := "the only " + dsn.Technology + " that is deployed"
	if len(needed) > 0 {
		stores, why = needed, "the "+dsn.Technology+" that "+d.svc.ID+" is started after"
	}
	if len(stores) == 1 {
		r := l.infraResource(stores[0], dsn.Technology, database)
		l.connects(d, r, stores[0])
		l.evidence(r, sites)
		d.guess(r, graph.Fact{Text: p.host + " in a container is itself: " + stores[0].ID() + ", " + why + ", is assumed", Site: stores[0].Site})
		return r
	}
	r := l.make(d.svc.ID+"-"+dsn.Technology, l.kindOf(dsn.Technology, cache, entry), dsn.Technology, p.host+":"+p.port+slash(database)+" of "+d.svc.ID, p.host, database, "", sites)
	r.Certain = false
	d.guess(r, graph.Fact{Text: p.host + " in a container is itself: which of the stores that are deployed is meant is not known", Site: d.workload.Site})
	return r
}

// guess notes why a resource is taken for one that the deployment uses.
func (d *deployment) guess(r *graph.Resource, why graph.Fact) {
	if d.guesses == nil {
		d.guesses = map[string]graph.Fact{}
	}
	d.guesses[r.ID] = why
}
