package manifest

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/coordlint/coordlint/graph"
)

// pod fills a workload from its pod template. at holds the keys of the
// template in the object; none if the object itself is the pod.
func (r *reader) pod(w *Workload, o object, at ...string) {
	tmpl := field(o.node, at...)
	if tmpl == nil {
		return
	}
	lenient(tmpl)
	var t corev1.PodTemplateSpec
	if err := decode(tmpl, &t); err != nil {
		r.gap(o.siteOf(tmpl), "%s: %s: %v", w.ID(), strings.Join(append(at, "spec"), "."), err)
		return
	}
	if len(at) > 0 {
		w.Labels = labels(t.Labels)
		w.Annotations = labels(t.Annotations)
	}
	w.HostNetwork = t.Spec.HostNetwork
	spec := field(tmpl, "spec")
	for i := range t.Spec.Volumes {
		if v, ok := podVolume(&t.Spec.Volumes[i]); ok {
			v.Site = o.siteOf(field(spec, "volumes", itoa(i)))
			w.Volumes = append(w.Volumes, v)
		}
	}
	for i := range t.Spec.InitContainers {
		w.Init = append(w.Init, r.container(w, o, &t.Spec, &t.Spec.InitContainers[i], field(spec, "initContainers", itoa(i))))
	}
	for i := range t.Spec.Containers {
		w.Containers = append(w.Containers, r.container(w, o, &t.Spec, &t.Spec.Containers[i], field(spec, "containers", itoa(i))))
	}
}

// lenient makes text of what must be text and is often written as a number or
// a truth value; an API server refuses it, yet its meaning is plain.
func lenient(tmpl *yaml.Node) {
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range items(field(tmpl, "spec", list)) {
			lenientContainer(c)
		}
	}
	lenientLabels(tmpl)
}

func lenientContainer(c *yaml.Node) {
	for _, e := range items(field(c, "env")) {
		asText(field(e, "value"))
	}
	for _, a := range append(items(field(c, "args")), items(field(c, "command"))...) {
		asText(a)
	}
	for _, kind := range []string{"limits", "requests"} {
		for _, p := range pairs(field(c, "resources", kind)) {
			asText(p.value)
		}
	}
}

// lenientLabels does the same for labels, annotations and selectors.
func lenientLabels(n *yaml.Node) {
	for _, keys := range [][]string{{"metadata", "labels"}, {"metadata", "annotations"}, {"spec", "selector"}, {"spec", "selector", "matchLabels"}} {
		for _, p := range pairs(field(n, keys...)) {
			asText(p.value)
		}
	}
}

func asText(n *yaml.Node) {
	if n = follow(n); n != nil && n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		n.Tag = "!!str"
	}
}

