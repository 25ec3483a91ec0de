package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"
)

// A document is one YAML document of a file.
type document struct {
	text []byte
	line int // lines before it
}

// documents splits a file at its document markers, so that a broken document
// does not take the others with it.
func documents(src []byte) []document {
	var out []document
	start, line, first := 0, 0, 0
	for i := 0; i <= len(src); {
		end := bytes.IndexByte(src[i:], '\n')
		stop := len(src)
		if end >= 0 {
			stop = i + end
		}
		text := src[i:stop]
		if bytes.HasPrefix(text, []byte("---")) && (len(text) == 3 || text[3] == ' ' || text[3] == '\t' || text[3] == '\r') {
			out = append(out, document{src[start:i], first})
			// What follows the marker on its line belongs to the document.
			start, first = i+3, line
		}
		line++
		if end < 0 {
			break
		}
		i = stop + 1
	}
	return append(out, document{src[start:], first})
}

var yamlLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\s*)?(?:line (\d+): )?`)

// parseNode parses one document. The node is nil if the document is empty.
func parseNode(d document) (*yaml.Node, int, error) {
	var n yaml.Node
	if err := yaml.Unmarshal(d.text, &n); err != nil {
		line := 0
		msg := err.Error()
		if m := yamlLine.FindStringSubmatch(msg); m != nil {
			line, _ = strconv.Atoi(m[1])
			msg = msg[len(m[0]):]
		}
		return nil, d.line + max(line, 1), errors.New(msg)
	}
	if n.Kind == 0 || len(n.Content) == 0 {
		return nil, 0, nil
	}
	return n.Content[0], 0, nil
}

// field follows mapping keys and sequence indices ("0") from n. It returns
// nil if there is no such field.
func field(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		n = follow(n)
		if n == nil {
			return nil
		}
		var next *yaml.Node
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				if n.Content[i].Value == key {
					next = n.Content[i+1]
				}
			}
		case yaml.SequenceNode:
			if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(n.Content) {
				next = n.Content[i]
			}
		}
		n = next
	}
	return follow(n)
}

// follow resolves aliases.
func follow(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode && i < 10; i++ {
		n = n.Alias
	}
	return n
}

// text returns the scalar at the keys, or "".
func text(n *yaml.Node, keys ...string) string {
	if f := field(n, keys...); f != nil && f.Kind == yaml.ScalarNode && f.Tag != "!!null" {
		return f.Value
	}
	return ""
}

// texts returns the scalars of the sequence at the keys; a scalar counts as a
// sequence of one.
func texts(n *yaml.Node, keys ...string) []string {
	f := field(n, keys...)
	if f == nil {
		return nil
	}
	if f.Kind == yaml.ScalarNode && f.Tag != "!!null" {
		return []string{f.Value}
	}
	var out []string
	for _, e := range items(f) {
		if e.Kind == yaml.ScalarNode {
			out = append(out, e.Value)
		}
	}
	return out
}

// items returns the elements of a sequence, aliases resolved.
func items(n *yaml.Node) []*yaml.Node {
	if n = follow(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	out := make([]*yaml.Node, len(n.Content))
	for i, e := range n.Content {
		out[i] = follow(e)
	}
	return out
}

// pairs returns the keys and values of a mapping, in their order.
func pairs(n *yaml.Node) []pair {
	if n = follow(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var out []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		out = append(out, pair{n.Content[i], follow(n.Content[i+1])})
	}
	return out
}

type pair struct{ key, value *yaml.Node }

// decode fills out, a typed object with JSON tags, from n. It fails on
// anchors that explode.
func decode(n *yaml.Node, out any) error {
	n = follow(n)
	if n == nil {
		return nil
	}
	// Wrapped, so that the decoder sees a document and counts its aliases.
	var v any
	if err := n.Decode(&v); err != nil {
		return errors.New(yamlLine.ReplaceAllString(err.Error(), ""))
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, out)
}

var (
	objectKind    = regexp.MustCompile(`(?m)(?:^\s*|[{,]\s*)"?kind"?\s*:`)
	objectVersion = regexp.MustCompile(`(?m)(?:^\s*|[{,]\s*)"?apiVersion"?\s*:`)
)
