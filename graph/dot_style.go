package graph

import (
	"strings"
)

// An attribute list of DOT. A later value replaces an earlier one.
type attributes [][2]string

func (a *attributes) set(key, value string) {
	for i := range *a {
		if (*a)[i][0] == key {
			(*a)[i][1] = value
			return
		}
	}
	*a = append(*a, [2]string{key, value})
}

// String returns the list as DOT writes it, without brackets.
func (a attributes) String() string {
	var parts []string
	for _, kv := range a {
		parts = append(parts, kv[0]+"="+quote(kv[1]))
	}
	return strings.Join(parts, ", ")
}

// quote returns a DOT string. Graphviz would read & as the start of an entity
// and a backslash as an escape.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", "", "&", "&amp;").Replace(s) + `"`
}

// shapeOf returns how a kind of node looks.
func shapeOf(kind string) attributes {
	switch kind {
	case "service":
		return attributes{{"shape", "box"}, {"style", "rounded,filled"}}
	case "other":
		return attributes{{"shape", "box"}, {"style", "rounded,filled,dashed"}}
	case "cluster":
		return attributes{{"shape", "folder"}, {"style", "filled"}}
	case Datastore:
		return attributes{{"shape", "cylinder"}, {"fillcolor", "#e3f2fd"}}
	case Cache:
		return attributes{{"shape", "box3d"}, {"fillcolor", "#e3f2fd"}}
	case Topic, Queue:
		return attributes{{"shape", "cds"}, {"margin", "0.25,0.2"}, {"fillcolor", "#ede7f6"}}
	case Lock:
		return attributes{{"shape", "octagon"}, {"fillcolor", "#fbe9e7"}}
	case Coordinator:
		return attributes{{"shape", "hexagon"}, {"fillcolor", "#e0f2f1"}}
	case External:
		return attributes{{"shape", "ellipse"}, {"peripheries", "2"}, {"fillcolor", "#eceff1"}}
	}
	return attributes{{"shape", "box"}}
}

// kindText is what the legend says of a kind of node.
func kindText(kind string) string {
	switch kind {
	case "service":
		return "Go service"
	case "other":
		return "service, not Go"
	case "cluster":
		return "group of nodes"
	case External:
		return "external system"
	}
	return kind
}

func severityColor(severity string) string {
	switch severity {
	case SeverityError:
		return "#c62828"
	case SeverityWarning:
		return "#e07b00"
	case SeverityNote:
		return "#1565c0"
	}
	return ""
}

func severityFill(severity string) string {
	switch severity {
	case SeverityError:
		return "#ffebee"
	case SeverityWarning:
		return "#fffaf2"
	}
	return "#f5f9fe"
}

// severityMark tells severities apart without colour.
func severityMark(severity string) string {
	switch severity {
	case SeverityError:
		return "[!]"
	case SeverityWarning:
		return "[?]"
	}
	return "[i]"
}

// markStyle is how a node that carries a Mark looks.
func markStyle() attributes {
	return attributes{{"penwidth", "4"}, {"fillcolor", "#fff3c4"}, {"color", "#b26a00"}}
}
