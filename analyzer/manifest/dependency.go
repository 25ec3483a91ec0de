package manifest

import (
	"github.com/coordlint/coordlint/graph"
)

// dependencies notes charts that are not there. Of charts of known stores it
// is known what they run.
func (r *reader) dependencies(list []dependency) {
	for _, d := range list {
		r.gap(d.site, "chart %s depends on chart %s, which is not under charts/: it would be fetched", d.release, d.name)
		infra, _ := known(d.name)
		if infra == "" {
			continue
		}
		w := &Workload{Kind: "ChartDependency", Name: d.release + "-" + d.alias, Namespace: "default", Infra: infra, Site: d.site}
		w.Replicas = graph.Exact(1, graph.Assumed, d.site, "the chart is not there")
		for _, suffix := range []string{"", "-master", "-primary", "-headless"} {
			w.Hosts = append(w.Hosts, w.Name+suffix)
		}
		r.set.Workloads = append(r.set.Workloads, w)
	}
}
