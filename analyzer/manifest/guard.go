package manifest

import (
	"fmt"
	"path"
	"strconv"
	"text/template/parse"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/coordlint/coordlint/graph"
)

// maxRounds is how often the loops of one template, one inside the other, may
// go round by the numbers that are written in it.
const maxRounds = 1_000_000

// bounded drops templates that loop without end, as far as their text says
// so: a rendering that runs cannot be stopped.
func (h *helmChart) bounded() []graph.Gap {
	var gaps []graph.Gap
	var walk func(c *chart.Chart)
	walk = func(c *chart.Chart) {
		var kept []*chart.File
		for _, t := range c.Templates {
			line, bad := endless(t.Name, string(t.Data))
			if !bad {
				kept = append(kept, t)
				continue
			}
			gaps = append(gaps, graph.Gap{Kind: "manifest", Hard: true, Site: graph.Site{File: h.file(path.Join(c.ChartFullPath(), t.Name)), Line: line},
				Text: fmt.Sprintf("chart: the loop goes round more than %d times", maxRounds)})
		}
		c.Templates = kept
		for _, d := range c.Dependencies() {
			walk(d)
		}
	}
	walk(h.chart)
	return gaps
}

// endless returns the line of a loop that goes round too often.
func endless(name, text string) (line int, bad bool) {
	t := parse.New(name)
	t.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := t.Parse(text, "", "", trees); err != nil {
		return 0, false // rendering says what is wrong
	}
	var at parse.Pos
	var walk func(n parse.Node, rounds float64)
	list := func(l *parse.ListNode, rounds float64) {
		if l != nil {
			for _, n := range l.Nodes {
				walk(n, rounds)
			}
		}
	}
	walk = func(n parse.Node, rounds float64) {
		switch n := n.(type) {
		case *parse.ListNode:
			list(n, rounds)
		case *parse.IfNode:
			list(n.List, rounds)
			list(n.ElseList, rounds)
		case *parse.WithNode:
			list(n.List, rounds)
			list(n.ElseList, rounds)
		case *parse.RangeNode:
			inner := rounds * literal(n.Pipe)
			if inner > maxRounds && !bad {
				at, bad = n.Pos, true
			}
			list(n.List, inner)
			list(n.ElseList, rounds)
		case *parse.ActionNode:
			if rounds*literal(n.Pipe) > maxRounds && !bad {
				at, bad = n.Pos, true
			}
		}
	}
	for _, tree := range trees {
		list(tree.Root, 1)
	}
	if bad {
		line = 1
		for _, c := range text[:min(int(at), len(text))] {
			if c == '\n' {
				line++
			}
		}
	}
	return line, bad
}

// literal returns the greatest number among the arguments of functions that
// make as much as a number says, such as until 5 and repeat 3; else 1.
func literal(n parse.Node) float64 {
	most := 1.0
	switch n := n.(type) {
	case *parse.PipeNode:
		if n == nil {
			return 1
		}
		for i, c := range n.Cmds {
			most = max(most, literal(c))
			if i > 0 && makes(c) {
				for _, a := range n.Cmds[i-1].Args {
					most = max(most, value(a))
				}
			}
		}
	case *parse.CommandNode:
		for _, a := range n.Args {
			if _, ok := a.(*parse.PipeNode); ok {
				most = max(most, literal(a))
			}
			if makes(n) {
				most = max(most, value(a))
			}
		}
	}
	return most
}

// makes reports whether a command calls a function that makes as much as its
// number says.
func makes(c *parse.CommandNode) bool {
	f, ok := c.Args[0].(*parse.IdentifierNode)
	if !ok {
		return false
	}
	switch f.Ident {
	case "until", "untilStep", "repeat", "seq", "randAlphaNum", "randAlpha", "randNumeric", "randAscii", "randBytes", "indent", "nindent":
		return true
	}
	return false
}

func value(n parse.Node) float64 {
	switch n := n.(type) {
	case *parse.NumberNode:
		return n.Float64
	case *parse.StringNode:
		v, _ := strconv.ParseFloat(n.Text, 64)
		return v
	case *parse.PipeNode:
		most := 0.0
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				most = max(most, value(a))
			}
		}
		return most
	}
	return 0
}
