package link

import (
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/summary"
)

// literalField returns a field of a struct type that has no name, from how
// go/types writes one: struct{A T "tag"; path.Embedded}.
func literalField(typ, name string) (summary.Field, bool) {
	body, ok := strings.CutPrefix(typ, "struct{")
	if !ok || !strings.HasSuffix(body, "}") {
		return summary.Field{}, false
	}
	for _, text := range splitOutside(body[:len(body)-1], "; ") {
		f := summary.Field{Type: text}
		if i := strings.LastIndexByte(text, ' '); i >= 0 && strings.HasSuffix(text, `"`) {
			parts := splitOutside(text, " ")
			last := parts[len(parts)-1]
			if tag, err := strconv.Unquote(last); err == nil {
				f.Tag, f.Type = tag, strings.TrimSuffix(text, " "+last)
			}
		}
		if first, rest, found := strings.Cut(f.Type, " "); found && !strings.ContainsAny(first, ".*{([") {
			f.Name, f.Type = first, rest
		} else {
			f.Embedded = true
			f.Name = f.Type[strings.LastIndexAny(f.Type, "./*")+1:]
		}
		if f.Name == name {
			return f, true
		}
	}
	return summary.Field{}, false
}

// splitOutside splits a text at separators that stand in no bracket and no
// quotation.
func splitOutside(text, sep string) []string {
	var parts []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			depth--
		case '"', '`':
			if quoted, err := strconv.QuotedPrefix(text[i:]); err == nil {
				i += len(quoted) - 1
			}
		default:
			if depth == 0 && strings.HasPrefix(text[i:], sep) {
				parts = append(parts, text[from:i])
				from = i + len(sep)
				i = from - 1
			}
		}
	}
	return append(parts, text[from:])
}
