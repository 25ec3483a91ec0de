package link

import (
	"slices"
	"strings"

	"github.com/coordlint/coordlint/analyzer/catalog"
	"github.com/coordlint/coordlint/analyzer/catalog/sqltext"
	"github.com/coordlint/coordlint/analyzer/summary"
	"github.com/coordlint/coordlint/graph"
)

// Locks that are kept in stores and that no method called Lock takes: rows
// that a statement locks for its transaction, advisory locks that a statement
// takes by name, and keys that are set if they are absent and deleted again.

// sqlOps reads what the statements of an event do to locks.
func (f *flow) sqlOps(op *lockOps, i int, in *summary.Instr, ev *event) {
	b := f.b
	for _, s := range b.l.statements(b.d, ev) {
		key := "advisory " + s.Advisory.Key
		switch {
		case s.Advisory.Op == "release":
			f.give(op, in, key)
			continue
		case in.Op != summary.OpCall:
			continue
		}
		var info *graph.LockInfo
		switch {
		case s.Advisory.Op != "":
			info = b.storeLock(ev, "advisory", s.Advisory.Key, s.Advisory.Constant)
		case hotRow(&s):
			info = b.storeLock(ev, "row", rowName(&s), true)
		}
		if info == nil {
			continue
		}
		if s.Advisory.Op != "" && s.Advisory.Session {
			f.take(op, i, in, ev, key, info)
			continue
		}
		for _, obj := range b.transactions(b.clients(ev)) { // held to its end
			f.take(op, i, in, ev, txPrefix+itoa(int(obj)), info)
			f.acqs[len(f.acqs)-1].row = true
			break
		}
	}
}

// hotRow reports whether a statement locks the same rows whatever is asked:
// FOR UPDATE or n = n + 1 under a predicate that no request changes. A queue's
// SKIP LOCKED makes nobody wait.
func hotRow(s *sqltext.Statement) bool {
	if s.Partial || s.SkipLocked || s.Predicate == sqltext.Varying {
		return false
	}
	return s.ForUpdate && s.Verb == sqltext.Select || s.Sequence == sqltext.Increment && s.Predicate == sqltext.Constant
}

// rowName names the rows that a statement locks.
func rowName(s *sqltext.Statement) string {
	tables := s.Writes
	if len(tables) == 0 {
		tables = s.Reads
	}
	name := strings.Join(tables, ", ")
	if s.Where != "" {
		name += " where " + s.Where
	}
	return name
}

// clients returns what an event is sent through.
func (b *builder) clients(ev *event) setID {
	values := ev.recv
	for _, name := range []string{"client", "db", "conn", "session", "of"} {
		values = b.m.join(values, b.m.argument(nil, ev.entry, name, ev.recv, ev.args))
	}
	return values
}

// storeLock describes a lock in the store that an event goes to; nil if that
// is not known.
func (b *builder) storeLock(ev *event, kind, name string, constant bool) *graph.LockInfo {
	targets := b.l.resolve(b.d, ev)
	if len(targets) == 0 {
		return nil
	}
	site := gsite(ev.inst.fn.Instrs[ev.instr].Site)
	info := &graph.LockInfo{
		ID: targets[0].to + " " + kind + " " + name, Name: name, Kind: kind, Scope: "service", Exclusive: true, Resource: targets[0].to, Declared: site,
	}
	if !constant {
		info.Scope = "keyed"
	}
	return info
}

// rowStep puts a statement that counts in one row outside of a transaction
// under that row's lock: it is held while the store writes it.
func (b *builder) rowStep(ev *event, s *graph.Step) *graph.Step {
	if s.Tx || ev.entry.Role != catalog.DBExec && ev.entry.Role != catalog.DBQuery {
		return s
	}
	for _, st := range b.l.statements(b.d, ev) {
		if st.Sequence == sqltext.Increment && hotRow(&st) {
			if info := b.storeLock(ev, "row", rowName(&st), true); info != nil {
				return &graph.Step{Kind: graph.Hold, Steps: []*graph.Step{s}, Site: s.Site, Func: s.Func, Lock: info}
			}
		}
	}
	return s
}

