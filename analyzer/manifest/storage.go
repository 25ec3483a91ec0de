package manifest

import "strings"

// classes completes volumes from the storage classes that they ask for: a
// claim that names none gets the default one, if a manifest declares it.
func (r *reader) classes() {
	preset := ""
	byName := map[string]*Class{}
	for _, c := range r.set.Classes {
		byName[c.Name] = c
		if c.Default {
			preset = c.Name
		}
	}
	for _, w := range r.set.Workloads {
		for i := range w.Volumes {
			v := &w.Volumes[i]
			if v.Kind == "claim" || v.Kind == "template" || v.Kind == "ephemeral" {
				v.Class = or(v.Class, preset)
			}
			if c := byName[v.Class]; c != nil {
				v.OnNode = c.local()
			}
		}
	}
	for _, c := range r.set.Claims {
		c.Class = or(c.Class, preset)
	}
}

// local reports whether the class's volumes lie on one node's disk.
func (c *Class) local() bool {
	return c.Provisioner == "kubernetes.io/no-provisioner" || strings.HasSuffix(c.Provisioner, "/local-path") ||
		strings.Contains(c.Provisioner, "hostpath") || strings.Contains(c.Provisioner, "local.csi")
}
