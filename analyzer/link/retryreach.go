package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// A part is one thing that a client or a policy is made of: an object, or a
// function that it was given by name.
type part struct {
	obj  objID // -1 for a function
	path pathID
	fn   string
}

// maxParts bounds how many objects are looked at behind one client.
const maxParts = 400

// parts collects what some values are made of: their arguments, options,
// fields, and what was set on them later. Functions are not entered.
func (b *builder) parts(sets ...setID) []part {
	c := &collector{b: b, seen: map[cellKey]bool{}}
	for _, s := range sets {
		c.set(s, 0)
	}
	return c.found
}

type collector struct {
	b     *builder
	seen  map[cellKey]bool
	found []part
}

func (c *collector) set(s setID, depth int) {
	m := c.b.m
	if depth > 14 || len(c.found) > maxParts {
		return
	}
	for _, id := range m.sets[s] {
		switch v := m.byID[m.bare(id)]; v.kind {
		case kAddr, kAgg:
			c.object(v.obj, v.path, depth)
		case kFunc:
			if p := (part{obj: -1, fn: v.s}); !slices.Contains(c.found, p) {
				c.found = append(c.found, p)
			}
		}
	}
}

func (c *collector) object(obj objID, path pathID, depth int) {
	if key := (cellKey{obj, path}); c.seen[key] {
		return
	} else {
		c.seen[key] = true
	}
	c.found = append(c.found, part{obj: obj, path: path})
	m := c.b.m
	o := &m.objects[obj]
	if o.kind != oLib && path != root {
		c.below(obj, path, depth)
		return
	}
	switch o.kind {
	case oClosure, oBound:
		return
	case oLib:
		c.set(m.cell(obj, m.child(root, "$recv")).set, depth+1)
		for n := range o.args {
			c.set(m.cell(obj, m.child(root, "$"+itoa(n))).set, depth+1)
		}
	}
	for _, ev := range c.b.setOn(obj) {
		if ev.obj >= 0 {
			c.object(ev.obj, root, depth+1)
		}
	}
	c.below(obj, path, depth)
}

// below collects what stands in the fields of an object.
func (c *collector) below(obj objID, path pathID, depth int) {
	m := c.b.m
	if depth > 14 {
		return
	}
	c.set(m.cell(obj, path).set, depth+1)
	for _, kid := range m.objects[obj].kids[path] {
		if comp := m.paths[kid].comp; comp[0] != '$' {
			if m.objects[obj].kind == oLib && len(m.objects[obj].kids[kid]) > 0 {
				c.found = append(c.found, part{obj: obj, path: kid}) // what the library made in a field
			}
			c.below(obj, kid, depth+1)
		}
	}
}

// setOn returns the calls that set something on an object: client.SetTimeout.
func (b *builder) setOn(obj objID) []*event {
	if b.settings == nil {
		b.settings = map[objID][]*event{}
		for _, inst := range b.m.order {
			if !b.m.alive(inst) {
				continue
			}
			for _, i := range callSites(inst) {
				for _, ev := range inst.lib[i] {
					b.noteSetting(ev)
				}
			}
		}
	}
	return b.settings[obj]
}

func (b *builder) noteSetting(ev *event) {
	switch ev.entry.Role {
	case catalog.Retry, catalog.BackoffSet, catalog.Timeout:
	default:
		return
	}
	for _, id := range b.m.sets[ev.recv] {
		if v := b.m.byID[b.m.bare(id)]; v.kind == kAddr {
			b.settings[v.obj] = append(b.settings[v.obj], ev)
		}
	}
}

// given returns an argument of the library call that made an object.
func (b *builder) given(obj objID, names ...string) setID {
	o := &b.m.objects[obj]
	if o.entry == nil {
		return none
	}
	for _, name := range names {
		i, ok := o.entry.Arg(name)
		switch {
		case !ok:
		case i == catalog.Last && o.args > 0:
			return b.m.cell(obj, b.m.child(root, "$"+itoa(o.args-1))).set
		case i >= 0:
			return b.m.cell(obj, b.m.child(root, "$"+itoa(i))).set
		}
	}
	return none
}

// amount returns a number that a set is, if it is one that is known.
func (b *builder) amount(s setID) (float64, bool) {
	text, ok := b.m.constant(s)
	if !ok {
		return 0, false
	}
	return number(text)
}

// fieldAmount returns the number that a field of an object was given. Set says
// that it was given anything.
func (b *builder) fieldAmount(obj objID, field string) (n float64, known, set bool) {
	s := b.m.read(obj, b.m.child(root, "."+field), nil)
	n, known = b.amount(s)
	return n, known, s != none
}

// eventAt returns the catalog's events at an instruction.
func eventAt(inst *instance, i int, role catalog.Role) *event {
	for _, ev := range inst.lib[i] {
		if ev.entry.Role == role {
			return ev
		}
	}
	return nil
}

// globalsAt returns the package variables among the operands of a call, loaded
// or not: what a library declares has no value here but its name.
func globalsAt(fn *summary.Func, in *summary.Instr) []string {
	var out []string
	for _, a := range in.Args {
		if i := int(a) - fn.Values(); a >= 0 && i >= 0 && fn.Instrs[i].Op == summary.OpLoad {
			a = fn.Instrs[i].Args[0]
		}
		if n := -int(a) - 1; a < 0 && n < len(fn.Pool) && fn.Pool[n].Kind == summary.GlobalVar {
			out = append(out, fn.Pool[n].Text)
		}
	}
	return out
}
