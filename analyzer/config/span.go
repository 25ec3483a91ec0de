package config

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/coordlint/coordlint/graph"
)

// A span is a number, or two: the least and the greatest that it may be.
type span struct{ low, high float64 }

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *span) UnmarshalYAML(n *yaml.Node) error {
	list := []*yaml.Node{n, n}
	if n.Kind == yaml.SequenceNode && len(n.Content) == 2 {
		list = n.Content
	}
	for i, to := range []*float64{&s.low, &s.high} {
		if list[i].Kind != yaml.ScalarNode || list[i].Decode(to) != nil || math.IsNaN(*to) || math.IsInf(*to, 0) || *to < 0 {
			return wrong(n, "want a number that is not negative, or two: [least, greatest]")
		}
	}
	if s.low > s.high {
		return wrong(n, "the first number is the least")
	}
	return nil
}

func wrong(n *yaml.Node, text string) error {
	return &yaml.TypeError{Errors: []string{fmt.Sprintf("line %d: %s", n.Line, text)}}
}

// quantity returns the number as one that a user declares.
func (s *span) quantity(site graph.Site) graph.Quantity {
	return graph.Quantity{Low: s.low, High: s.high, Source: graph.Declared, Site: site, Note: site.File}
}

var (
	yamlLine   = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	yamlKey    = regexp.MustCompile(`^field (\S+) not found in type (\S+)$`)
	yamlType   = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `(.*)`)? into (\\S+)$")
	yamlDouble = regexp.MustCompile(`^mapping key "(.*)" already defined at line (\d+)$`)
)

// reworded makes an error of yaml.v3 one Error for each mistake that it names.
func (c *Config) reworded(err error) error {
	lines := []string{err.Error()}
	var list *yaml.TypeError
	if errors.As(err, &list) {
		lines = list.Errors
	}
	var out []error
	for _, text := range lines {
		e := &Error{Site: graph.Site{File: c.name}, Text: strings.TrimPrefix(text, "yaml: ")}
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			e.Site.Line, _ = strconv.Atoi(m[1]) // digits
			e.Text = m[2]
		}
		if m := yamlKey.FindStringSubmatch(e.Text); m != nil {
			e.Text = fmt.Sprintf("unknown key %q", m[1])
		} else if m := yamlType.FindStringSubmatch(e.Text); m != nil {
			e.Text = fmt.Sprintf("want %s, not %s", spoken(m[3]), strings.TrimSpace(spoken(m[1])+" "+m[2]))
		} else if m := yamlDouble.FindStringSubmatch(e.Text); m != nil {
			e.Text = fmt.Sprintf("key %q is there already in line %s", m[1], m[2])
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}

// spoken names a type of Go or YAML for people.
func spoken(typ string) string {
	switch {
	case strings.HasPrefix(typ, "[]"), typ == "seq":
		return "a list"
	case strings.HasPrefix(typ, "config."), strings.HasPrefix(typ, "map["), typ == "map":
		return "keys with values"
	}
	switch typ {
	case "int", "float64", "float":
		return "a number"
	case "bool", "*bool":
		return "true or false"
	case "str", "string":
		return "text"
	}
	return typ
}
