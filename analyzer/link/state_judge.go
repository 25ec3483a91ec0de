package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// judge says why memory that requests write is no state (S4), or what it is a
// copy of.
func (f *stateFinder) judge(u *cellUse, s *graph.State) {
	switch {
	case s.Kind == "file" || s.Kind == "embedded-db" || s.Kind == "session-store":
	case !holdsAll(s.Kind) && f.keepsClients(u):
		s.Excused = "connection cache"
	case len(u.readers) == 0 && u.standard:
		s.Excused = "metric"
	case !holdsAll(s.Kind) && keepsLocks(u.cell.typ):
		s.Excused = "lock table"
	case !holdsAll(s.Kind) && f.throttle(u):
		s.Excused = "throttle"
	case !holdsAll(s.Kind) && f.registry(u):
		s.Excused = "registry"
	case !holdsAll(s.Kind) && f.memo(u):
		s.Excused = "memo of a pure function"
	case u.handed || u.cell.typ == "error" || u.cell.fed:
	default:
		if s.Backed == "" {
			s.Backed = f.backing(u)
		}
		if s.Backed != "" {
			s.Invalidation = f.invalidation(u)
		}
	}
}

func (u *cellUse) writes() []access {
	return slices.DeleteFunc(slices.Clone(u.accesses), func(a access) bool { return !a.write })
}

// keepsClients reports whether what is kept are connections or clients.
func (f *stateFinder) keepsClients(u *cellUse) bool {
	if u.cell.fed {
		return false
	}
	t := u.cell.typ
	for _, name := range []string{"grpc.ClientConn", "sql.DB", "http.Client", "http.Transport", "rpc.Client", "ssh.Client", "redis.Client", "mongo.Client", "sync.Pool"} {
		if strings.Contains(t, name) {
			return true
		}
	}
	found := false
	for _, a := range u.writes() {
		if a.remove || a.vals == none {
			continue
		}
		if f.client(a.vals, 0) {
			found = true
		}
	}
	return found
}

// client reports whether a value is, or holds, something that a connection was
// opened for. A function that closes one holds it.
func (f *stateFinder) client(s setID, depth int) bool {
	if depth > 3 {
		return false
	}
	m := f.m
	for _, id := range m.sets[s] {
		v := m.byID[m.bare(id)]
		if v.kind != kAddr && v.kind != kAgg {
			continue
		}
		o := &m.objects[v.obj]
		if o.kind == oLib {
			if o.entry != nil && (opens(o.entry) || o.entry.Role == catalog.RPCDial || o.entry.Role == catalog.HTTPClient && o.entry.Op != "request") && o.entry.Role != catalog.LocalCache {
				return true
			}
			continue
		}
		if o.kind != oAlloc && o.kind != oClosure {
			continue
		}
		if t := m.cat.Type(strings.TrimLeft(o.typ, "*")); t != nil && opensType(t) {
			return true
		}
		for _, kid := range m.objects[v.obj].kids[v.path] {
			if c := m.cells[cellKey{v.obj, kid}]; c != nil && f.client(c.set, depth+1) {
				return true
			}
		}
		if c := m.cells[cellKey{v.obj, v.path}]; c != nil && f.client(c.set, depth+1) {
			return true
		}
	}
	return false
}

// keepsLocks reports whether the elements of a map are locks, one a key.
func keepsLocks(typ string) bool {
	i := strings.LastIndexByte(typ, ']')
	if i < 0 || !strings.HasPrefix(typ, "map[") {
		return false
	}
	switch strings.TrimLeft(typ[i+1:], "*") {
	case "sync.Mutex", "sync.RWMutex", "sync.Locker", "sync.WaitGroup", "sync.Once", "golang.org/x/sync/semaphore.Weighted":
		return true
	}
	return false
}

// throttle reports whether memory only bounds how often or how many: limiters,
// times of last use, numbers that go up and down.
func (f *stateFinder) throttle(u *cellUse) bool {
	elem := u.cell.typ
	if i := strings.LastIndexByte(elem, ']'); i >= 0 && strings.HasPrefix(elem, "map[") {
		elem = elem[i+1:]
	}
	if strings.Contains(elem, "rate.Limiter") || strings.HasSuffix(elem, "Limiter") || strings.TrimLeft(elem, "*") == "time.Time" {
		return true
	}
	if t := f.m.prog.typ(elem); t != nil {
		for _, field := range t.Fields {
			if strings.HasSuffix(field.Type, "rate.Limiter") {
				return true
			}
		}
	}
	up, down, other := false, false, false
	for _, a := range u.writes() {
		switch {
		case a.remove:
		case a.counter == "+":
			up = true
		case a.counter == "-":
			down = true
		default:
			other = true
		}
	}
	return !other && (up && down || up && f.onlyRotates(u))
}

