package sqltext

import (
	"slices"
	"strings"
)

// Parse returns the statements of a text, in order.
func Parse(sql string) []Statement {
	var out []Statement
	toks := tokens(sql)
	for len(toks) > 0 {
		n := slices.IndexFunc(toks, func(t token) bool { return t.is(";") })
		if n < 0 {
			n = len(toks)
		}
		if n > 0 {
			out = append(out, parse(toks[:n]))
		}
		toks = toks[min(n+1, len(toks)):]
	}
	return out
}

// parser reads the tokens of one statement.
type parser struct {
	toks  []token
	with  []string // names of common table expressions
	s     Statement
	depth []string // of each open parenthesis the word before it
}

func parse(toks []token) Statement {
	p := &parser{toks: toks}
	p.names()
	p.verb()
	p.tables()
	p.where()
	p.locks()
	p.numbers()
	p.s.Reads = tidy(p.s.Reads, p.with)
	p.s.Writes = tidy(p.s.Writes, nil)
	return p.s
}

// at returns token i, or one that is nothing.
func (p *parser) at(i int) token {
	if i < 0 || i >= len(p.toks) {
		return token{kind: punct}
	}
	return p.toks[i]
}

// seq reports whether keywords follow one another from token i on.
func (p *parser) seq(i int, words ...string) bool {
	for j, w := range words {
		if !p.at(i + j).is(w) {
			return false
		}
	}
	return true
}

// names collects the names that WITH defines.
func (p *parser) names() {
	for i := range p.toks {
		t := p.at(i + 1)
		if !p.at(i).is("with", ",", "recursive") || t.kind != word && t.kind != quoted || t.is("recursive") {
			continue
		}
		j := i + 2
		if p.at(j).is("(") { // columns
			j = p.closing(j) + 1
		}
		if p.at(j).is("as") && (p.at(j+1).is("(") || p.at(j+1).is("materialized", "not")) && p.hasWith(i) {
			p.with = append(p.with, strings.ToLower(t.text))
		}
	}
}

func (p *parser) hasWith(i int) bool {
	return slices.ContainsFunc(p.toks[:i+1], func(t token) bool { return t.is("with") })
}

// closing returns the index of the parenthesis that closes the one at i.
func (p *parser) closing(i int) int {
	depth := 0
	for j := i; j < len(p.toks); j++ {
		if p.at(j).is("(") {
			depth++
		} else if p.at(j).is(")") {
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return len(p.toks)
}

var verbs = [...]struct {
	word string
	verb Verb
}{
	{"select", Select}, {"values", Select}, {"insert", Insert}, {"replace", Insert}, {"upsert", Insert}, {"update", Update}, {"delete", Delete}, {"merge", Merge},
	{"truncate", Truncate}, {"copy", Copy}, {"load", Copy}, {"call", Call}, {"exec", Call}, {"execute", Call},
	{"create", DDL}, {"alter", DDL}, {"drop", DDL}, {"comment", DDL}, {"grant", DDL}, {"revoke", DDL}, {"rename", DDL}, {"refresh", DDL},
	{"begin", Begin}, {"start", Begin}, {"commit", Commit}, {"end", Commit}, {"rollback", Rollback}, {"abort", Rollback},
	{"lock", Lock}, {"unlock", Unlock}, {"listen", Listen}, {"unlisten", Other}, {"notify", Notify},
	{"set", Other}, {"show", Other}, {"explain", Other}, {"use", Other}, {"describe", Other}, {"desc", Other}, {"pragma", Other}, {"analyze", Other}, {"vacuum", Other},
	{"savepoint", Other}, {"release", Other}, {"prepare", Other}, {"deallocate", Other}, {"xa", Other}, {"declare", Other}, {"fetch", Other}, {"kill", Other}, {"optimize", Other}, {"do", Other},
}

// verb finds the statement's verb: the first at depth 0; what WITH defines
// stands in parentheses.
func (p *parser) verb() {
	depth := 0
	for i, t := range p.toks {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth > 0 && !(i == depth && !p.hasWith(i)): // (SELECT ...) UNION ...
		default:
			for _, v := range verbs {
				if t.is(v.word) {
					p.s.Verb = v.verb
					return
				}
			}
			if i == 0 && !t.is("with") {
				p.s.Partial = t.kind == hole
				if t.kind != hole {
					return
				}
			}
		}
	}
}

// tidy sorts names and drops duplicates and those in without.
func tidy(names, without []string) []string {
	names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(without, strings.ToLower(n)) })
	slices.Sort(names)
	return slices.Compact(names)
}