// markerOps reads an event that sets a key if it is absent, or deletes one. A
// key that nobody deletes again is a marker, a first-time test, and no lock.
func (f *flow) markerOps(op *lockOps, i int, in *summary.Instr, ev *event) {
	b := f.b
	c, ok := b.l.keyCommand(b.d, ev)
	if !ok {
		return
	}
	verb := strings.ToUpper(c.verb)
	switch {
	case f.absent(ev, verb):
		words := b.m.words(ev, "key")
		if _, command := ev.entry.Arg("command"); command {
			if words = b.m.words(ev, "command"); len(words) > 0 {
				words = words[1:]
			}
		}
		if len(words) == 0 || in.Op != summary.OpCall || len(b.m.sets[words[0]]) == 0 {
			return
		}
		name := strings.ReplaceAll(b.m.render(words[0]), hole, "*")
		if info := b.storeLock(ev, ev.entry.Technology, name, b.m.fixed(words[0])); info != nil {
			info.Kind = "redis"
			a := &acquisition{instr: i, site: in.Site, key: markerKey(words[0]), info: info, token: true, only: f.absentAnswer(i)}
			op.takes = append(op.takes, f.acquire(a))
		}
	case slices.Contains([]string{"DEL", "DELCTX", "UNLINK", "EVAL", "EVALCTX", "EVALSHA", "RUN", "SCRIPTRUN", "SCRIPTRUNCTX"}, verb):
		for _, arg := range ev.args {
			for _, key := range append(b.m.elements(nil, arg), arg) {
				f.give(op, in, markerKey(key))
				f.gives[i] = append(f.gives[i], markerKey(key))
			}
		}
	}
}

// releases reports whether an instruction deletes a key that the function set
// as a lock.
func (f *flow) releases(i int) bool {
	return slices.ContainsFunc(f.acqs, func(a *acquisition) bool { return a.token && slices.Contains(f.gives[i], a.key) })
}

func markerKey(s setID) string { return "marker " + itoa(int(s)) }

// absent reports whether a command sets a key only if it is absent.
func (f *flow) absent(ev *event, verb string) bool {
	m := f.b.m
	if ev.entry.Role == catalog.DLock {
		return true
	}
	if verb != "SET" {
		return f.b.l.cat.RedisCommand(verb) == "cas"
	}
	return slices.ContainsFunc(m.words(ev, "command"), func(w setID) bool { return strings.EqualFold(m.render(w), "nx") })
}

// fixed reports whether no request has a say in a text.
func (m *machine) fixed(s setID) bool {
	for _, id := range m.sets[s] {
		for _, p := range m.parts(id) {
			switch m.byID[p].kind {
			case kConst, kEnv, kFlag, kSetting:
			default:
				return false
			}
		}
	}
	return len(m.sets[s]) > 0
}

// absentAnswer finds the value that says whether the key was set: the call's
// own, or that of the method that takes it out of the answer.
func (f *flow) absentAnswer(i int) edgeCond {
	fn := f.inst.fn
	answers := []summary.Ref{summary.Ref(fn.Values() + i)}
	for n := 0; n < len(answers) && n < 8; n++ {
		for j := range fn.Instrs {
			in := &fn.Instrs[j]
			if len(in.Args) == 0 || !slices.Contains(in.Args, answers[n]) {
				continue
			}
			self := summary.Ref(fn.Values() + j)
			switch in.Op {
			case summary.OpExtract:
				if in.N != 0 {
					continue
				}
				if in.Type == "bool" {
					return edgeCond{true, self, "true"}
				}
				answers = append(answers, self)
			case summary.OpCall:
				if in.Type == "bool" {
					return edgeCond{true, self, "true"}
				}
				if strings.HasPrefix(in.Type, "(") { // Result(), redis.Bool(...)
					answers = append(answers, self)
				}
			}
		}
	}
	return edgeCond{}
}
