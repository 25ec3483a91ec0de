package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
)

// registerMicro registers the methods that go-micro finds by reflection:
// exported, with a context, a request and what takes the answer, and an error.
// The name of the service is that of the object's type, and generated code
// registers a type of that name around the object.
func (m *machine) registerMicro(c site, ev *event, impl setID) {
	for _, id := range m.sets[impl] {
		v := m.byID[id]
		t := m.prog.typ(v.t)
		if v.kind != kIface || t == nil {
			continue
		}
		named, _, _ := strings.Cut(v.t, "@") // where generated code declares it
		service := named[strings.LastIndexByte(named, '.')+1:]
		for _, meth := range t.Methods {
			if strings.ToUpper(meth.Name[:1]) != meth.Name[:1] {
				continue
			}
			found := m.methodsOf(c.inst, id, meth.Name)
			serves := func(r receiving) bool { return microMethod(r.fn) }
			if len(found) == 0 || slices.ContainsFunc(found, serves) {
				m.addByName(ev, service+"/"+meth.Name, m.set([]valueID{id}))
			}
		}
	}
}

// microMethod reports whether a method has the shape of one that is called
// from outside: receiver, context, request and answer, or a stream.
func microMethod(fn *summary.Func) bool {
	n := len(fn.Params)
	return (n == 3 || n == 4) && fn.Params[1].Type == "context.Context" && len(fn.Results) == 1 && fn.Results[0] == "error"
}

// A receiving is a method with its receiver.
type receiving struct {
	fn   *summary.Func
	recv setID
}

// methodsOf returns the methods of a value that have a name, with their
// receivers: through embedded interfaces those of what these hold.
func (m *machine) methodsOf(inst *instance, id valueID, name string) []receiving {
	var out []receiving
	seen := map[valueID]bool{}
	var visit func(id valueID)
	visit = func(id valueID) {
		v := m.byID[id]
		if v.kind != kIface || seen[id] {
			return
		}
		seen[id] = true
		meth, ok := m.prog.method(v.t, name)
		if !ok {
			return
		}
		recv := m.embedded(inst, m.set([]valueID{v.in}), meth.Path)
		if fn := m.prog.body(meth.Symbol); fn != nil {
			out = append(out, receiving{fn, recv})
			return
		}
		for _, in := range m.sets[recv] {
			visit(in)
		}
	}
	visit(id)
	return out
}

// microNames returns the RPCs that a call of go-micro's client names, and the
// names under which their services are registered: what its request was made
// with.
func (m *machine) microNames(ev *event) (names []string, services []valueID) {
	for _, id := range m.sets[m.argument(nil, ev.entry, "req", ev.recv, ev.args)] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr || m.objects[v.obj].kind != oLib {
			continue
		}
		e := m.objects[v.obj].entry
		if e == nil || e.Role != catalog.RPCCall || e.Op != "request" {
			continue
		}
		arg := func(name string) setID {
			i, _ := e.Arg(name)
			return m.cell(v.obj, m.child(root, "$"+itoa(i))).set
		}
		services = append(services, m.sets[arg("service")]...)
		for _, name := range m.renderAll(arg("method")) {
			if service, method, ok := strings.Cut(name, "."); ok && !slices.Contains(names, service+"/"+method) {
				names = append(names, service+"/"+method)
			}
		}
	}
	return names, services
}

// declared returns the full name of an RPC whose proto package the wire does
// not tell, if the proto files of the tree declare just one of that service
// and method.
func (l *linker) declared(name string) string {
	full := ""
	for _, f := range l.in.Contracts {
		for _, s := range f.Services {
			for _, meth := range s.Methods {
				if meth.Name != name && !strings.HasSuffix(meth.Name, "."+name) || meth.Name == full {
					continue
				}
				if full != "" {
					return name
				}
				full = meth.Name
			}
		}
	}
	if full == "" {
		return name
	}
	return full
}
