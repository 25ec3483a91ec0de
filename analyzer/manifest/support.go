package manifest

import (
	"cmp"
	"slices"

	"gopkg.in/yaml.v3"
	corev1 "k8s.io/api/core/v1"

	"github.com/coordlint/coordlint/graph"
)

// config returns a ConfigMap or Secret, or nil.
func (s *Set) config(kind, namespace, name string) *Config {
	for _, c := range s.Configs {
		if c.Kind == kind && c.Name == name && c.Namespace == namespace {
			return c
		}
	}
	return nil
}

func (r *reader) configMap(o object) {
	c := &Config{Kind: o.kind, Name: o.name, Namespace: o.namespace, Site: o.site(), Source: r.source}
	for _, p := range pairs(field(o.node, "data")) {
		if p.value.Kind != yaml.ScalarNode {
			r.gap(o.siteOf(p.value), "ConfigMap/%s: %s is no text", o.name, p.key.Value)
			continue
		}
		c.Items = append(c.Items, Item{Key: p.key.Value, Value: p.value.Value, Site: content(o, p.value)})
	}
	for _, p := range pairs(field(o.node, "binaryData")) {
		c.Items = append(c.Items, Item{Key: p.key.Value, Binary: true, Site: content(o, p.value)})
	}
	sortItems(c)
	r.set.Configs = append(r.set.Configs, c)
}

func (r *reader) secret(o object) {
	c := &Config{Kind: o.kind, Name: o.name, Namespace: o.namespace, Site: o.site(), Source: r.source}
	for _, p := range pairs(field(o.node, "data")) {
		v, binary := unbase64(p.value.Value)
		c.Items = append(c.Items, Item{Key: p.key.Value, Value: v, Binary: binary, Site: content(o, p.value)})
	}
	for _, p := range pairs(field(o.node, "stringData")) {
		i := Item{Key: p.key.Value, Value: p.value.Value, Site: content(o, p.value)}
		if at := slices.IndexFunc(c.Items, func(x Item) bool { return x.Key == i.Key }); at >= 0 {
			c.Items[at] = i
			continue
		}
		c.Items = append(c.Items, i)
	}
	sortItems(c)
	r.set.Configs = append(r.set.Configs, c)
}

func sortItems(c *Config) {
	slices.SortStableFunc(c.Items, func(a, b Item) int { return cmp.Compare(a.Key, b.Key) })
}

// content is the place of a value's first line: a block scalar starts on the
// line after its indicator.
func content(o object, n *yaml.Node) graph.Site {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return o.at(n.Line+1, 0)
	}
	return o.siteOf(n)
}

func (r *reader) service(o object) {
	var s corev1.Service
	if !r.decode(o, &s) {
		return
	}
	out := &Service{Name: o.name, Namespace: o.namespace, Type: cmp.Or(string(s.Spec.Type), "ClusterIP"), Selector: labels(s.Spec.Selector),
		ExternalName: s.Spec.ExternalName, Site: o.site(), Source: r.source}
	if s.Spec.ClusterIP == corev1.ClusterIPNone && out.Type == "ClusterIP" {
		out.Type = "Headless"
	}
	if s.Spec.SessionAffinity == corev1.ServiceAffinityClientIP {
		out.Affinity = o.site("spec", "sessionAffinity")
	}
	for i, p := range s.Spec.Ports {
		port := Port{Name: p.Name, Number: int(p.Port), Protocol: protocol(p.Protocol), Site: o.site("spec", "ports", itoa(i))}
		if t := p.TargetPort.String(); t != "0" {
			port.Target = t
		}
		if p.AppProtocol != nil {
			port.App = *p.AppProtocol
		}
		out.Ports = append(out.Ports, port)
	}
	r.set.Services = append(r.set.Services, out)
}

// nodeLabels reads a mapping of scalars as labels, sorted by key.
func nodeLabels(n *yaml.Node) []Label {
	var out []Label
	for _, p := range pairs(n) {
		if p.value.Kind == yaml.ScalarNode {
			out = append(out, Label{p.key.Value, p.value.Value})
		}
	}
	slices.SortFunc(out, func(a, b Label) int { return cmp.Compare(a.Key, b.Key) })
	return out
}
