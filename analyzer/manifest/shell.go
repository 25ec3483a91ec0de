package manifest

import (
	"strings"
)

func assignment(word string) bool {
	name, _, ok := strings.Cut(word, "=")
	return ok && name != "" && !strings.ContainsAny(name, "-/.\"' ")
}

// commands splits a shell script into its simple commands and these into
// words. Quotes group, && || ; | and newlines end a command; nothing is
// expanded.
func commands(script string) [][]string {
	var out [][]string
	var words []string
	var word strings.Builder
	started := false
	flush := func() {
		if started {
			words = append(words, word.String())
		}
		word.Reset()
		started = false
	}
	end := func() {
		flush()
		if len(words) > 0 {
			out = append(out, words)
		}
		words = nil
	}
	for i := 0; i < len(script); i++ {
		switch c := script[i]; c {
		case '\\':
			if i+1 < len(script) {
				i++
				if script[i] != '\n' {
					word.WriteByte(script[i])
					started = true
				}
			}
		case '\'', '"':
			started = true
			for i++; i < len(script) && script[i] != c; i++ {
				if c == '"' && script[i] == '\\' && i+1 < len(script) {
					i++
				}
				word.WriteByte(script[i])
			}
		case ' ', '\t', '\r':
			flush()
		case '\n', ';', '&', '|', '(', ')':
			end()
		case '#':
			if started {
				word.WriteByte(c)
				continue
			}
			for i+1 < len(script) && script[i+1] != '\n' {
				i++
			}
		default:
			word.WriteByte(c)
			started = true
		}
	}
	end()
	return out
}
