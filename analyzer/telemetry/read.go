package telemetry

import (
	"encoding/json"
	"errors"
	"io"
)

// Read reads a file whose name is given for messages. It accepts a document or
// several, one a line or one after another: of OTLP, an
// ExportTraceServiceRequest; of Jaeger, the answer of /api/traces, which is
// also what its UI saves; of Prometheus, the answer of /api/v1/query or
// /api/v1/query_range. A line that cannot be read is a Problem, and the next
// line is read; a document of several lines ends where it is wrong.
func Read(r io.Reader, name string, sink Sink) {
	in := newInput(r, name, sink)
	documents := 0
	for {
		in.src.at(in.offset()) // lets go of the lines behind us
		first := in.src.at(in.start())
		tok, err := in.Token()
		if errors.Is(err, io.EOF) {
			if documents == 0 {
				in.bad(0, "the file is empty")
			}
			return
		}
		documents++
		ok := false
		switch {
		case err != nil:
			in.fail(err)
		case tok == json.Delim('{'):
			ok = in.document()
		case tok == json.Delim('['):
			ok = in.list(func() bool {
				d, ok := in.open()
				if ok && d != '{' {
					in.bad(0, "%s", unknownDocument)
					return false
				}
				return ok && in.document()
			})
		default:
			in.bad(0, "%s", unknownDocument)
		}
		if !ok && !in.resume(first) {
			return
		}
	}
}

const unknownDocument = "no traces and no query result: want OTLP (resourceSpans), Jaeger (data: traces), or Prometheus (data: result)"

// start is where the next value begins, after white space. It reads ahead only
// as far as the decoder does by itself.
func (in *input) start() int64 {
	at := in.offset()
	if !in.More() { // reads up to the next value
		return at
	}
	b := make([]byte, 1)
	for buffered := in.Buffered(); ; at++ {
		if n, _ := buffered.Read(b); n == 0 || b[0] != ' ' && b[0] != '\n' && b[0] != '\r' && b[0] != '\t' {
			return at
		}
	}
}

// document reads one that was opened. It reports whether all of it was read.
func (in *input) document() bool {
	known := false
	failed := ""
	ok := in.object(func(key string) bool {
		switch key {
		case "resourceSpans", "resource_spans":
			known = true
			return in.elements(in.resourceSpans)
		case "resourceMetrics", "resourceLogs", "resource_metrics", "resource_logs":
			known = true
			in.bad(0, "%s: these are no spans; metrics are read of Prometheus' answers", key)
			return in.skip()
		case "data":
			d, ok := in.open()
			known = known || d != 0
			switch {
			case d == '[':
				return in.list(in.jaegerTrace)
			case d == '{':
				return in.object(in.answer)
			}
			return ok
		case "error":
			return in.decode(&failed)
		}
		return in.skip()
	})
	switch {
	case ok && failed != "":
		in.bad(0, "the query failed: %s", failed)
	case ok && !known:
		in.bad(0, "%s", unknownDocument)
	}
	return ok
}

// elements reads a list, which may be null.
func (in *input) elements(each func() bool) bool {
	d, ok := in.open()
	if ok && d != '[' {
		if d != 0 {
			in.bad(0, "want a list")
		}
		return d == 0
	}
	return ok && in.list(each)
}
