package sqltext

import "strings"

// where reads the predicate that chooses the statement's own rows: the WHERE
// at depth 0, which in CQL and MERGE may be missing.
func (p *parser) where() {
	depth := 0
	for i, t := range p.toks {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case t.is("where") && depth == 0:
			end := i + 1
			for d := 0; end < len(p.toks); end++ {
				if p.at(end).is("(") {
					d++
				} else if p.at(end).is(")") {
					d--
				} else if d == 0 && p.at(end).is("group", "order", "limit", "for", "returning", "having", "union", "offset", "fetch", "if", "lock", "window", "allow") {
					break
				}
			}
			clause := p.toks[i+1 : end]
			if varying(clause) {
				p.s.Predicate = Varying
				p.s.Where = ""
				return
			}
			p.s.Predicate = Constant
			p.s.Where = join(clause)
		}
	}
	// The same for a hole where clauses stand: nobody knows what it adds.
	if p.s.Predicate == NoPredicate && (p.s.Verb == Select || p.s.Verb == Update || p.s.Verb == Delete) {
		if last := p.at(len(p.toks) - 1); last.kind == hole && len(p.toks) > 1 && !p.at(len(p.toks)-2).is("from", "update", "limit", "offset", "by") {
			p.s.Predicate = Varying
		}
	}
}

// varying reports whether tokens depend on anything outside of the text.
func varying(toks []token) bool {
	for _, t := range toks {
		if t.kind == param || strings.ContainsRune(t.text, Hole) {
			return true
		}
	}
	return false
}

func join(toks []token) string {
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = t.text
		if t.kind == text {
			parts[i] = "'" + t.text + "'"
		}
	}
	return strings.Join(parts, " ")
}

// locks finds row locks, advisory locks, two-phase commit and conditions.
func (p *parser) locks() {
	for i, t := range p.toks {
		switch {
		case p.seq(i, "for", "update"), p.seq(i, "for", "no", "key", "update"), t.is("updlock", "xlock", "tablockx"):
			p.s.ForUpdate = true
		case p.seq(i, "for", "share"), p.seq(i, "for", "key", "share"), p.seq(i, "lock", "in", "share", "mode"), t.is("holdlock"):
			p.s.ForShare = true
		case p.seq(i, "skip", "locked"), t.is("readpast"):
			p.s.SkipLocked = true
		case t.is("nowait"):
			p.s.NoWait = true
		case p.seq(i, "on", "conflict"), p.seq(i, "on", "duplicate", "key"):
			p.s.OnConflict = true
		case p.seq(i, "prepare", "transaction"), p.seq(i, "commit", "prepared"), p.seq(i, "rollback", "prepared"),
			i == 0 && t.is("xa"):
			p.s.TwoPhase = true
		case t.is("if") && i > 0 && (p.s.Verb == Insert || p.s.Verb == Update || p.s.Verb == Delete) && !p.at(i+1).is("("):
			p.s.CompareAndSet = true
		case t.kind == word && p.at(i+1).is("("), t.is("sp_getapplock", "sp_releaseapplock"):
			p.advisory(i)
		}
	}
}

// advisory reads a call that takes or releases a lock by name.
func (p *parser) advisory(i int) {
	name := p.at(i).low
	a := Advisory{Session: true}
	switch {
	case strings.HasPrefix(name, "pg_try_advisory_"):
		a.Op = "try"
	case strings.HasPrefix(name, "pg_advisory_unlock"), name == "release_lock", name == "release_all_locks", name == "sp_releaseapplock":
		a.Op = "release"
	case strings.HasPrefix(name, "pg_advisory_"), name == "get_lock", name == "sp_getapplock":
		a.Op = "acquire"
	default:
		return
	}
	a.Session = !strings.Contains(name, "_xact_")
	args := p.toks[i+1:]
	if p.at(i + 1).is("(") {
		args = p.toks[min(i+2, len(p.toks)):min(p.closing(i+1), len(p.toks))]
	}
	if name == "get_lock" { // the second argument is a timeout
		for j := range args {
			if args[j].is(",") {
				args = args[:j]
				break
			}
		}
	}
	a.Key = join(args)
	a.Constant = !varying(args)
	for j, t := range args {
		function := j+1 < len(args) && args[j+1].is("(")
		if t.kind == word && !function && !t.is("bigint", "int", "integer", "text", "bit", "as") && name != "sp_getapplock" {
			a.Constant = false // a column
		}
	}
	p.s.Advisory = a
}

// numbers finds counters.
func (p *parser) numbers() {
	for i, t := range p.toks {
		switch {
		case t.is("nextval") && p.at(i+1).is("("), p.seq(i, "next", "value", "for"), t.is("nextval", "get_next_sequence_value") && p.at(i-1).is("."):
			p.s.Sequence = NextValue
		case t.is("last_insert_id") && p.at(i+1).is("(") && p.closing(i+1) > i+2 && p.seq(p.closing(i+1)-2, "+"):
			p.s.Sequence = LastInsertID
		case p.s.Verb == DDL && (t.is("serial", "bigserial", "smallserial", "auto_increment", "autoincrement", "identity") || p.seq(i, "create", "sequence")):
			p.s.Sequence = AutoIncrement
		case t.is("max") && p.at(i+1).is("(") && p.closing(i+1) < len(p.toks) && isID(p.at(p.closing(i+1)-1)):
			p.s.Sequence = MaxPlusOne
		case p.s.Verb == Update && t.is("set") && p.s.Sequence == NoSequence:
			p.increment(i + 1)
		}
	}
}

// increment finds SET n = n + 1.
func (p *parser) increment(i int) {
	column, i := p.name(i)
	if column == "" || !p.at(i).is("=") {
		return
	}
	again, j := p.name(i + 1)
	last := func(s string) string { return s[strings.LastIndexByte(s, '.')+1:] }
	if strings.EqualFold(last(column), last(again)) && p.at(j).is("+") {
		p.s.Sequence = Increment
	}
}

// isID reports whether a column holds an id, going by its name.
func isID(t token) bool {
	s := strings.ToLower(t.text)
	return (t.kind == word || t.kind == quoted) && (s == "id" || strings.HasSuffix(s, "_id") || strings.HasSuffix(t.text, "Id") || strings.HasSuffix(t.text, "ID") || s == "seq" || s == "number" || strings.HasSuffix(s, "_no"))
}
