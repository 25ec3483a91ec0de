package manifest

import (
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// composed reads the compose files in or under a directory: the base of each directory with its override, and the overlay of the environment; then each
// other file of the directory, over the base if it is made to be merged with it.
func (d *discovery) composed(in string) {
	dirs := map[string][]string{}
	var order []string
	for _, f := range d.tree.composes {
		dir := path.Dir(f)
		if _, ok := beneath(dir, in); !ok && in != "." {
			continue
		}
		if dirs[dir] == nil {
			order = append(order, dir)
		}
		dirs[dir] = append(dirs[dir], f)
	}
	for _, dir := range order {
		files := dirs[dir]
		merged := d.base(dir)
		if len(merged) > 0 {
			for _, tag := range []string{"override", d.opt.Env} {
				for _, f := range files {
					if tag != "" && variant(merged[0], f) == tag {
						merged = append(merged, f)
						d.known = d.known || tag == d.opt.Env
					}
				}
			}
			d.known = d.known || d.profile(merged[0])
			d.compose(merged)
		}
		for _, f := range files {
			if !slices.Contains(merged, f) && !d.changes(f, merged) {
				d.compose([]string{f})
			}
		}
	}
}

// base returns the base file of a directory's compose project; none if it has
// none.
func (d *discovery) base(dir string) []string {
	for _, name := range composeBases() {
		if f := path.Join(dir, name); slices.Contains(d.tree.composes, f) {
			return []string{f}
		}
	}
	return nil
}

// variant returns X of a file that is called as the base is, with .X or -X
// behind; "" if it is not.
func variant(base, file string) string {
	stem := strings.TrimSuffix(base, path.Ext(base))
	rest, ok := strings.CutPrefix(strings.TrimSuffix(file, path.Ext(file)), stem)
	if !ok || rest == "" || rest[0] != '.' && rest[0] != '-' {
		return ""
	}
	return rest[1:]
}

// compose reads files that are merged. Those that speak of services which they
// do not declare, and which a base in their directory or above does, are
// started with that base before them.
func (d *discovery) compose(files []string) {
	read := files
	if over := d.below(files); over != "" {
		read = append([]string{over}, files...)
	}
	c := d.add("compose", files[0], func(r *reader) ([]object, bool) { return nil, r.compose(d.tree, read, d.profiles()) })
	if len(read) > len(files) {
		c.over = read[0]
	}
}

// below returns the nearest base of a project that has the services which some
// files lack; "" if they lack none or none has them.
func (d *discovery) below(files []string) string {
	lacks := d.undeclared(files)
	if len(lacks) == 0 {
		return ""
	}
	for dir := path.Dir(files[0]); ; dir = path.Dir(dir) {
		if base := d.base(dir); len(base) > 0 && base[0] != files[0] && declares(d.services(base[0]), lacks) {
			return base[0]
		}
		if dir == "." {
			return ""
		}
	}
}

// services returns the services of a compose file.
func (d *discovery) services(file string) []pair {
	src, err := d.tree.read(file)
	if err != nil {
		return nil
	}
	n, _, err := parseNode(document{text: src})
	if err != nil {
		return nil
	}
	return pairs(field(n, "services"))
}

func declares(services []pair, names []string) bool {
	for _, n := range names {
		if !slices.ContainsFunc(services, func(p pair) bool { return p.key.Value == n }) {
			return false
		}
	}
	return true
}

// undeclared lists the services that those of merged compose files need and
// that none of these declares.
func (d *discovery) undeclared(files []string) []string {
	var services []pair
	for _, f := range files {
		services = append(services, d.services(f)...)
	}
	var out []string
	whole := func(name string) bool { // one of the files says what it runs
		return slices.ContainsFunc(services, func(p pair) bool {
			return p.key.Value == name && (field(p.value, "image") != nil || field(p.value, "build") != nil || field(p.value, "extends") != nil)
		})
	}
	need := func(n *yaml.Node) {
		if n != nil && n.Kind == yaml.ScalarNode {
			name, _, _ := strings.Cut(n.Value, ":")
			if !declares(services, []string{name}) && !slices.Contains(out, name) && !strings.Contains(name, "$") {
				out = append(out, name)
			}
		}
	}
	for _, s := range services {
		for _, key := range []string{"depends_on", "links", "volumes_from"} {
			list := field(s.value, key)
			for _, e := range items(list) {
				need(e)
			}
			for _, p := range pairs(list) {
				need(p.key)
			}
		}
		if n := field(s.value, "network_mode"); n != nil {
			if name, ok := strings.CutPrefix(n.Value, "service:"); ok && !declares(services, []string{name}) {
				out = append(out, name)
			}
		}
		if field(s.value, "extends", "file") == nil {
			need(field(s.value, "extends", "service"))
			need(field(s.value, "extends"))
		}
		if !whole(s.key.Value) && !slices.Contains(out, s.key.Value) {
			out = append(out, s.key.Value)
		}
	}
	return out
}

// profile reports whether a compose file has a profile of the environment's
// name.
func (d *discovery) profile(file string) bool {
	return d.opt.Env != "" && slices.ContainsFunc(d.services(file), func(p pair) bool {
		return slices.Contains(texts(p.value, "profiles"), d.opt.Env)
	})
}

// changes reports whether a compose file only changes services that the base
// of its directory has.
func (d *discovery) changes(file string, base []string) bool {
	if len(base) == 0 {
		return false
	}
	var names []string
	for _, p := range d.services(file) {
		names = append(names, p.key.Value)
	}
	return len(names) > 0 && declares(d.services(base[0]), names)
}
