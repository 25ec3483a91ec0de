package manifest

import (
	"fmt"
	"text/template/parse"
)

// fixed replaces a function without arguments whose result changes.
func (p *patcher) fixed(name *parse.IdentifierNode) {
	switch name.Ident {
	case "uuidv4":
		p.patches = append(p.patches, patch{int(name.Pos), len(name.Ident), `"00000000-0000-4000-8000-000000000000"`})
	case "now":
		p.patches = append(p.patches, patch{int(name.Pos), len(name.Ident), fmt.Sprintf(`(lookup %q "" "" "=" | dig "value" "")`, nowCall)})
	}
}

// random replaces a function that makes random text or a random number.
func (p *patcher) random(c *parse.CommandNode, name *parse.IdentifierNode, piped bool) {
	at := int(name.Pos)
	switch name.Ident {
	case "randInt":
		p.patches = append(p.patches, patch{at, len(name.Ident), "min"})
	case "randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes":
		switch {
		case len(c.Args) == 2:
			p.patches = append(p.patches, patch{at, len(name.Ident), fmt.Sprintf(`lookup %q "" "" (printf "=%%v"`, randomCall)})
			p.add(p.operand(p.space(p.operand(at))), `) | dig "value" ""`)
		case len(c.Args) == 1 && piped:
			p.patches = append(p.patches, patch{at, len(name.Ident), fmt.Sprintf(`printf "=%%v" | lookup %q "" "" | dig "value" ""`, randomCall)})
		}
	}
}
