package ceiling

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// service adds a service to the model, once.
func (b *builder) service(id string) {
	if b.services[id] {
		return
	}
	b.services[id] = true
	out := &Service{ID: id, Replicas: Of(1), Scalable: true}
	b.m.Services = append(b.m.Services, out)
	s := b.index.services[id]
	if s == nil {
		s = &graph.Service{ID: id}
	}
	site := s.Site
	replicas := whole(s.Replicas, site)
	if q := b.declared.find(WhatReplicas, id, "", "", graph.Site{}); q != nil {
		replicas = q
	}
	if replicas == nil {
		b.assume(id, site, "replicas of %s: nothing says how many; 1", id)
	} else {
		out.Replicas = b.number(replicas, fmt.Sprintf("c(%s replicas)", id))
	}
	most := whole(s.HPAMax, site)
	if q := b.declared.find(WhatHPAMax, id, "", "", graph.Site{}); q != nil {
		most = q
	}
	if most != nil {
		n := b.number(most, fmt.Sprintf("c(%s replicas at most)", id))
		out.HPAMax = &n
	}
	if s.Scaler != nil {
		for _, m := range s.Scaler.Metrics {
			if m.Kind == "cpu" && m.Target > 0 {
				out.HPACPUTarget = &m.Target
			}
		}
	}
	slots := s.Slots
	if q := b.declared.find(WhatSlots, id, "", "", graph.Site{}); q != nil {
		slots = q
	}
	out.Concurrency = b.capacity(slots, fmt.Sprintf("c(%s slots)", id))
	b.stations[id+"/slots"] = &stationNote{label: id + " slots", capacity: slots, site: site, kind: slotsKind}
	cores := s.CPU
	if q := b.declared.find(WhatCores, id, "", "", graph.Site{}); q != nil {
		cores = q
	}
	out.Cores = b.capacity(cores, fmt.Sprintf("c(%s cores)", id))
	b.stations[id+"/cpu"] = &stationNote{label: id + " CPU", capacity: cores, site: site, kind: cpuKind}
}

// background adds the part of a service that works when nobody waits: it takes
// none of the slots.
func (b *builder) background(id string) string {
	name := id + " (background)"
	if !b.services[name] {
		b.services[name] = true
		b.m.Services = append(b.m.Services, &Service{ID: name, Replicas: Of(1), Scalable: true})
	}
	return name
}

func whole(n *int, site graph.Site) *graph.Quantity {
	if n == nil {
		return nil
	}
	return graph.Exact(float64(*n), graph.Derived, site, "")
}

// capacity makes a number of a quantity that may be missing.
func (b *builder) capacity(q *graph.Quantity, name string) *Num {
	if q == nil {
		return nil
	}
	n := b.number(q, name)
	return &n
}

// station adds a resource to the model, once, and returns its id. Without a
// capacity it has no bound.
func (b *builder) station(r *Resource, note *stationNote) string {
	if b.stations[r.ID] == nil {
		b.stations[r.ID] = note
		b.m.Resources = append(b.m.Resources, r)
	}
	return r.ID
}

// resource adds the station at which a resource works on requests.
func (b *builder) resource(r *graph.Resource) string {
	q := r.Concurrency
	if d := b.declared.find(WhatServers, "", r.ID, "", graph.Site{}); d != nil {
		q = d
	}
	return b.station(&Resource{ID: r.ID, Kind: r.Kind, Scope: Global, Servers: b.capacity(q, fmt.Sprintf("c(%s)", r.ID))},
		&stationNote{label: r.ID, capacity: q, site: firstSite(r.Evidence), kind: r.Kind, shared: true, target: r.ID})
}

// vendor adds the rate that a resource accepts from all callers together; ""
// if nothing says.
func (b *builder) vendor(r *graph.Resource) string {
	q := r.Rate
	if d := b.declared.find(WhatRate, "", r.ID, "", graph.Site{}); d != nil {
		q = d
	}
	if q == nil {
		return ""
	}
	return b.station(&Resource{ID: r.ID + " limit", Kind: "rate_limit", Scope: Global, Rate: b.capacity(q, fmt.Sprintf("c(%s limit)", r.ID))},
		&stationNote{label: r.ID + " limit", capacity: q, kind: "rate_limit", shared: true, target: r.ID})
}

// connections adds the connections that a server accepts from all clients; ""
// if nothing says. Databases of one server share them.
func (b *builder) connections(r *graph.Resource) string {
	if r.MaxConnections == nil {
		return ""
	}
	name := r.Server
	if name == "" {
		name = r.ID
	}
	return b.station(&Resource{ID: name + " connections", Kind: "pool", Scope: Global, Servers: b.capacity(r.MaxConnections, fmt.Sprintf("c(%s connections)", name))},
		&stationNote{label: connectionsOf(name), capacity: r.MaxConnections, kind: "pool", shared: true, target: r.ID})
}

