package link

import (
	"slices"
	"strings"
)

// register handles the registration of an RPC service: it reads the
// description that generated code made and hands every method to the object.
func (m *machine) register(c site, ev *event, arg func(string) setID) {
	impl := arg("handler")
	switch ev.entry.Technology {
	case "net-rpc":
		m.registerExported(ev, impl, arg("name"))
		return
	case "go-micro":
		m.registerMicro(c, ev, impl)
		return
	case "kitex":
		m.registerKitex(c, ev, arg("svcinfo"), impl)
		return
	case "drpc":
		m.registerDRPC(c, ev, arg("desc"), impl)
		return
	}
	if desc := arg("desc"); desc != none {
		m.registerDesc(c, ev, desc, impl)
		return
	}
	if name := arg("method"); name != none {
		for _, id := range m.sets[name] {
			if v := m.byID[m.bare(id)]; v.kind == kConst {
				e := m.addNamed(ev, "grpc", strings.TrimPrefix(v.s, "/"), impl, nil)
				e.stream = strings.Contains(ev.sym[strings.LastIndexByte(ev.sym, '.')+1:], "Stream")
			}
		}
	}
}

// registerDesc reads a grpc.ServiceDesc.
func (m *machine) registerDesc(c site, ev *event, desc, impl setID) {
	read := func(base setID, field string) setID { return m.field(c.inst, base, field, false) }
	service, ok := m.constant(read(desc, "ServiceName"))
	if !ok {
		m.gap("address", c.in.Site, "the name of the registered service is not known")
		return
	}
	request := m.one(value{kind: kRequest})
	ctx := m.one(value{kind: kCtx, s: ctxRequest})
	for _, method := range m.elements(c.inst, read(desc, "Methods")) {
		if name, ok := m.constant(read(method, "MethodName")); ok {
			e := m.addNamed(ev, "grpc", service+"/"+name, read(method, "Handler"), []setID{impl, ctx, request, m.one(value{kind: kNil})})
			e.impl = impl
		}
	}
	for _, stream := range m.elements(c.inst, read(desc, "Streams")) {
		if name, ok := m.constant(read(stream, "StreamName")); ok {
			e := m.addNamed(ev, "grpc", service+"/"+name, read(stream, "Handler"), []setID{impl, request})
			e.impl, e.stream = impl, true
		}
	}
}

// registerKitex reads a serviceinfo.ServiceInfo: its methods are the keys of a
// map, and have the names of the object's methods.
func (m *machine) registerKitex(c site, ev *event, info, impl setID) {
	service, ok := m.kitexService(c.inst, info)
	if !ok {
		m.gap("address", c.in.Site, "the name of the registered service is not known")
		return
	}
	for _, id := range m.sets[m.keys(c.inst, m.field(c.inst, info, "Methods", false))] {
		if v := m.byID[m.bare(id)]; v.kind == kConst {
			m.addByName(ev, service+"/"+v.s, impl)
		}
	}
}

// kitexService returns the full name of a service: its Thrift or proto
// package, and its own.
func (m *machine) kitexService(inst *instance, info setID) (string, bool) {
	service, ok := m.constant(m.field(inst, info, "ServiceName", false))
	if !ok {
		return "", false
	}
	extra := m.field(inst, info, "Extra", false)
	if pkg, ok := m.constant(m.bareSet(m.loadAs(inst, m.indexAddr(extra, "{PackageName}"), false))); ok && pkg != "" {
		service = pkg + "." + service
	}
	return service, true
}

// registerDRPC calls the Method of a drpc.Description, whose first result is
// the name of an RPC.
func (m *machine) registerDRPC(c site, ev *event, desc, impl setID) {
	for _, id := range m.sets[desc] {
		v := m.byID[id]
		if v.kind != kIface {
			continue
		}
		meth, ok := m.prog.method(v.t, "Method")
		fn := m.prog.body(meth.Symbol)
		if !ok || fn == nil {
			continue
		}
		top := m.pseudo("description " + meth.Symbol)
		rets := m.enter(site{top, 0, c.in}, fn, -1, []setID{m.set([]valueID{v.in}), m.unknown("index")})
		for _, name := range m.renderAll(rets0(rets)) {
			if name = strings.TrimPrefix(name, "/"); name != "" && !strings.Contains(name, hole) {
				m.addByName(ev, name, impl)
			}
		}
	}
}

// registerExported registers the methods that net/rpc finds by reflection:
// exported, with an argument and a pointer for the reply, and an error.
func (m *machine) registerExported(ev *event, impl, name setID) {
	for _, id := range m.sets[impl] {
		v := m.byID[id]
		t := m.prog.typ(v.t)
		if v.kind != kIface || t == nil {
			continue
		}
		service := v.t[strings.LastIndexByte(v.t, '.')+1:]
		if text, ok := m.constant(m.bareSet(name)); ok {
			service = text
		}
		for _, meth := range t.Methods {
			fn := m.prog.body(meth.Symbol)
			if fn == nil || strings.ToUpper(meth.Name[:1]) != meth.Name[:1] || len(fn.Params) != 3 || len(fn.Results) != 1 ||
				fn.Results[0] != "error" || !strings.HasPrefix(fn.Params[2].Type, "*") {
				continue
			}
			m.addByName(ev, service+"/"+meth.Name, m.set([]valueID{id}))
		}
	}
}

// addByName registers the method of an object that has the name of an RPC.
func (m *machine) addByName(ev *event, rpc string, impl setID) {
	name := rpc[strings.LastIndexByte(rpc, '/')+1:]
	if name == "" {
		return
	}
	e := m.addNamed(ev, "grpc", rpc, impl, nil)
	e.impl, e.method = impl, name
}

// runByName evaluates the method of an object that serves an RPC.
func (m *machine) runByName(c site, e *entry, id valueID) {
	v := m.byID[id]
	if v.kind != kIface {
		return
	}
	for _, name := range []string{e.method, strings.ToUpper(e.method[:1]) + e.method[1:]} {
		found := m.methodsOf(c.inst, id, name)
		for _, r := range found {
			args := m.requestArgs(r.fn, value{kind: kFunc})
			if len(args) > 0 {
				args[0] = r.recv
			}
			if last := len(r.fn.Params) - 1; last > 0 && strings.HasSuffix(r.fn.Params[last].Type, "Stream") {
				e.stream = true
			}
			m.enter(c, r.fn, -1, args)
		}
		if len(found) > 0 {
			return
		}
	}
}

// rpcNames returns the full names of the RPCs that a call names.
func (m *machine) rpcNames(ev *event, methods setID, addrs []valueID, conn setID) []string {
	switch ev.entry.Technology {
	case "connect":
		return m.procedures(addrs)
	case "go-kit":
		return m.kitNames(ev.recv)
	case "net-rpc":
		names := m.renderAll(methods)
		for i, n := range names {
			names[i] = strings.Replace(n, ".", "/", 1)
		}
		return names
	case "kitex":
		var out []string
		for _, o := range m.origins(conn) {
			service, ok := m.kitexService(nil, m.cell(o.obj, m.child(root, "$0")).set)
			for _, name := range m.renderAll(methods) {
				if ok && !slices.Contains(out, service+"/"+name) {
					out = append(out, service+"/"+name)
				}
			}
		}
		return out
	}
	return m.renderAll(methods)
}
