package link

import (
	"strconv"
	"strings"
	"text/scanner"
	"unicode"
)

// parseHCL reads a configuration file in HCL as far as it says plain values:
// attributes with texts, numbers, booleans and lists of them, and blocks, with
// their labels under "$label". What else an attribute says (functions,
// templates, references) is left out. It reports whether the file has the form.
func parseHCL(text string) (map[string]any, bool) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines[i] = ""
		}
	}
	p := &hclParser{}
	p.s.Init(strings.NewReader(strings.Join(lines, "\n")))
	p.s.IsIdentRune = func(r rune, i int) bool {
		return r == '_' || unicode.IsLetter(r) || i > 0 && (r == '-' || unicode.IsDigit(r))
	}
	p.s.Mode = scanner.ScanIdents | scanner.ScanFloats | scanner.ScanStrings | scanner.ScanComments | scanner.SkipComments
	p.s.Whitespace = scanner.GoWhitespace &^ (1 << '\n')
	p.s.Error = func(*scanner.Scanner, string) { p.bad = true }
	p.next()
	body := p.body(scanner.EOF, 0)
	return body, !p.bad && p.tok == scanner.EOF
}

type hclParser struct {
	s   scanner.Scanner
	tok rune
	bad bool
}

func (p *hclParser) next() { p.tok = p.s.Scan() }

// body reads attributes and blocks up to the end of a file or block.
func (p *hclParser) body(end rune, depth int) map[string]any {
	out := map[string]any{}
	for p.tok != end && p.tok != scanner.EOF && !p.bad {
		if p.tok == '\n' || p.tok == ',' {
			p.next()
			continue
		}
		if p.tok != scanner.Ident && p.tok != scanner.String || depth > 16 {
			p.bad = true
			return out
		}
		name := p.text()
		p.next()
		if p.tok == '=' || p.tok == ':' {
			p.next()
			if v, ok := p.value(depth); ok {
				out[name] = v
			}
			continue
		}
		var labels []any
		for p.tok == scanner.String || p.tok == scanner.Ident {
			labels = append(labels, p.text())
			p.next()
		}
		if p.tok != '{' {
			p.bad = true
			return out
		}
		p.next()
		block := p.body('}', depth+1)
		p.bad = p.bad || p.tok != '}'
		p.next()
		if len(labels) > 0 {
			block["$label"] = labels[0]
		}
		if _, more := out[name]; !more {
			out[name] = block
		}
	}
	return out
}

// value reads what an attribute is; false if that is no plain value.
func (p *hclParser) value(depth int) (any, bool) {
	var v any
	ok := true
	switch p.tok {
	case scanner.String:
		v = p.text()
		ok = !strings.Contains(p.s.TokenText(), "${")
	case scanner.Int, scanner.Float:
		f, err := strconv.ParseFloat(p.s.TokenText(), 64)
		v, ok = f, err == nil
	case scanner.Ident:
		v, ok = p.s.TokenText() == "true", p.s.TokenText() == "true" || p.s.TokenText() == "false"
	case '[':
		return p.list(depth + 1), true
	case '{':
		p.next()
		v = p.body('}', depth+1)
	default:
		ok = false
	}
	open := 0 // parentheses and the like of an expression
	for p.next(); p.tok != scanner.EOF && (open > 0 || p.tok != '\n' && p.tok != ',' && p.tok != ']' && p.tok != '}'); p.next() {
		ok = false
		switch p.tok {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
	}
	return v, ok
}

func (p *hclParser) list(depth int) []any {
	var out []any
	p.next()
	for p.tok != ']' && p.tok != scanner.EOF && !p.bad && depth < 16 {
		if p.tok == '\n' || p.tok == ',' {
			p.next()
			continue
		}
		if v, ok := p.value(depth); ok {
			out = append(out, v)
		}
	}
	p.next()
	return out
}

func (p *hclParser) text() string {
	if t, err := strconv.Unquote(p.s.TokenText()); err == nil {
		return t
	}
	return p.s.TokenText()
}
