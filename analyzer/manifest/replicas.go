package manifest

import (
	"strconv"

	"gopkg.in/yaml.v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/coordlint/coordlint/graph"
)

// decodeSpec decodes all of an object but its pod template, which has been
// read before.
func (r *reader) decodeSpec(o object, out any) bool {
	top := *o.node
	top.Content = nil
	for _, p := range pairs(o.node) {
		v := p.value
		if p.key.Value == "spec" && v.Kind == yaml.MappingNode {
			spec := *v
			spec.Content = nil
			for _, q := range pairs(v) {
				if q.key.Value != "template" {
					spec.Content = append(spec.Content, q.key, q.value)
				}
			}
			v = &spec
		}
		top.Content = append(top.Content, p.key, v)
	}
	o.node = &top
	return r.decode(o, out)
}

// replicas reads spec.replicas. Kubernetes runs one replica if nothing says.
func (r *reader) replicas(w *Workload, o object) {
	n := field(o.node, "spec", "replicas")
	if n == nil || n.Tag == "!!null" {
		w.Replicas = graph.Exact(1, graph.Declared, o.site("spec"), "the default of Kubernetes")
		return
	}
	v, err := strconv.ParseFloat(n.Value, 64)
	if err != nil || n.Kind != yaml.ScalarNode {
		r.gap(o.siteOf(n), "%s: replicas is no number", w.ID())
		return
	}
	w.Replicas = graph.Exact(v, graph.Declared, o.siteOf(n), "")
}

func (r *reader) claimTemplates(w *Workload, o object) {
	for _, t := range items(field(o.node, "spec", "volumeClaimTemplates")) {
		var c corev1.PersistentVolumeClaim
		if err := decode(t, &c); err != nil {
			r.gap(o.siteOf(t), "%s: volumeClaimTemplates: %v", w.ID(), err)
			continue
		}
		w.Volumes = append(w.Volumes, Volume{Name: c.Name, Kind: "template", Modes: modes(c.Spec.AccessModes), PerPod: true,
			Class: deref(c.Spec.StorageClassName), Storage: storage(c.Spec.Resources.Requests, o.siteOf(t)), Site: o.siteOf(t)})
	}
}

// claims completes volumes from the claims that they name.
func (r *reader) claims(w *Workload) {
	for i := range w.Volumes {
		v := &w.Volumes[i]
		for _, c := range r.set.Claims {
			if v.Kind == "claim" && v.Claim == c.Name && w.Namespace == c.Namespace {
				v.Modes, v.Storage, v.Class = c.Modes, c.Storage, c.Class
			}
		}
	}
}

// owned reports whether another object made this one.
func owned(o object) bool { return field(o.node, "metadata", "ownerReferences") != nil }

// hook reports whether Helm runs the object beside the release, such as a test.
func hook(o object) bool {
	return text(o.node, "metadata", "annotations", "helm.sh/hook") != ""
}
