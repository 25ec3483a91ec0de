package sqltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	word   kind = iota // keyword or name; low is in lower case
	quoted             // quoted name
	number             //
	text               // string literal
	param              // ?, $1, :name, @name, %s
	hole               // nothing but a Hole
	punct              // one character
)

type token struct {
	kind kind
	text string // without quotes
	low  string // of words and punctuation
}

// is reports whether the token is one of some keywords or characters.
func (t token) is(words ...string) bool {
	if t.kind != word && t.kind != punct {
		return false
	}
	for _, w := range words {
		if t.low == w {
			return true
		}
	}
	return false
}

// tokens splits a text. Comments are dropped.
func tokens(s string) []token {
	var out []token
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		rest := s[size:]
		switch {
		case unicode.IsSpace(r):
			s = rest
		case strings.HasPrefix(s, "--") || r == '#' && !strings.HasPrefix(rest, ">"):
			_, s, _ = strings.Cut(s, "\n")
		case strings.HasPrefix(s, "/*"):
			_, s, _ = strings.Cut(s[2:], "*/")
		case r == '\'':
			var t string
			t, s = until(rest, '\'', true)
			out = append(out, token{kind: text, text: t})
		case r == '"' || r == '`':
			var t string
			t, s = until(rest, r, false)
			out = append(out, token{kind: quoted, text: t})
		case r == '[' && bracketed(rest):
			t, tail, _ := strings.Cut(rest, "]")
			out, s = append(out, token{kind: quoted, text: t}), tail
		case r == '$' && dollar(s) != "":
			tag := dollar(s)
			t, tail, _ := strings.Cut(s[len(tag):], tag)
			out, s = append(out, token{kind: text, text: t}), tail
		case strings.HasPrefix(s, "::"):
			out, s = append(out, token{kind: punct, text: "::", low: "::"}), s[2:]
		case r == '?' || (r == '$' || r == ':' || r == '@') && rest != "" && (nameRune(rune(rest[0])) || rest[0] == '@'):
			n := len(s) - len(strings.TrimLeftFunc(strings.TrimLeft(rest, "@"), nameRune))
			if r == '?' {
				n = 1
			}
			out, s = append(out, token{kind: param, text: s[:n]}), s[n:]
		case r == '%' && rest != "" && strings.ContainsRune("sdvqtfxw", rune(rest[0])) && (len(rest) == 1 || !nameRune(rune(rest[1]))):
			out, s = append(out, token{kind: hole, text: string(Hole)}), rest[1:]
		case nameRune(r):
			n := len(s) - len(strings.TrimLeftFunc(s, nameRune))
			out, s = append(out, nameToken(s[:n])), s[n:]
		default:
			out, s = append(out, token{kind: punct, text: string(r), low: string(r)}), rest
		}
	}
	return out
}

func nameToken(s string) token {
	switch {
	case strings.Trim(s, string(Hole)) == "":
		return token{kind: hole, text: string(Hole)}
	case s[0] >= '0' && s[0] <= '9':
		return token{kind: number, text: s}
	}
	return token{kind: word, text: s, low: strings.ToLower(s)}
}

func nameRune(r rune) bool {
	return r == '_' || r == Hole || unicode.IsLetter(r) || unicode.IsDigit(r)
}

// until cuts a quoted text off s, in which a doubled quote stands for one, and
// maybe a backslash for what follows it.
func until(s string, quote rune, backslash bool) (text, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case backslash && s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case rune(s[i]) == quote && i+1 < len(s) && rune(s[i+1]) == quote:
			i++
			b.WriteByte(s[i])
		case rune(s[i]) == quote:
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// bracketed reports whether what follows a bracket is a name of SQL Server, no
// subscript.
func bracketed(s string) bool {
	name, _, ok := strings.Cut(s, "]")
	return ok && name != "" && !unicode.IsDigit(rune(name[0])) && strings.IndexFunc(name, func(r rune) bool { return !nameRune(r) && r != ' ' && r != '.' }) < 0
}

// dollar returns the opening tag of a dollar-quoted text of PostgreSQL, or "".
func dollar(s string) string {
	i := strings.IndexByte(s[1:], '$')
	if i < 0 || i > 0 && unicode.IsDigit(rune(s[1])) || strings.IndexFunc(s[1:1+i], func(r rune) bool { return !nameRune(r) }) >= 0 {
		return ""
	}
	return s[:i+2]
}
