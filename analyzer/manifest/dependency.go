package manifest

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// dependencies notes charts that are not there. Of charts of known stores it
// is known what they run.
func (r *reader) dependencies(list []dependency) {
	for _, d := range list {
		name := d.release + "-" + d.alias
		if d.release == "" {
			// A release of its own, whose name its objects bear.
			name = d.alias
			r.gap(d.site, "chart %s of release %s would be fetched", d.name, d.alias)
		} else {
			r.gap(d.site, "chart %s depends on chart %s, which is not under charts/: it would be fetched", d.release, d.name)
		}
		infra, _ := known(d.name)
		if infra == "" {
			continue
		}
		w := &Workload{Kind: "ChartDependency", Name: name, Namespace: "default", Infra: infra, Site: d.site}
		w.Replicas = graph.Exact(1, graph.Assumed, d.site, "the chart is not there")
		base := w.Name
		if d.release == "" && !strings.Contains(base, d.name) {
			base += "-" + d.name // as the charts' fullname has it
			w.Hosts = append(w.Hosts, w.Name)
		}
		for _, suffix := range []string{"", "-master", "-primary", "-headless"} {
			w.Hosts = append(w.Hosts, base+suffix)
		}
		r.set.Workloads = append(r.set.Workloads, w)
	}
}
