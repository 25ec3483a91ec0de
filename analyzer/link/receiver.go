package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// valueReceiver returns the arguments of a method whose receiver is a struct:
// where it is called through an interface that holds a pointer, the method
// gets what the pointer leads to.
func (m *machine) valueReceiver(fn *summary.Func, args []setID) []setID {
	if fn.Recv == "" || strings.HasPrefix(fn.Recv, "*") || len(args) == 0 {
		return args
	}
	if t := m.prog.typ(fn.Recv); t == nil || t.Underlying != "struct" {
		return args
	}
	recv := m.each(args[0], func(id valueID, v value) setID {
		if k := m.objects[v.obj].kind; v.kind == kAddr && (k == oAlloc || k == oGlobal) {
			return m.one(value{kind: kAgg, obj: v.obj, path: v.path})
		}
		return m.set([]valueID{id})
	})
	if recv == args[0] {
		return args
	}
	args = slices.Clone(args)
	args[0] = recv
	return args
}
