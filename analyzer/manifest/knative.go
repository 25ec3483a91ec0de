package manifest

import (
	"strconv"

	"github.com/coordlint/coordlint/graph"
)

// knative reads a Knative Service: its template, its bounds of scale and how
// many requests one replica takes (0 is no bound).
func (r *reader) knative(w *Workload, o object) {
	r.pod(w, o, "spec", "template")
	notes := field(o.node, "spec", "template", "metadata", "annotations")
	s := graph.Scaler{Kind: "Knative", Site: o.site("spec", "template")}
	bound := func(key string) int {
		for _, k := range []string{"autoscaling.knative.dev/" + key, "autoscaling.knative.dev/" + key + "Scale"} {
			if v, err := strconv.Atoi(text(notes, k)); err == nil {
				return v
			}
		}
		return 0
	}
	s.Min = max(bound("min-scale"), bound("min"))
	s.Max = max(bound("max-scale"), bound("max"))
	kind := or(text(notes, "autoscaling.knative.dev/metric"), "concurrency")
	target, _ := strconv.ParseFloat(text(notes, "autoscaling.knative.dev/target"), 64)
	if kind == "cpu" || kind == "memory" {
		target /= 100
	}
	s.Metrics = []graph.ScalerMetric{{Kind: kind, Name: kind, Target: target, Site: s.Site}}
	if s.Max > 0 {
		w.Scaler = &s
	}
	w.Replicas = graph.Exact(float64(max(1, s.Min)), graph.Declared, s.Site, "min-scale, or one while there are requests")
	if c := r.count(o, field(o.node, "spec", "template", "spec", "containerConcurrency")); c != nil && c.Low > 0 {
		w.Concurrency = c
	}
}
