package link

import "slices"

// reads adds what a library itself takes from the environment where the
// program does not say it: the catalog names the variables. Those that the
// deployment does not set say nothing.
func (c *confWalk) reads(obj objID) {
	m := c.m
	e := m.objects[obj].entry
	if e == nil || len(e.Reads) == 0 {
		return
	}
	// A text that is empty asks for what the library finds by itself.
	c.found = slices.DeleteFunc(c.found, func(t confText) bool {
		v := m.byID[m.bare(t.id)]
		return v.kind == kConst && v.s == ""
	})
	if len(meant(c.found, "addr", "url", "dsn", "host", "config")) > 0 {
		return
	}
	for _, r := range e.Reads {
		if len(meant(c.found, r.Name)) > 0 {
			continue
		}
		v, set, known := m.variable(nil, r.Variable)
		if !set || known && v.Value == "" {
			continue
		}
		id := m.id(value{kind: kEnv, s: r.Variable})
		if known {
			id = m.id(value{kind: kConst, s: v.Value, t: "string", in: id})
		}
		c.add(r.Name, id)
	}
}
