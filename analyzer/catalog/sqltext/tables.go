package sqltext

import "strings"

// tables finds the tables that the statement names.
func (p *parser) tables() {
	for i := 0; i < len(p.toks); i++ {
		t := p.at(i)
		switch {
		case t.is("("):
			p.depth = append(p.depth, p.at(i-1).low)
		case t.is(")"):
			if len(p.depth) > 0 {
				p.depth = p.depth[:len(p.depth)-1]
			}
		case t.is("from"):
			p.from(i)
		case t.is("join"), t.is("using") && !p.at(i+1).is("(", "ttl", "timestamp", "btree", "hash", "gin", "gist") && p.s.Verb != DDL:
			if p.s.Verb != Other {
				p.list(i+1, false, &p.s.Reads)
			}
		case t.is("into") && !p.at(i+1).is("outfile", "dumpfile"):
			if p.at(i+1).kind != param {
				p.list(p.skip(i+1, "table"), true, &p.s.Writes)
			}
		case t.is("update"):
			if !p.at(i-1).is("for", "key", "do", "on", "then", "of", ",") {
				p.list(p.skip(i+1, "only", "low_priority", "ignore", "or", "replace", "abort", "fail", "rollback"), true, &p.s.Writes)
			}
		case t.is("table"), t.is("tables") && p.s.Verb == Lock:
			if p.s.Verb == DDL || p.s.Verb == Truncate || p.s.Verb == Lock {
				p.list(p.skip(i+1, "if", "not", "exists", "only"), true, &p.s.Writes)
			}
		case t.is("truncate") && !p.at(i+1).is("table"), t.is("copy") && i == 0 && !p.at(1).is("("), t.is("lock") && i == 0 && !p.at(1).is("table", "tables"):
			p.list(i+1, true, &p.s.Writes)
		case t.is("index", "view") && p.s.Verb == DDL:
			p.index(i)
		}
	}
}

// from reads what stands behind FROM, unless it belongs to a function
// (extract(year from t)) or an operator (is distinct from x).
func (p *parser) from(i int) {
	if p.at(i-1).is("distinct") && p.at(i-2).is("is", "not") || p.s.Verb == Copy || p.s.Verb == Other {
		return
	}
	if n := len(p.depth); n > 0 {
		switch p.depth[n-1] {
		case "extract", "substring", "trim", "overlay", "position":
			return
		}
	}
	if p.s.Verb == Delete && p.at(i-1).is("delete", "ignore", "quick", "low_priority") || p.at(i-1).is("delete") {
		p.list(p.skip(i+1, "only"), true, &p.s.Writes)
		return
	}
	p.list(p.skip(i+1, "only", "lateral"), false, &p.s.Reads)
}

// skip returns the first index from i on that holds none of some keywords.
func (p *parser) skip(i int, words ...string) int {
	for p.at(i).is(words...) {
		i++
	}
	return i
}

// list reads names of tables, with aliases, and commas between them. A name
// before a parenthesis is a function, unless it is one that is written:
// INSERT INTO t (a, b).
func (p *parser) list(i int, written bool, out *[]string) {
	for {
		name, next := p.name(i)
		switch {
		case name == "":
			if !p.at(i).is("(") { // subqueries are met by tables
				return
			}
			next = p.closing(i) + 1
		case p.at(next).is("(") && !written:
			next = p.closing(next) + 1
		default:
			*out = append(*out, name)
			if strings.ContainsRune(name, Hole) {
				p.s.Partial = true
			}
			if written && p.at(next).is("(") {
				return
			}
		}
		if p.at(next).is("as") {
			next++
		}
		if t := p.at(next); t.kind == quoted || t.kind == word && !clause(t) {
			next++ // alias
		}
		if p.at(next).is("(") { // hints, columns of an alias
			next = p.closing(next) + 1
		}
		for p.at(next).is("read", "write", "local") { // LOCK TABLES a READ, b WRITE
			next++
		}
		if !p.at(next).is(",") {
			return
		}
		i = p.skip(next+1, "only", "lateral", "table")
	}
}

// clause reports whether a word goes on with the statement: no alias.
func clause(t token) bool {
	return t.is("where", "set", "on", "using", "join", "inner", "left", "right", "full", "cross", "natural", "group", "order", "having", "limit", "offset", "fetch", "for",
		"union", "intersect", "except", "minus", "returning", "values", "select", "default", "with", "window", "when", "lock", "force", "use", "ignore", "if", "prewhere", "final",
		"sample", "allow", "partition", "tablesample", "straight_join", "outer", "lateral", "in", "read", "write", "local", "add", "drop", "alter", "rename", "modify", "cascade", "restrict", "to", "from", "as", "option", "output", "format", "engine", "nowait", "not", "then", "array", "do")
}

// name reads a qualified name and returns the index behind it; "" if there is
// none at i.
func (p *parser) name(i int) (string, int) {
	var b strings.Builder
	for {
		t := p.at(i)
		switch t.kind {
		case quoted, hole:
			b.WriteString(t.text)
		case word:
			if b.Len() == 0 && (clause(t) || t.is("null", "case", "dual", "exists")) {
				return "", i
			}
			b.WriteString(t.text)
		default:
			return b.String(), i
		}
		i++
		if !p.at(i).is(".") {
			return b.String(), i
		}
		b.WriteByte('.')
		i++
	}
}

// index reads CREATE [UNIQUE] INDEX name ON table and MATERIALIZED VIEW.
func (p *parser) index(i int) {
	if !p.at(0).is("create") {
		return
	}
	var x Index
	for j := range i {
		x.Unique = x.Unique || p.at(j).is("unique")
		x.Global = x.Global || p.at(j).is("global")
		x.Materialized = x.Materialized || p.at(j).is("materialized")
	}
	if p.at(i).is("view") {
		if x.Materialized {
			x.Table, _ = p.name(p.skip(i+1, "if", "not", "exists"))
			p.s.Index = x
		}
		return
	}
	for j := i; j < len(p.toks); j++ {
		if p.at(j).is("on") {
			x.Table, _ = p.name(p.skip(j+1, "only"))
			p.s.Index = x
			p.s.Writes = append(p.s.Writes, x.Table)
			return
		}
	}
}