// pooler adds the connections on both sides of a connection pooler, the
// server's first: those that it opens for the service's user, those that it
// opens for all, and those that it accepts.
func (b *builder) pooler(r *graph.Resource, e *graph.Edge) []string {
	p := e.Pooler
	pool := func(id string, q *graph.Quantity) string {
		if q == nil {
			return ""
		}
		return b.station(&Resource{ID: id, Kind: "pool", Scope: Global, Servers: b.capacity(q, fmt.Sprintf("c(%s)", id))},
			&stationNote{label: id, capacity: q, site: p.Site, kind: "pool", shared: true, target: r.ID})
	}
	_, name, _ := strings.Cut(p.Workload, "/")
	var out []string
	if r.Workload != p.Workload {
		out = append(out, b.connections(r))
	}
	return append(out, pool(fmt.Sprintf("%s pool of %s", name, e.From), p.All(p.Pool)), pool(fmt.Sprintf("%s pool to %s", name, r.ID), p.All(p.Most)),
		pool(name+" clients", p.All(p.Clients)))
}

// connectionsOf names the connections of a server, by its workload if it has one.
func connectionsOf(server string) string {
	if rest, ok := strings.CutPrefix(server, "workload "); ok {
		_, name, _ := strings.Cut(rest, "/")
		server = cmp.Or(name, rest)
	}
	return server + " connections"
}

// pool adds the connections that one replica of a service opens to a target; ""
// if nothing bounds them.
func (b *builder) pool(service string, e *graph.Edge) string {
	if e == nil || e.Pool == nil || e.Pool.High <= 0 {
		return ""
	}
	id := fmt.Sprintf("%s -> %s pool", service, e.To)
	var site graph.Site
	if len(e.Sites) > 0 {
		site = e.Sites[0]
	}
	return b.station(&Resource{ID: id, Kind: "pool", Scope: PerReplica, Of: service, Servers: b.capacity(e.Pool, fmt.Sprintf("c(%s)", id))},
		&stationNote{label: id, capacity: e.Pool, site: site, kind: "pool"})
}

// partitions adds what bounds the messages that all replicas of a consumer work
// on at once: min(replicas, partitions) of them are of use.
func (b *builder) partitions(e *graph.Endpoint) string {
	label := e.Service + " <- " + cmp.Or(e.Topic, e.Name) + " partitions"
	return b.station(&Resource{ID: e.ID() + " partitions", Kind: "pool", Scope: Global, Servers: b.capacity(e.AtOnce, fmt.Sprintf("c(%s)", label))},
		&stationNote{label: label, capacity: e.AtOnce, site: e.Handler, kind: "partitions", shared: true, target: e.Topic})
}

// limiter adds a rate limiter of a process.
func (b *builder) limiter(service, id string, q *graph.Quantity) string {
	return b.station(&Resource{ID: id, Kind: "rate_limit", Scope: PerReplica, Of: service, Rate: b.capacity(q, fmt.Sprintf("c(%s)", id))},
		&stationNote{label: id, capacity: q, kind: "rate_limit"})
}

// distributed lists the kinds of locks that all replicas share.
var distributed = map[string]bool{"redis": true, "etcd": true, "consul": true, "zookeeper": true, "advisory": true, "row": true, "database": true}

// lock adds the station of a lock; "" if it bounds no rate.
func (b *builder) lock(service string, li *graph.LockInfo) string {
	q := li.Servers
	if q == nil {
		q = graph.Exact(1, graph.Derived, li.Declared, "a lock")
	}
	name := li.Name
	if name == "" {
		name = cmp.Or(li.ID, li.Declared.String(), "a lock")
	}
	r := &Resource{Kind: "lock", Scope: PerReplica, Of: service, Servers: b.capacity(q, fmt.Sprintf("c(%s)", name))}
	note := &stationNote{label: name, capacity: q, site: li.Declared, kind: li.Kind}
	switch {
	case !distributed[li.Kind]:
		note.label = unqualified(name)
	case li.Kind == "row":
		note.label = "row of " + name
	case li.Kind == "advisory":
		note.label = "advisory lock " + name
	}
	id := cmp.Or(li.ID, name)
	if distributed[li.Kind] || li.Scope == "service" {
		r.ID, r.Scope, r.Of, note.shared = "lock "+id, Global, "", true
	} else {
		r.ID = service + " lock " + id
	}
	return b.station(r, note)
}

func firstSite(sites []graph.Site) graph.Site {
	if len(sites) == 0 {
		return graph.Site{}
	}
	return sites[0]
}
