package manifest

import (
	"cmp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/coordlint/coordlint/graph"
)

// hpa reads a HorizontalPodAutoscaler of any version.
func (r *reader) hpa(o object) {
	spec := field(o.node, "spec")
	s := scaling{namespace: o.namespace, object: o.name, kind: text(spec, "scaleTargetRef", "kind"), name: text(spec, "scaleTargetRef", "name"),
		scaler: graph.Scaler{Kind: o.kind, Min: number(spec, 1, "minReplicas"), Max: number(spec, 0, "maxReplicas"), Site: o.site()}}
	if s.scaler.Max == 0 {
		r.gap(o.site("spec"), "%s/%s has no maxReplicas", o.kind, o.name)
		return
	}
	if n := field(spec, "targetCPUUtilizationPercentage"); n != nil {
		s.scaler.Metrics = append(s.scaler.Metrics, graph.ScalerMetric{Kind: "cpu", Name: "cpu", Target: share(n), Site: o.siteOf(n)})
	}
	for _, m := range items(field(spec, "metrics")) {
		s.scaler.Metrics = append(s.scaler.Metrics, metric(o, m))
	}
	r.scale = append(r.scale, s)
}

// metric reads one metric of autoscaling/v2, v2beta2 or v2beta1.
func metric(o object, m *yaml.Node) graph.ScalerMetric {
	kind := text(m, "type")
	key := strings.ToLower(kind[:min(1, len(kind))]) + kind[min(1, len(kind)):]
	body := field(m, key)
	out := graph.ScalerMetric{Kind: strings.ToLower(kind), Site: o.siteOf(m)}
	switch kind {
	case "Resource", "ContainerResource":
		out.Name = text(body, "name")
		out.Kind = out.Name
		for _, n := range []*yaml.Node{field(body, "target", "averageUtilization"), field(body, "targetAverageUtilization")} {
			if n != nil {
				out.Target = share(n)
			}
		}
	default:
		out.Name = cmp.Or(text(body, "metric", "name"), text(body, "metricName"))
		for _, v := range []string{text(body, "target", "averageValue"), text(body, "target", "value"), text(body, "targetAverageValue"), text(body, "targetValue")} {
			if q, err := resource.ParseQuantity(v); err == nil && out.Target == 0 {
				out.Target = q.AsApproximateFloat64()
			}
		}
	}
	return out
}

// keda reads a ScaledObject or ScaledJob. Its defaults are KEDA's: none to
// one hundred replicas.
func (r *reader) keda(o object) {
	spec := field(o.node, "spec")
	s := scaling{namespace: o.namespace, object: o.name, kind: cmp.Or(text(spec, "scaleTargetRef", "kind"), "Deployment"), name: text(spec, "scaleTargetRef", "name"),
		scaler: graph.Scaler{Kind: o.kind, Min: number(spec, 0, "minReplicaCount"), Max: number(spec, 100, "maxReplicaCount"), Site: o.site()}}
	for _, t := range items(field(spec, "triggers")) {
		m := graph.ScalerMetric{Kind: text(t, "type"), Site: o.siteOf(t)}
		meta := field(t, "metadata")
		m.Name = cmp.Or(text(t, "name"), text(meta, "topic"), text(meta, "queueName"), text(meta, "listName"), text(meta, "metricName"), text(meta, "query"))
		for _, key := range []string{"value", "lagThreshold", "threshold", "queueLength", "listLength", "targetValue", "targetQueryValue"} {
			if v, err := strconv.ParseFloat(text(meta, key), 64); err == nil {
				m.Target = v
				break
			}
		}
		if (m.Kind == "cpu" || m.Kind == "memory") && cmp.Or(text(t, "metricType"), text(meta, "type")) != "AverageValue" {
			m.Target /= 100
		}
		s.scaler.Metrics = append(s.scaler.Metrics, m)
	}
	r.scale = append(r.scale, s)
}

// attach gives each workload its scaler.
func (r *reader) attach() {
	for _, s := range r.scale {
		found := false
		for _, w := range r.set.Workloads {
			if w.Name == s.name && w.Namespace == s.namespace && (s.kind == "" || s.kind == w.Kind) && w.Source == r.source {
				found = true
				if w.Scaler != nil {
					r.gap(s.scaler.Site, "%s/%s scales %s, which %s scales already", s.scaler.Kind, s.object, w.ID(), w.Scaler.Kind)
					continue
				}
				sc := s.scaler
				w.Scaler = &sc
			}
		}
		if !found {
			r.gap(s.scaler.Site, "%s/%s scales %s/%s, which is not there", s.scaler.Kind, s.object, s.kind, s.name)
		}
	}
}

// number reads an integer, or returns what stands for nothing.
func number(n *yaml.Node, otherwise int, keys ...string) int {
	v, err := strconv.Atoi(text(n, keys...))
	if err != nil {
		return otherwise
	}
	return v
}

// share reads a percentage as a share.
func share(n *yaml.Node) float64 {
	v, _ := strconv.ParseFloat(n.Value, 64)
	return v / 100
}
