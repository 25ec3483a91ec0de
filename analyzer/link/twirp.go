package link

import (
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// twirpServer registers the methods of a server that protoc-gen-twirp made, if
// the handler of a route or server is one. Its type has a method serve<Name>
// for each of them, and its ServeHTTP names the service.
func (m *machine) twirpServer(ev *event, handlers setID) bool {
	found := false
	for _, id := range m.sets[handlers] {
		v := m.byID[id]
		if v.kind != kIface {
			continue
		}
		if _, ok := m.prog.method(v.t, "ProtocGenTwirpVersion"); !ok {
			continue
		}
		serve, ok := m.prog.method(v.t, "ServeHTTP")
		body := m.prog.body(serve.Symbol)
		if !ok || body == nil {
			continue
		}
		name := v.t[strings.LastIndexByte(v.t, '.')+1:]
		service := twirpService(body, strings.TrimSuffix(name, "Server"))
		for _, meth := range m.prog.typ(v.t).Methods {
			method := strings.TrimPrefix(meth.Name, "serve")
			fn := m.prog.body(meth.Symbol)
			if method == meth.Name || fn == nil || strings.HasSuffix(method, "JSON") || strings.HasSuffix(method, "Protobuf") {
				continue
			}
			found = true
			args := []setID{m.set([]valueID{v.in}), m.one(value{kind: kCtx, s: ctxRequest}), m.one(value{kind: kRequest}), m.one(value{kind: kRequest})}
			e := m.addNamed(ev, "grpc", service+"/"+method, m.one(value{kind: kFunc, s: meth.Symbol}), args)
			e.impl = m.fieldAddr(m.set([]valueID{v.in}), strings.ToUpper(name[:1])+strings.TrimSuffix(name[1:], "Server"))
			e.impl = m.loadAs(nil, e.impl, false)
		}
	}
	return found
}

// twirpService returns the full name of a service, which the generated
// ServeHTTP compares with that in the path.
func twirpService(serve *summary.Func, name string) string {
	name = strings.ToUpper(name[:1]) + name[1:]
	best := name
	for _, op := range serve.Pool {
		if op.Kind == summary.Const && strings.HasSuffix(op.Text, "."+name) && len(op.Text) > len(best) {
			best = op.Text
		}
	}
	return best
}
