package manifest

import (
	"fmt"
	"slices"
	"strings"
	"text/template/parse"
)

// A patch is text that measured put into a template.
type patch struct {
	at   int // offset in the original text
	drop int // bytes of the original that it replaces
	text string
}

// measured puts calls of the meter into a template: at the start of every
// round of a loop and of every named template; around what says how much
// until, repeat and the like make; around what tpl renders. What is random or
// the time of day it makes fixed, so that two runs give the same. No line is
// added. A text that cannot be parsed stays as it is: rendering says what is
// wrong.
func measured(text string) (string, []patch) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	t := parse.New("t")
	t.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := t.Parse(text, "", "", trees); err != nil {
		return text, nil
	}
	p := &patcher{text: text}
	for name, tree := range trees {
		if tree.Root == nil {
			continue
		}
		if name != "t" {
			p.tick(tree.Root)
		}
		p.list(tree.Root)
	}
	if len(p.patches) == 0 {
		return text, nil
	}
	slices.SortStableFunc(p.patches, func(a, b patch) int { return a.at - b.at })
	var b strings.Builder
	from := 0
	for _, x := range p.patches {
		b.WriteString(text[from:x.at])
		b.WriteString(x.text)
		from = x.at + x.drop
	}
	b.WriteString(text[from:])
	return b.String(), p.patches
}

// unpatched maps a column of a patched line back to the original's.
func unpatched(text string, patches []patch, line, col int) int {
	start := 0
	for range line - 1 {
		end := strings.IndexByte(text[start:], '\n')
		if end < 0 {
			return col
		}
		start += end + 1
	}
	for _, p := range patches {
		if p.at >= start && !strings.Contains(text[start:p.at], "\n") && start+col > p.at {
			col = max(p.at-start, col-len(p.text)+p.drop)
		}
	}
	return col
}

type patcher struct {
	text    string
	patches []patch
}

func (p *patcher) add(at int, text string) { p.patches = append(p.patches, patch{at: at, text: text}) }

// tick puts a call at the start of a body, which writes nothing. A body that
// begins with an action had all the space before it trimmed, if any.
func (p *patcher) tick(body *parse.ListNode) {
	size := 0
	for _, n := range body.Nodes {
		if t, ok := n.(*parse.TextNode); ok {
			size += len(t.Text)
		}
	}
	at := int(body.Pos)
	open := "{{"
	if strings.HasPrefix(p.text[at:], "{{") {
		open = "{{- "
	}
	p.add(at, fmt.Sprintf(`%s$tick__ := lookup %q "%d" "" "="}}`, open, tickCall, size))
}

func (p *patcher) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			p.pipe(n.Pipe)
		case *parse.TemplateNode:
			p.pipe(n.Pipe)
		case *parse.IfNode:
			p.branch(&n.BranchNode)
		case *parse.WithNode:
			p.branch(&n.BranchNode)
		case *parse.RangeNode:
			p.tick(n.List)
			p.branch(&n.BranchNode)
		}
	}
}

func (p *patcher) branch(n *parse.BranchNode) {
	p.pipe(n.Pipe)
	p.list(n.List)
	p.list(n.ElseList)
}

// sized says which arguments of a function say how much it makes.
func sized(name string) (from, to int) {
	switch name {
	case "until", "repeat", "indent", "nindent":
		return 1, 1
	case "untilStep", "seq":
		return 1, 3
	}
	return 0, -1
}

func (p *patcher) pipe(n *parse.PipeNode) {
	if n == nil {
		return
	}
	for i, c := range n.Cmds {
		for _, a := range c.Args {
			switch a := a.(type) {
			case *parse.PipeNode:
				p.pipe(a)
			case *parse.ChainNode:
				if inner, ok := a.Node.(*parse.PipeNode); ok {
					p.pipe(inner)
				}
			case *parse.IdentifierNode:
				p.fixed(a)
			}
		}
		name, ok := c.Args[0].(*parse.IdentifierNode)
		if !ok {
			continue
		}
		p.random(c, name, i > 0)
		from, to := sized(name.Ident)
		for k := from; k <= to; k++ {
			switch {
			case k < len(c.Args):
				if v, ok := c.Args[k].(*parse.NumberNode); !ok || v.Float64 > maxCount {
					p.wrap(c, k, countCall, "%v", "0")
				}
			case k == len(c.Args) && i > 0:
				p.add(int(name.Pos), fmt.Sprintf(`printf "=%%v" | lookup %q "" "" | dig "value" 0 | `, countCall))
			}
		}
		if name.Ident == "tpl" && len(c.Args) > 1 {
			p.wrap(c, 1, textCall, "%s", `""`)
		}
	}
}

// wrap passes an argument of a command through the meter.
func (p *patcher) wrap(c *parse.CommandNode, arg int, call, verb, otherwise string) {
	at := int(c.Args[0].Position())
	for k := 0; ; k++ {
		end := p.operand(at)
		if k == arg {
			p.add(at, fmt.Sprintf(`(lookup %q "" "" (printf "=%s" `, call, verb))
			p.add(end, fmt.Sprintf(`) | dig "value" %s)`, otherwise))
			return
		}
		at = p.space(end)
	}
}

// space returns the end of the space that begins at an offset.
func (p *patcher) space(at int) int {
	for at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[at]) >= 0 {
		at++
	}
	return at
}

// operand returns the end of the operand that begins at an offset.
func (p *patcher) operand(at int) int {
	depth := 0
	for i := at; i < len(p.text); i++ {
		switch c := p.text[i]; c {
		case '"', '\'', '`':
			for i++; i < len(p.text) && p.text[i] != c; i++ {
				if p.text[i] == '\\' && c != '`' {
					i++
				}
			}
		case '(':
			depth++
		case ')':
			if depth == 0 {
				return i
			}
			depth--
		case ' ', '\t', '\r', '\n', '|', '}':
			if depth == 0 {
				return i
			}
		}
	}
	return len(p.text)
}
