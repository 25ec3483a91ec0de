package manifest

import (
	"cmp"
	"slices"
	"strings"
)

// An environment collects variables in the order of their precedence.
type environment struct {
	vars []EnvVar
	open []EnvVar // sources that are not in the tree: any name may come from them
}

// set adds or replaces a variable.
func (e *environment) set(v EnvVar) {
	for i := range e.vars {
		if e.vars[i].Name == v.Name {
			e.vars = slices.Delete(e.vars, i, i+1)
			break
		}
	}
	e.vars = append(e.vars, v)
}

// settle puts the image's variables under the container's, expands $(VAR) in
// the values, the command and the arguments, and sorts. link answers for
// variables that the cluster adds for its services.
func (c *Container) settle(image []EnvVar, link func(string) (EnvVar, bool)) {
	for _, v := range image {
		if _, ok := c.Lookup(v.Name); !ok {
			c.Env = append([]EnvVar{v}, c.Env...)
		}
	}
	// A value may use the variables that stand before it.
	for i := range c.Env {
		if c.Env[i].raw {
			c.Env[i].Value = expand(c.Env[i].Value, lookup(c.Env[:i], link))
			c.Env[i].raw = false
		}
	}
	all := lookup(c.Env, link)
	for i, s := range c.Command {
		c.Command[i] = expand(s, all)
	}
	for i, s := range c.Args {
		c.Args[i] = expand(s, all)
	}
	slices.SortStableFunc(c.Env, func(a, b EnvVar) int { return cmp.Compare(a.Name, b.Name) })
}

func lookup(vars []EnvVar, link func(string) (EnvVar, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := len(vars) - 1; i >= 0; i-- {
			if vars[i].Name == name {
				return vars[i].Value, vars[i].Known
			}
		}
		if link != nil {
			if v, ok := link(name); ok {
				return v.Value, v.Known
			}
		}
		return "", false
	}
}

// expand replaces $(NAME) as the kubelet does: $$ is a dollar sign, a name
// that nothing sets stays as it is.
func expand(s string, get func(string) (string, bool)) string {
	if !strings.Contains(s, "$") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch s[i+1] {
		case '$':
			b.WriteByte('$')
			i++
		case '(':
			end := strings.IndexByte(s[i:], ')')
			if end < 0 {
				b.WriteString(s[i:])
				return b.String()
			}
			name := s[i+2 : i+end]
			if v, ok := get(name); ok {
				b.WriteString(v)
			} else {
				b.WriteString(s[i : i+end+1])
			}
			i += end
		default:
			b.WriteByte('$')
		}
	}
	return b.String()
}
