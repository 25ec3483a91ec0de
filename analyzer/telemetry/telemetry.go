// Package telemetry reads what a running system recorded of itself, from files:
// spans of an OpenTelemetry export (OTLP in JSON, as the collector's file
// exporter writes it) or of a Jaeger export, and series of a Prometheus query's
// answer. Which of them a file is shows in its content.
//
// Files are streamed: what stays in memory is one element of them, the spans
// of one resource or one trace. What cannot be read is a Problem with its
// place, and the rest is read nevertheless. The package imports graph, for
// sites, and knows nothing of systems.
package telemetry

import (
	"strings"

	"github.com/coordlint/coordlint/graph"
)

// A Sink takes what is read, in the order of the file.
type Sink interface {
	Span(*Span)
	Series(*Series)
	Problem(Problem)
}

// A Problem is something in a file that could not be read.
type Problem struct {
	Site   graph.Site // the file's name as it was given, and the line
	Offset int64      // bytes before it in the file
	Text   string
}

// SpanKind says which side of an interaction a span records.
type SpanKind uint8

// Kinds of spans, as OpenTelemetry has them.
const (
	Internal SpanKind = iota // or not said
	Server
	Client
	Producer
	Consumer
)

// A Span is one timed operation of a service.
type Span struct {
	Trace   string // the trace's id, hexadecimal
	ID      string // unique in the trace, hexadecimal
	Parent  string // id of the span that caused it; "" for a root
	Kind    SpanKind
	Name    string
	StartNS int64 // since 1970; 0: not recorded
	EndNS   int64 // 0: it never ended

	Attributes Attributes
	Resource   Attributes // of the process; shared between spans
}

// A Series is one line of a Prometheus answer: the values of a metric for one
// set of labels. A native histogram has its counts and sums instead of values.
type Series struct {
	Site   graph.Site // where it stands
	Metric string     // "" if the query dropped it, as rate() does
	Labels Attributes
	Points []Point // by time
}

// A Point is one sample of a series.
type Point struct {
	Time  float64 // seconds since 1970
	Value float64 // of a native histogram the sum of what was observed
	Count float64 // of a native histogram: how many were observed
	Is    bool    // whether it is a native histogram's
}

// Attributes are the properties of a span, a process or a series.
type Attributes map[string]string

// First returns the value of the first key that has one. Keys are written as
// OpenTelemetry has them, with dots; Prometheus writes them with underscores.
func (a Attributes) First(keys ...string) string {
	for _, k := range keys {
		if v := a[k]; v != "" {
			return v
		}
		if v := a[strings.ReplaceAll(k, ".", "_")]; v != "" {
			return v
		}
	}
	return ""
}
