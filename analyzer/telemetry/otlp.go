package telemetry

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/encoding/protojson"
)

// resourceSpans reads one element of resourceSpans: the spans of one process.
func (in *input) resourceSpans() bool {
	var raw json.RawMessage
	if !in.decode(&raw) {
		return false
	}
	var spans tracepb.ResourceSpans
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, &spans); err != nil {
		in.failProto(err, raw)
		return true
	}
	process := attributes(spans.GetResource().GetAttributes())
	for _, scope := range spans.GetScopeSpans() {
		for _, s := range scope.GetSpans() {
			in.sink.Span(&Span{
				Trace: hexOf(s.GetTraceId(), 16), ID: hexOf(s.GetSpanId(), 8), Parent: hexOf(s.GetParentSpanId(), 8),
				Kind: otlpKind(s.GetKind()), Name: s.GetName(),
				StartNS: int64(s.GetStartTimeUnixNano()), EndNS: int64(s.GetEndTimeUnixNano()),
				Attributes: attributes(s.GetAttributes()), Resource: process,
			})
		}
	}
	return true
}

// hexOf returns an id of so many bytes in hexadecimal. OTLP writes ids so in
// JSON (OpenTelemetry protocol 1.11, "JSON Protobuf Encoding"), where
// protobuf's own mapping reads base64: every hexadecimal text of such an id is
// also base64, and encoding what was read gives the text back. An id of the
// right size was base64.
func hexOf(id []byte, size int) string {
	if len(id) == 0 {
		return ""
	}
	if len(id) == size {
		const digits = "0123456789abcdef"
		var b strings.Builder
		for _, c := range id {
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
		return b.String()
	}
	return strings.ToLower(strings.TrimRight(base64.StdEncoding.EncodeToString(id), "="))
}

func otlpKind(k tracepb.Span_SpanKind) SpanKind {
	switch k {
	case tracepb.Span_SPAN_KIND_SERVER:
		return Server
	case tracepb.Span_SPAN_KIND_CLIENT:
		return Client
	case tracepb.Span_SPAN_KIND_PRODUCER:
		return Producer
	case tracepb.Span_SPAN_KIND_CONSUMER:
		return Consumer
	}
	return Internal
}

func attributes(list []*commonpb.KeyValue) Attributes {
	out := make(Attributes, len(list))
	for _, kv := range list {
		if text := valueText(kv.GetValue()); text != "" {
			out[kv.GetKey()] = text
		}
	}
	return out
}

// valueText returns a value as text: of a list its first element, of a map
// nothing.
func valueText(v *commonpb.AnyValue) string {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return v.StringValue
	case *commonpb.AnyValue_IntValue:
		return strconv.FormatInt(v.IntValue, 10)
	case *commonpb.AnyValue_BoolValue:
		return strconv.FormatBool(v.BoolValue)
	case *commonpb.AnyValue_DoubleValue:
		return strconv.FormatFloat(v.DoubleValue, 'g', -1, 64)
	case *commonpb.AnyValue_ArrayValue:
		if list := v.ArrayValue.GetValues(); len(list) > 0 {
			return valueText(list[0])
		}
	}
	return ""
}
