package telemetry

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
)

// The JSON of Jaeger's query service (jaegertracing/jaeger,
// internal/uimodel/model.go).
type jaegerTrace struct {
	TraceID   string                   `json:"traceID"`
	Spans     []jaegerSpan             `json:"spans"`
	Processes map[string]jaegerProcess `json:"processes"`
}

type jaegerSpan struct {
	TraceID    string            `json:"traceID"`
	SpanID     string            `json:"spanID"`
	Parent     string            `json:"parentSpanID"` // of old exports
	Name       string            `json:"operationName"`
	References []jaegerReference `json:"references"`
	StartUS    float64           `json:"startTime"`
	DurationUS float64           `json:"duration"`
	Tags       []jaegerTag       `json:"tags"`
	ProcessID  string            `json:"processID"`
	Process    *jaegerProcess    `json:"process"`
}

type jaegerReference struct {
	Type    string `json:"refType"`
	TraceID string `json:"traceID"`
	SpanID  string `json:"spanID"`
}

type jaegerTag struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

type jaegerProcess struct {
	Service string      `json:"serviceName"`
	Tags    []jaegerTag `json:"tags"`
}

// jaegerTrace reads one element of data.
func (in *input) jaegerTrace() bool {
	var t jaegerTrace
	if !in.decode(&t) {
		return false
	}
	processes := map[string]Attributes{}
	for id, p := range t.Processes {
		processes[id] = p.attributes()
	}
	for _, s := range t.Spans {
		process := processes[s.ProcessID]
		if s.Process != nil {
			process = s.Process.attributes()
		}
		if s.TraceID == "" {
			s.TraceID = t.TraceID
		}
		out := &Span{Trace: strings.ToLower(s.TraceID), ID: strings.ToLower(s.SpanID), Parent: strings.ToLower(s.parent()),
			Name: s.Name, Attributes: tags(s.Tags), Resource: process}
		if us := s.StartUS; us > 0 && us < math.MaxInt64/4000 {
			out.StartNS = int64(us) * 1000
			if d := s.DurationUS; math.Abs(d) < math.MaxInt64/4000 {
				out.EndNS = out.StartNS + int64(d*1000)
			}
		}
		switch out.Attributes["span.kind"] {
		case "server":
			out.Kind = Server
		case "client":
			out.Kind = Client
		case "producer":
			out.Kind = Producer
		case "consumer":
			out.Kind = Consumer
		}
		in.sink.Span(out)
	}
	return true
}

// parent returns the span of the same trace that waits for this one, else one
// that it follows from.
func (s *jaegerSpan) parent() string {
	follows := s.Parent
	for _, r := range s.References {
		if r.TraceID != "" && r.TraceID != s.TraceID {
			continue
		}
		if r.Type == "CHILD_OF" {
			return r.SpanID
		}
		if follows == "" {
			follows = r.SpanID
		}
	}
	return follows
}

func (p *jaegerProcess) attributes() Attributes {
	out := tags(p.Tags)
	if p.Service != "" {
		out["service.name"] = p.Service
	}
	return out
}

func tags(list []jaegerTag) Attributes {
	out := make(Attributes, len(list))
	for _, t := range list {
		var text string
		switch raw := bytes.TrimSpace(t.Value); {
		case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null":
		case raw[0] != '"':
			text = string(raw)
		case json.Unmarshal(raw, &text) != nil:
			continue
		}
		if text != "" {
			out[t.Key] = text
		}
	}
	return out
}
