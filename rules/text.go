package rules

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// label names an endpoint or a task as a message's subject.
func label(e *graph.Endpoint) string {
	switch e.Kind {
	case graph.EndpointConsume:
		return e.Service + " on " + e.Name
	case graph.EndpointCron:
		return e.Service + " at " + e.Name
	case graph.EndpointStartup:
		return "the start-up of " + e.Service
	case graph.EndpointBackground:
		return e.Service + " in the background (" + short(e.Name) + ")"
	}
	return e.Name
}

// callText says what a call waits for or feeds.
func callText(s *graph.Step) string {
	switch {
	case s.Operation == "":
		return s.To
	case s.EdgeKind == graph.EdgeGRPC:
		return strings.TrimPrefix(s.Operation, "/")
	}
	return s.To + " (" + s.Operation + ")"
}

// short strips the directories and the pointer of a symbol:
// "(*example.com/a/b.T).M" becomes "b.T.M".
func short(symbol string) string {
	s := symbol
	for _, part := range []string{"(*", "(", ")"} {
		s = strings.ReplaceAll(s, part, "")
	}
	s = majorVersion.ReplaceAllString(s, ".")
	if i := strings.LastIndexByte(s, '/'); i >= 0 {
		s = s[i+1:]
	}
	return s
}

var majorVersion = regexp.MustCompile(`/v[0-9]+\.`)

// quantity writes a number or an interval, with unit and, where it was
// assumed, that it was.
func quantity(q *graph.Quantity, unit string) string {
	text := number4(q.Low)
	if q.High != q.Low {
		text += " to " + number4(q.High)
	}
	if unit != "" {
		text += " " + unit
	}
	if q.Source == graph.Assumed {
		text += " (assumed)"
	}
	return text
}

func number4(v float64) string {
	if math.IsInf(v, 1) {
		return "any number"
	}
	if v >= 1000 && v < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// count writes "1 call" or "3 calls".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// and joins words as prose does.
func and(words []string) string { return list(words, "and") }

// or joins words of which one is meant.
func or(words []string) string { return list(words, "or") }

func list(words []string, last string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
	}
}

// unique sorts and removes repetitions and "".
func unique(words []string) []string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	slices.Sort(words)
	return slices.Compact(words)
}

// identity joins what stays the same when lines move.
func identity(parts ...string) string { return strings.Join(parts, "|") }