func (r *reader) container(w *Workload, o object, pod *corev1.PodSpec, c *corev1.Container, n *yaml.Node) *Container {
	out := &Container{Name: c.Name, Image: c.Image, Command: c.Command, Args: c.Args, WorkDir: c.WorkingDir, Site: o.siteOf(n)}
	for i, p := range c.Ports {
		port := Port{Name: p.Name, Number: int(p.ContainerPort), Protocol: protocol(p.Protocol), Site: o.siteOf(field(n, "ports", itoa(i)))}
		out.Ports = append(out.Ports, port)
	}
	limit := func(kind, name string, list corev1.ResourceList) *graph.Quantity {
		q, ok := list[corev1.ResourceName(name)]
		if !ok {
			return nil
		}
		return graph.Exact(q.AsApproximateFloat64(), graph.Declared, o.siteOf(field(n, "resources", kind, name)), "")
	}
	out.CPU = limit("limits", "cpu", c.Resources.Limits)
	out.CPUAsk = limit("requests", "cpu", c.Resources.Requests)
	out.Memory = limit("limits", "memory", c.Resources.Limits)

	env := &environment{}
	for i, f := range c.EnvFrom {
		r.envFrom(env, w, f, o.siteOf(field(n, "envFrom", itoa(i))))
	}
	for i, e := range c.Env {
		en := field(n, "env", itoa(i))
		site := o.siteOf(en)
		if v := field(en, "value"); v != nil {
			site = o.siteOf(v)
		}
		if e.ValueFrom != nil {
			env.set(r.valueFrom(w, e, site))
			continue
		}
		if strings.Contains(e.Value, "{{") {
			env.set(EnvVar{Name: e.Name, From: "a parameter of the workflow", Site: site})
			continue
		}
		env.set(EnvVar{Name: e.Name, Value: e.Value, Known: true, Site: site, raw: true})
	}
	out.Env, out.Open = env.vars, env.open
	for i, m := range c.VolumeMounts {
		site := o.siteOf(field(n, "volumeMounts", itoa(i)))
		for _, v := range pod.Volumes {
			if v.Name == m.Name {
				out.Mounts = append(out.Mounts, r.mounts(w.Namespace, &v, m, site)...)
			}
		}
	}
	slices.SortStableFunc(out.Mounts, func(a, b Mount) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

func (r *reader) envFrom(env *environment, w *Workload, f corev1.EnvFromSource, site graph.Site) {
	kind, name := "", ""
	switch {
	case f.ConfigMapRef != nil:
		kind, name = "ConfigMap", f.ConfigMapRef.Name
	case f.SecretRef != nil:
		kind, name = "Secret", f.SecretRef.Name
	default:
		return
	}
	from := strings.ToLower(kind) + " " + name
	c := r.set.config(kind, w.Namespace, name)
	if c == nil {
		env.open = append(env.open, EnvVar{From: from, Site: site})
		return
	}
	for _, i := range c.Items {
		env.set(EnvVar{Name: f.Prefix + i.Key, Value: i.Value, Known: !i.Binary, From: from, Site: i.Site})
	}
}

func (r *reader) valueFrom(w *Workload, e corev1.EnvVar, site graph.Site) EnvVar {
	out := EnvVar{Name: e.Name, Site: site}
	kind, name, key := "", "", ""
	switch v := e.ValueFrom; {
	case v.ConfigMapKeyRef != nil:
		kind, name, key = "ConfigMap", v.ConfigMapKeyRef.Name, v.ConfigMapKeyRef.Key
	case v.SecretKeyRef != nil:
		kind, name, key = "Secret", v.SecretKeyRef.Name, v.SecretKeyRef.Key
	case v.FieldRef != nil:
		out.From = "field " + v.FieldRef.FieldPath
		out.Value, out.Known = downward(w, v.FieldRef.FieldPath)
		return out
	case v.ResourceFieldRef != nil:
		out.From = "field " + v.ResourceFieldRef.Resource
		return out
	default:
		return out
	}
	out.From = strings.ToLower(kind) + " " + name
	if c := r.set.config(kind, w.Namespace, name); c != nil {
		if i, ok := c.Item(key); ok && !i.Binary {
			out.Value, out.Known, out.Site = i.Value, true, i.Site
		}
	}
	return out
}

// downward answers the downward API where the manifest alone decides.
func downward(w *Workload, field string) (string, bool) {
	if field == "metadata.namespace" {
		return w.Namespace, true
	}
	for prefix, list := range map[string][]Label{"metadata.labels['": w.Labels, "metadata.annotations['": w.Annotations} {
		if key, ok := strings.CutPrefix(field, prefix); ok {
			for _, l := range list {
				if l.Key == strings.TrimSuffix(key, "']") {
					return l.Value, true
				}
			}
		}
	}
	return "", false
}

func protocol(p corev1.Protocol) string { return cmp.Or(string(p), "TCP") }

// labels turns a map into a sorted list.
func labels(m map[string]string) []Label {
	var out []Label
	for k, v := range m {
		out = append(out, Label{k, v})
	}
	slices.SortFunc(out, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	return out
}

// selects reports whether all pairs of a selector are among the labels. An
// empty selector selects nothing.
func selects(selector, have []Label) bool {
	for _, s := range selector {
		if !slices.Contains(have, s) {
			return false
		}
	}
	return len(selector) > 0
}

// parseQuantity reads a Kubernetes quantity such as 500m or 2Gi.
func parseQuantity(text string, site graph.Site) *graph.Quantity {
	q, err := resource.ParseQuantity(text)
	if err != nil {
		return nil
	}
	return graph.Exact(q.AsApproximateFloat64(), graph.Declared, site, "")
}

// unbase64 decodes a Secret's data. binary is true if it is no text.
func unbase64(s string) (text string, binary bool) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil || !utf8.Valid(b) {
		return "", true
	}
	return string(b), false
}
