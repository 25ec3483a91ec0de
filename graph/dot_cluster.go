package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// cluster groups the nodes: by team where services have one, else by namespace
// where they have several, else by the folder of the root that they are in, else by kind. Layout without
// clusters takes 35 times as long on large systems.
func (b *viewer) cluster() {
	v := b.view
	spaces, folders := map[string]bool{}, map[string]bool{}
	teams := false
	for _, s := range b.sys.Services {
		teams = teams || s.Team != ""
		spaces[cmp.Or(s.Namespace, "default")] = true
		if s.Main != "" {
			folders[topFolder(s)] = true
		}
	}
	switch {
	case teams:
		b.home(func(s *Service) string { return cmp.Or(s.Team, "no team") })
	case len(spaces) > 1:
		b.joinUsers()
	case len(folders) > 1 && len(folders) <= len(b.sys.Services)/2:
		b.home(topFolder)
	default:
		for _, n := range v.nodes {
			n.cluster = kindCluster(n.kind)
		}
	}
	v.collect()
}

// home puts each service where a function says, and the resources with them.
func (b *viewer) home(of func(*Service) string) {
	for _, s := range b.sys.Services {
		b.byID[s.ID].cluster = of(s)
	}
	b.joinUsers()
}

// topFolder returns the first folder of a service's main package.
func topFolder(s *Service) string {
	folder, _, _ := strings.Cut(s.Main, "/")
	return cmp.Or(folder, "elsewhere")
}

// joinUsers puts each resource into the cluster of its users, if all are in
// one.
func (b *viewer) joinUsers() {
	users := map[string][]string{} // clusters by resource
	for _, e := range b.sys.Edges {
		if n := b.byID[e.From]; n != nil {
			users[e.To] = appendNew(users[e.To], cmp.Or(n.cluster, "default"))
		}
	}
	for _, n := range b.view.nodes {
		switch u := users[n.id]; {
		case n.kind == "service" || n.kind == "other":
			n.cluster = cmp.Or(n.cluster, "default")
		case n.kind == External:
			n.cluster = kindCluster(External)
		case len(u) == 1:
			n.cluster = u[0]
		default:
			n.cluster = "shared"
		}
	}
}

func kindCluster(kind string) string {
	switch kind {
	case "service", "other":
		return "services"
	case Datastore, Cache:
		return "data"
	case Topic, Queue:
		return "events"
	case External:
		return "outside"
	}
	return "coordination"
}

// collect fills the clusters from the nodes, and puts the nodes in their order.
func (v *view) collect() {
	slices.SortStableFunc(v.nodes, func(a, b *node) int { return strings.Compare(a.cluster, b.cluster) })
	v.clusters = nil
	for _, n := range v.nodes {
		if len(v.clusters) == 0 || v.clusters[len(v.clusters)-1].name != n.cluster {
			v.clusters = append(v.clusters, cluster{name: n.cluster})
		}
		c := &v.clusters[len(v.clusters)-1]
		c.nodes = append(c.nodes, n)
	}
}

// summarise replaces the nodes by their clusters.
func (v *view) summarise() {
	v.note = fmt.Sprintf("%d nodes: this is an overview; -focus, -path or -only-findings show details", len(v.nodes))
	v.overview = true
	home := map[string]string{}
	var nodes []*node
	for _, c := range v.clusters {
		sum := &node{id: c.name, kind: "cluster", cluster: c.name}
		services := 0
		for _, n := range c.nodes {
			home[n.id] = c.name
			if n.kind == "service" || n.kind == "other" {
				services++
			}
			sum.severity = worse(sum.severity, n.severity)
			sum.onPath = sum.onPath || n.onPath
			sum.found.join(n.found)
			for _, m := range n.marks {
				sum.marks = append(sum.marks, n.id+": "+m)
			}
		}
		sum.lines = []string{c.name, fmt.Sprintf("%d services, %d resources", services, len(c.nodes)-services)}
		nodes = append(nodes, sum)
	}
	v.nodes, v.links = nodes, v.between(home)
	v.collect()
}

// between returns the links between clusters.
func (v *view) between(home map[string]string) []*link {
	merged := map[[2]string]*link{}
	var links []*link
	for _, l := range v.links {
		ends := [2]string{home[l.from], home[l.to]}
		if ends[0] == ends[1] {
			continue
		}
		m := merged[ends]
		if m == nil {
			m = &link{from: ends[0], to: ends[1], idle: true}
			merged[ends] = m
			links = append(links, m)
		}
		for _, k := range l.kinds {
			m.kinds = appendNew(m.kinds, k)
		}
		m.count += l.count
		m.sync = m.sync || l.sync
		m.idle = m.idle && l.idle
		m.onPath = m.onPath || l.onPath
		m.severity = worse(m.severity, l.severity)
		m.tooltip = append(m.tooltip, l.from+" -> "+l.to+" "+strings.Join(l.kinds, ", "))
	}
	slices.SortFunc(links, compareLinks)
	return links
}
