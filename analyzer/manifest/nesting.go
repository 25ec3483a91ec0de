package manifest

import (
	"regexp"
	"strings"
)

// nesting is the start of an action that opens or closes a body.
var nesting = regexp.MustCompile(`\{\{-?\s*(if|range|with|define|block|end)\b`)

// maxNesting is how deep bodies may lie in one another.
const maxNesting = 1000

// tooDeep returns the line at which bodies lie too deep in one another for
// the parser, which has no limit of its own; 0 if nowhere.
func tooDeep(text string) int {
	depth := 0
	for _, m := range nesting.FindAllStringSubmatchIndex(text, -1) {
		if text[m[2]:m[3]] == "end" {
			depth--
		} else if depth++; depth > maxNesting {
			return 1 + strings.Count(text[:m[0]], "\n")
		}
	}
	return 0
}
