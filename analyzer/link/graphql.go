package link

import (
	"slices"

	"github.com/coordlint/coordlint/analyzer/catalog"
)

// schemaMethods are the methods of a generated GraphQL schema that run the
// resolvers of an operation: one for all, or one for each kind.
var schemaMethods = [...]string{"Exec", "Query", "Mutation", "Subscription"}

// graphqlServer evaluates the schema that a GraphQL handler was made of. What
// answers with a function is asked for its answer: that is when it resolves.
func (m *machine) graphqlServer(c site, id valueID) {
	v := m.byID[m.bare(id)]
	if v.kind != kAddr || m.objects[v.obj].kind != oLib {
		return
	}
	e := m.objects[v.obj].entry
	if e == nil || e.Role != catalog.HTTPRoute || e.Op != "graphql" {
		return
	}
	i, ok := e.Arg("handler")
	if !ok || i < 0 {
		return
	}
	for _, id := range slices.Clone(m.sets[m.read(v.obj, m.child(root, "$"+itoa(i)), c.inst)]) {
		s := m.byID[id]
		if s.kind != kIface {
			continue
		}
		for _, name := range schemaMethods {
			meth, ok := m.prog.method(s.t, name)
			fn := m.prog.body(meth.Symbol)
			if !ok || fn == nil {
				continue
			}
			args := m.requestArgs(fn, value{kind: kFunc})
			if len(args) > 0 {
				args[0] = m.embedded(c.inst, m.set([]valueID{s.in}), meth.Path)
			}
			if answer := rets0(m.enter(c, fn, -1, args)); m.anyCallable(answer) {
				m.callValue(c, answer, m.requestArgs(m.funcOf(answer), value{kind: kFunc}))
			}
		}
	}
}

// selects reports whether a list is what one request asks for of a schema. A
// loop over it runs, of all that it could run, the parts that are asked for:
// one stands for them.
func (m *machine) selects(list setID) bool {
	id, ok := m.single(list)
	if !ok {
		return false
	}
	v := m.byID[m.bare(id)]
	if v.kind != kAddr || m.objects[v.obj].kind != oLib {
		return false
	}
	e := m.objects[v.obj].entry
	return e != nil && e.Role == catalog.Inert && e.Op == "selection"
}
