package manifest

import (
	"path"
	"regexp"
	"slices"
)

// address is a short host with a port, as configuration files name it.
var address = regexp.MustCompile(`\b([a-z][a-z0-9-]*[a-z0-9]):(\d{2,5})\b`)

// unspoken is 1 if the system's own configuration files name hosts, and most
// of those not by names of the candidate; else 0.
func (d *discovery) unspoken(c *candidate) int {
	if d.hosts == nil {
		d.hosts = []string{}
		for _, f := range d.tree.yamls {
			if rank(f, "") >= 3 {
				continue
			}
			src, err := d.tree.read(f)
			if err != nil || len(src) > 1<<18 || looksLikeObject(src) || path.Base(f) == "package-lock.json" {
				continue
			}
			for _, m := range address.FindAllSubmatch(src, -1) {
				if h := string(m[1]); h != "localhost" {
					d.hosts = append(d.hosts, h)
				}
			}
		}
		slices.Sort(d.hosts)
		d.hosts = slices.Compact(d.hosts)
	}
	if len(d.hosts) < 2 {
		return 0
	}
	n := 0
	for _, h := range d.hosts {
		if _, ok := c.set.Resolve(h, "", ""); ok {
			n++
		}
	}
	if 2*n > len(d.hosts) {
		return 0
	}
	return 1
}