// onlyRotates reports whether a counter is read for its remainder alone: it
// chooses whose turn it is.
func (f *stateFinder) onlyRotates(u *cellUse) bool {
	met := false
	for _, a := range u.accesses {
		if a.write {
			continue
		}
		met = true
		fn := a.inst.fn
		ref := summary.Ref(fn.Values() + a.instr)
		rotates := false
		for i := range fn.Instrs {
			in := &fn.Instrs[i]
			for _, x := range in.Args {
				if x == ref {
					switch {
					case in.Op == summary.OpBin && in.Sym == "%":
						rotates = true
					case in.Op == summary.OpConvert, in.Op == summary.OpBin:
						ref = summary.Ref(fn.Values() + i)
					}
				}
			}
		}
		if !rotates {
			return false
		}
	}
	return met
}

// registry reports whether what is kept are functions.
func (f *stateFinder) registry(u *cellUse) bool {
	met := false
	for _, a := range u.writes() {
		if a.remove {
			continue
		}
		if !f.m.anyCallable(a.vals) {
			return false
		}
		met = true
	}
	return met
}

// memo reports whether a cell keeps answers of a function of the key alone:
// it is looked up first, in the same function, and what is stored was computed
// from the key without asking anybody.
func (f *stateFinder) memo(u *cellUse) bool {
	t := u.cell.typ
	for _, name := range []string{"regexp.Regexp", "template.Template", "reflect.Type", "protoreflect."} {
		if strings.Contains(t, name) {
			return true
		}
	}
	met := false
	for _, a := range u.writes() {
		if a.remove {
			continue
		}
		if !f.pure(u, a) {
			return false
		}
		met = true
	}
	return met
}

func (f *stateFinder) pure(u *cellUse, a access) bool {
	if a.keys == none || a.inst.fn.Instrs[a.instr].Op != summary.OpMapUpdate {
		return false
	}
	fn := a.inst.fn
	in := &fn.Instrs[a.instr]
	looked := slices.ContainsFunc(u.accesses, func(b access) bool {
		return !b.write && b.inst == a.inst && fn.Instrs[b.instr].Op == summary.OpLookup && (b.instr < a.instr)
	})
	if !looked {
		return false
	}
	val := in.Args[2]
	for range 6 {
		i := int(val) - fn.Values()
		if i < 0 || i >= len(fn.Instrs) {
			return false
		}
		call := &fn.Instrs[i]
		switch call.Op {
		case summary.OpExtract, summary.OpConvert, summary.OpMakeInterface:
			val = call.Args[0]
			continue
		case summary.OpCall:
			return f.computes(a.inst, i, call, in.Args[1])
		}
		return false
	}
	return false
}

// computes reports whether a call is made with nothing of the request but the
// key, and neither asks anybody, nor draws, nor keeps anything.
func (f *stateFinder) computes(inst *instance, i int, call *summary.Instr, key summary.Ref) bool {
	if call.Mode == summary.Builtin {
		return false
	}
	keyed := false
	for n, arg := range call.Args {
		if n == 0 && call.Mode == summary.Value {
			continue
		}
		set := f.m.ref(inst, arg)
		if arg == key || set == f.m.ref(inst, key) && set != none {
			keyed = true
			continue
		}
		if f.carries(set, 0) {
			return false
		}
	}
	if !keyed {
		return false
	}
	pure := true
	check := func(x *instance, j int) {
		for _, ev := range x.lib[j] {
			if remote(ev.entry) || ev.entry.Role == catalog.Random || ev.entry.Role == catalog.Clock || ev.entry.Role == catalog.File {
				pure = false
			}
		}
	}
	check(inst, i)
	for _, target := range inst.calls[i] {
		top := append([]*instance{target}, walk(target, nil).order...)
		for _, x := range top {
			for _, j := range callSites(x) {
				check(x, j)
			}
			for _, b := range f.mem.accesses(x) {
				pure = pure && !b.write
			}
		}
	}
	return pure
}
