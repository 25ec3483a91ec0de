package link

import (
	"regexp"
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/manifest"
	"github.com/coordlint/coordlint/graph"
)

// serverName returns the short name of a host inside a cluster: of the
// service, or of the service in front of a set's pod. Other hosts are returned
// as they are.
func serverName(host string) string {
	host = strings.TrimSuffix(host, ".")
	if m := clusterName.FindStringSubmatch(host); m != nil {
		return m[1]
	}
	if m := podName.FindStringSubmatch(host); m != nil && (m[2] != "" || strings.HasPrefix(host, m[1]+"-")) {
		return m[1]
	}
	return host
}

func slash(s string) string {
	if s == "" {
		return ""
	}
	return "/" + s
}

// infraResource returns the resource that a workload of the deployment is: of
// a connection pooler the database behind it.
func (l *linker) infraResource(w *manifest.Workload, technology, database string) *graph.Resource {
	if db := l.pooled(w); db != nil {
		return l.store(db, technology, database)
	}
	return l.store(w, technology, database)
}

// store returns the resource that a workload is itself.
func (l *linker) store(w *manifest.Workload, technology, database string) *graph.Resource {
	tech := w.Infra
	if technology != "" && technology != "sql" {
		tech = technology
	}
	id := w.Name + slash(database)
	kind := l.cat.ResourceKind(w.Infra)
	if kind == "" {
		kind = graph.Datastore
	}
	r := l.make(id, kind, tech, w.Name+slash(database), w.Name, database, "workload "+w.ID(), []graph.Site{w.Site})
	r.Host, r.Certain = w.Name, true
	runsOn(r, w)
	return r
}

// runsOn notes the workload that keeps a resource, with its nodes and disks.
func runsOn(r *graph.Resource, w *manifest.Workload) {
	r.Workload = w.ID()
	r.Nodes, r.ReplicasNode, r.MaxConnections = w.Replicas, w.ReadReplicas, w.MaxConnections
	for _, v := range w.Volumes {
		if v.Kind == "claim" || v.Kind == "template" || v.Kind == "named" || v.Kind == "hostPath" || v.Kind == "bind" {
			r.Persistent = true
		}
	}
}

// resource returns the resource of a technology whose address is not known:
// one for each database or deciding variable, else one for all services of the
// cloud's own kind, else one a service.
func (l *linker) resource(d *deployment, tech string, databases, symbols []string, cache bool, entry *catalog.Entry, sites ...graph.Site) *graph.Resource {
	kind := l.kindOf(tech, cache, entry)
	switch {
	case len(databases) > 0:
		return l.make(tech+"/"+databases[0], kind, tech, databases[0], "", databases[0], tech, sites)
	case managed(tech):
		return l.make(tech, kind, tech, strings.Join(append([]string{tech}, symbols...), " "), "", "", tech, sites)
	case len(symbols) > 0:
		// The same name in two programs says nothing about the same store,
		// unless one secret holds both.
		scope := d.secretOf(symbols)
		if scope == "" {
			scope = d.svc.ID
		}
		r := l.make(scope+"-"+label(symbols), kind, tech, strings.Join(symbols, " ")+" of "+scope, "", "", tech+" "+scope+" "+label(symbols), sites)
		return r
	}
	r := l.make(d.svc.ID+"-"+tech, kind, tech, tech+" of "+d.svc.ID, "", "", "", sites)
	r.Certain = r.Host != "" // a store of that name may be known
	return r
}

// secretOf returns the object outside of the tree that sets one of some
// variables, such as "secret orders-db".
func (d *deployment) secretOf(symbols []string) string {
	if d.workload == nil {
		return ""
	}
	for _, c := range d.workload.Containers {
		for _, s := range symbols {
			if v, ok := c.Lookup(s); ok && !v.Known && v.From != "" {
				return strings.ReplaceAll(v.From, " ", "-")
			}
		}
	}
	return ""
}

// managed reports whether a store has no address of its own: the account or
// project that the program runs under decides.
func managed(tech string) bool {
	switch tech {
	case "firestore", "dynamodb", "s3", "gcs", "spanner", "bigtable", "sqs", "sns", "gcp-pubsub", "kinesis", "bigquery", "firebase":
		return true
	}
	return strings.Contains(tech, ":")
}

func (l *linker) kindOf(tech string, cache bool, entry *catalog.Entry) string {
	if cache && tech != "" && l.cat.ResourceKind(tech) != graph.Datastore {
		return graph.Cache
	}
	if k := l.cat.ResourceKind(tech); k != "" {
		return k
	}
	if entry != nil && entry.Role == catalog.QueueOpen {
		return graph.Queue
	}
	return graph.Datastore
}

// dropUnused drops resources that no edge and no endpoint leads to: other
// addresses of a store that has several.
func (l *linker) dropUnused() {
	used := map[string]bool{}
	for _, e := range l.edges {
		used[e.To] = true
	}
	for _, ep := range l.sys.Endpoints {
		used[ep.Topic] = true
	}
	for id := range l.resources {
		if !used[id] {
			delete(l.resources, id)
		}
	}
}

// make returns the resource with an id. Where a service has it already, the
// resource's kind tells them apart.
func (l *linker) make(id, kind, tech, identity, host, database, server string, sites []graph.Site) *graph.Resource {
	if l.byID[id] != nil {
		id += "-" + kind
	}
	r := l.resources[id]
	if r == nil {
		r = &graph.Resource{ID: id, Kind: kind, Technology: tech, Identity: identity, Host: host, Database: database, Server: server, Certain: true}
		l.resources[id] = r
	}
	l.evidence(r, sites)
	return r
}

func (l *linker) evidence(r *graph.Resource, sites []graph.Site) {
	for _, s := range sites {
		if !s.IsZero() && !slices.Contains(r.Evidence, s) {
			r.Evidence = append(r.Evidence, s)
		}
	}
	slices.SortFunc(r.Evidence, graph.Site.Compare)
}

var (
	clusterName = regexp.MustCompile(`^([a-z0-9-]+)\.[a-z0-9-]+\.svc(\..*)?$`)                       // service.namespace.svc.cluster.local
	podName     = regexp.MustCompile(`^[a-z0-9-]+-[0-9]+\.([a-z0-9-]+)(\.[a-z0-9-]+\.svc(\..*)?)?$`) // set-0.service
)
