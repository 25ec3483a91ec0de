package manifest

import (
	"slices"
)

// usedFirst moves the sources that are not used behind the others.
func usedFirst(s *Set) {
	var used, rest []Source
	to := make([]int, len(s.Sources))
	for i, src := range s.Sources {
		if src.Used {
			to[i] = len(used)
			used = append(used, src)
		} else {
			rest = append(rest, src)
		}
	}
	s.Sources = append(used, rest...)
	s.each(func(source *int) { *source = to[*source] })
}

// each calls f on the source of every object.
func (s *Set) each(f func(source *int)) {
	for _, x := range s.Workloads {
		f(&x.Source)
	}
	for _, x := range s.Services {
		f(&x.Source)
	}
	for _, x := range s.Routes {
		f(&x.Source)
	}
	for _, x := range s.Policies {
		f(&x.Source)
	}
	for _, x := range s.Externals {
		f(&x.Source)
	}
	for _, x := range s.Configs {
		f(&x.Source)
	}
	for _, x := range s.Claims {
		f(&x.Source)
	}
	for _, x := range s.Classes {
		f(&x.Source)
	}
	for _, x := range s.Budgets {
		f(&x.Source)
	}
	for _, x := range s.Quotas {
		f(&x.Source)
	}
	for _, x := range s.Topics {
		f(&x.Source)
	}
	for _, x := range s.hooks {
		f(&x.Source)
	}
}

// needed lists the compose services that those which run new programs wait
// for. It is nil if nothing says what waits for what.
func (c *candidate) needed(runs map[string]bool) []string {
	var out []string
	var visit func(name string)
	visit = func(name string) {
		for _, w := range c.set.Workloads {
			if w.Name == name {
				for _, n := range w.DependsOn {
					if !slices.Contains(out, n) {
						out = append(out, n)
						visit(n)
					}
				}
			}
		}
	}
	for _, w := range c.set.Workloads {
		if slices.ContainsFunc(w.Programs, func(p Program) bool { return !runs[p.Main] }) {
			visit(w.Name)
		}
	}
	return out
}

// merge adds a source's objects. A second source adds the workloads of
// programs that none before it runs, and what these need: everything else
// that is not there under the same name.
func merge(out *Set, c *candidate, index int, runs map[string]bool) {
	first := len(out.Workloads) == 0
	var had []string
	for _, w := range out.Workloads {
		had = append(had, w.Name)
	}
	dropped := map[string]bool{}
	c.set.each(func(source *int) { *source = index })
	needed := c.needed(runs)
	for _, w := range c.set.Workloads {
		if !first {
			double := len(w.Programs) > 0
			for _, p := range w.Programs {
				double = double && runs[p.Main]
			}
			if double || len(w.Programs) == 0 && slices.Contains(had, w.Name) || len(w.Programs) == 0 && (c.late || needed != nil && !slices.Contains(needed, w.Name)) {
				dropped[w.Name] = true
				continue
			}
		}
		out.Workloads = append(out.Workloads, w)
	}
	for _, w := range out.Workloads {
		for _, p := range w.Programs {
			runs[p.Main] = true
		}
	}
	for _, s := range c.set.Services {
		if !slices.ContainsFunc(out.Services, func(o *Service) bool { return o.Name == s.Name && o.Namespace == s.Namespace }) && !dropped[s.Name] {
			out.Services = append(out.Services, s)
		}
	}
	for _, x := range c.set.Configs {
		if out.config(x.Kind, x.Namespace, x.Name) == nil {
			out.Configs = append(out.Configs, x)
		}
	}
	out.Routes = append(out.Routes, c.set.Routes...)
	out.Policies = append(out.Policies, c.set.Policies...)
	out.Externals = append(out.Externals, c.set.Externals...)
	out.Claims = append(out.Claims, c.set.Claims...)
	out.Classes = append(out.Classes, c.set.Classes...)
	out.Budgets = append(out.Budgets, c.set.Budgets...)
	out.Quotas = append(out.Quotas, c.set.Quotas...)
	out.Topics = append(out.Topics, c.set.Topics...)
	out.hooks = append(out.hooks, c.set.hooks...)
}
