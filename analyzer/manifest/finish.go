package manifest

import (
	"path"
	"slices"
	"strings"
)

// finish expands variables and says what tells workloads of one program apart.
func finish(s *Set, t *tree) {
	for _, w := range s.Workloads {
		defer w.capacity(t)
	}
	for _, w := range append(slices.Clone(s.Workloads), s.hooks...) {
		for _, c := range append(slices.Clone(w.Init), w.Containers...) {
			c.settle(nil, func(name string) (EnvVar, bool) { return s.ServiceLink(w.Namespace, name) })
		}
		s.topics(t, w)
	}
	for _, w := range s.Workloads {
		for i := range w.Programs {
			p := &w.Programs[i]
			get := lookup(w.Containers[p.Container].Env, func(name string) (EnvVar, bool) { return s.ServiceLink(w.Namespace, name) })
			p.Args = slices.Clone(p.Args)
			for j, a := range p.Args {
				p.Args[j] = expand(a, get)
			}
		}
	}
	byMain := map[string][]use{}
	for _, w := range s.Workloads {
		for i := range w.Programs {
			p := &w.Programs[i]
			byMain[p.Main] = append(byMain[p.Main], use{w, p, w.Containers[p.Container]})
		}
	}
	for _, uses := range byMain {
		if len(uses) > 1 {
			tell(uses)
		}
	}
}

// A use is one place that runs a program.
type use struct {
	workload  *Workload
	program   *Program
	container *Container
}

// tell sets the Command of the uses of one program: the sub-command that they
// differ in, else argv[0], else a flag, else a variable of the environment.
func tell(uses []use) {
	differ := func(get func(use) string) bool {
		seen := map[string]bool{}
		for _, u := range uses {
			seen[get(u)] = true
		}
		return len(seen) > 1
	}
	set := func(get func(use) string) {
		for _, u := range uses {
			u.program.Command = get(u)
		}
	}
	sub := func(u use) string {
		if len(u.program.Args) > 0 && !strings.HasPrefix(u.program.Args[0], "-") {
			return u.program.Args[0]
		}
		return ""
	}
	argv0 := func(u use) string {
		if u.program.argv0 != "" {
			return u.program.argv0
		}
		if argv := unwrap(append(slices.Clone(u.container.Command), u.container.Args...)); len(argv) > 0 && !strings.HasPrefix(argv[0], "-") {
			return path.Base(argv[0])
		}
		return ""
	}
	if differ(sub) {
		set(sub)
		return
	}
	if differ(argv0) {
		set(argv0)
		return
	}
	if name := variable(uses, differ); name != "" {
		set(func(u use) string {
			if v, ok := u.container.Lookup(name); ok && v.Known {
				return name + "=" + v.Value
			}
			return ""
		})
		return
	}
	flag := func(u use) string {
		for _, a := range u.program.Args {
			if name, value, ok := strings.Cut(a, "="); ok && strings.HasPrefix(name, "-") && hints(u.workload.Name, value) {
				return a
			}
		}
		return ""
	}
	if differ(flag) {
		set(flag)
	}
}

// variable returns the variable of the environment that selects the part of
// the program: it differs between the uses, and its value is a part of the
// workload's name; else the only one that differs and is no address.
func variable(uses []use, differ func(func(use) string) bool) string {
	var names []string
	for _, u := range uses {
		for _, e := range u.container.Env {
			if !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			}
		}
	}
	slices.Sort(names)
	var other []string
	for _, n := range names {
		value := func(u use) string {
			v, _ := u.container.Lookup(n)
			return v.Value
		}
		if !differ(value) {
			continue
		}
		all := true
		for _, u := range uses {
			all = all && hints(u.workload.Name, value(u))
		}
		if all {
			return n
		}
		plain := true
		for _, u := range uses {
			plain = plain && !strings.ContainsAny(value(u), ":/@ ") && strings.Trim(value(u), "0123456789") != ""
		}
		if plain {
			other = append(other, n)
		}
	}
	if len(other) == 1 {
		return other[0]
	}
	return ""
}

// hints reports whether a value is a part of a workload's name.
func hints(name, value string) bool {
	return value != "" && strings.Contains("-"+name+"-", "-"+value+"-")
}
