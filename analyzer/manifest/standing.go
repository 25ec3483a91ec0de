package manifest

import (
	"path"
	"slices"
)

// standing returns the kustomizations that are deployed by themselves, and how
// many others build on each, through others or not. Those that none uses are;
// of the others, what is no base by its name and lies among environments: two
// that lie beside it change it and it changes nothing, or one lies beside it
// that builds on something else.
func standing(ks []kustomization) (roots []kustomization, built map[string]int) {
	byDir := map[string]kustomization{}
	for _, k := range ks {
		byDir[k.dir] = k
	}
	below := map[string]map[string]bool{} // what each builds on
	built = map[string]int{}
	for _, k := range ks {
		below[k.dir] = map[string]bool{}
		var visit func(dir string)
		visit = func(dir string) {
			for _, u := range byDir[dir].uses {
				if u != k.dir && !below[k.dir][u] {
					below[k.dir][u] = true
					built[u]++
					visit(u)
				}
			}
		}
		visit(k.dir)
	}
	for _, k := range ks {
		if k.component {
			continue
		}
		beside, other := 0, false
		for _, o := range ks {
			if path.Dir(o.dir) != path.Dir(k.dir) || o.dir == k.dir {
				continue
			}
			if slices.Contains(o.uses, k.dir) {
				beside++
			}
			other = other || built[o.dir] == 0 && !o.component && rank(o.dir, "") <= 0 && len(o.uses) > 0 && len(k.uses) > 0 && !below[o.dir][k.dir]
		}
		if built[k.dir] == 0 || !basic(k.dir) && (beside > 1 && len(k.uses) == 0 || other) {
			roots = append(roots, k)
		}
	}
	return roots, built
}

// basic reports whether a kustomization is there for others to build on, by
// its name.
func basic(dir string) bool {
	return slices.Contains([]string{"base", "bases", "common", "shared", "core", "default"}, path.Base(dir))
}

// vendorNames are parts of paths that name one vendor's environment.
func vendorNames() []string {
	return []string{"marketplace", "gcp", "gke", "googlecloud", "aws", "eks", "amazon", "azure", "aks", "ibm", "ibmcloud", "iks", "openshift", "oci", "oke",
		"alibaba", "alicloud", "aliyun", "tencent", "digitalocean", "doks", "linode", "scaleway", "rancher", "vmware"}
}

// vendor reports whether a path names one vendor's environment.
func vendor(p string) bool {
	return slices.ContainsFunc(parts(p), func(part string) bool { return slices.Contains(vendorNames(), part) })
}

// special reports whether a description is for the environment of one vendor,
// while another, which is not, runs no fewer of the system's programs.
func (d *discovery) special(c *candidate) bool {
	return vendor(c.source.Path) && slices.ContainsFunc(d.found, func(o *candidate) bool {
		return o.source.Kind != "compose" && !o.late && !vendor(o.source.Path) && len(o.mains) >= len(c.mains) && rank(o.source.Path, d.opt.Env) <= rank(c.source.Path, d.opt.Env)
	})
}
