package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// first returns s as the first result and plain others.
func (m *machine) first(c site, s setID) []setID {
	rets := m.plainResults(c)
	if len(rets) > 0 {
		rets[0] = s
	}
	return rets
}

// argument returns the argument that an entry names.
func (m *machine) argument(inst *instance, entry *catalog.Entry, name string, recv setID, args []setID) setID {
	i, ok := entry.Arg(name)
	switch {
	case !ok:
		return none
	case i == catalog.Receiver:
		return recv
	case i == catalog.Last:
		if len(args) == 0 {
			return none
		}
		last := args[len(args)-1]
		if elems := m.elements(inst, last); len(elems) > 0 {
			return elems[len(elems)-1]
		}
		return last
	case i < len(args):
		return args[i]
	}
	return none
}

// elements returns what the elements of a list may hold, in order where the
// indices are known.
func (m *machine) elements(inst *instance, list setID) []setID {
	l := listing{m: m, inst: inst}
	for _, id := range m.sets[list] {
		v := m.byID[m.bare(id)]
		if v.kind == kAddr || v.kind == kAgg {
			l.add(v.obj, v.path, 0)
		}
	}
	return l.out
}

// A listing collects the elements of a list and of the lists that it was
// appended to or copied from, each list once: those that grow in loops are
// copies of one another on very many ways.
type listing struct {
	m    *machine
	inst *instance
	met  map[cellKey]int // lists by the depth at which they were listed
	out  []setID
}

func (l *listing) add(obj objID, path pathID, depth int) {
	key := cellKey{obj, path}
	if at, ok := l.met[key]; depth > 6 || ok && at <= depth {
		return
	}
	if l.met == nil {
		l.met = map[cellKey]int{}
	}
	l.met[key] = depth
	m := l.m
	o := &m.objects[obj]
	m.depend(m.cell(obj, m.child(path, "[all]")), l.inst)
	known := map[int]pathID{}
	var order []int
	for _, kid := range o.kids[path] {
		comp := m.paths[kid].comp
		if n, ok := indexOf(comp); ok {
			known[n] = kid
			order = append(order, n)
		}
	}
	slices.Sort(order)
	for _, n := range order {
		l.out = append(l.out, m.element(l.inst, obj, known[n]))
	}
	if unknown := m.element(l.inst, obj, m.child(path, "[unknown]")); unknown != none && len(order) == 0 {
		l.out = append(l.out, unknown)
	}
	c := m.cell(obj, path)
	m.depend(c, l.inst)
	for _, id := range m.sets[c.set] {
		if v := m.byID[m.bare(id)]; v.kind == kAgg && v.obj != obj {
			l.add(v.obj, v.path, depth+1)
		}
	}
}

// element returns the value of an element: what was stored, or the struct that
// stands there.
func (m *machine) element(inst *instance, obj objID, path pathID) setID {
	if s := m.read(obj, path, inst); s != none {
		return s
	}
	if len(m.objects[obj].kids[path]) > 0 {
		return m.one(value{kind: kAgg, obj: obj, path: path})
	}
	return none
}

func indexOf(comp string) (int, bool) {
	if len(comp) < 3 || comp[0] != '[' {
		return 0, false
	}
	n := 0
	for _, r := range comp[1 : len(comp)-1] {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, true
}

// argType returns the static type of the n-th argument, receiver excluded.
func (m *machine) argType(c site, n int) string {
	args := c.in.Args
	if c.in.Mode != summary.Static || strings.HasPrefix(c.in.Sym, "(") {
		n++
	}
	if n >= len(args) {
		return ""
	}
	return refType(c.inst.fn, args[n])
}

func refType(fn *summary.Func, r summary.Ref) string {
	switch n := int(r); {
	case r == summary.NoRef:
		return ""
	case n < 0:
		if -n-1 < len(fn.Pool) {
			return fn.Pool[-n-1].Type
		}
		return ""
	case n < len(fn.Params):
		return fn.Params[n].Type
	case n < fn.Values():
		return fn.Free[n-len(fn.Params)].Type
	default:
		return fn.Instrs[n-fn.Values()].Type
	}
}
