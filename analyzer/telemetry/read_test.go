package telemetry

import (
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// A list is a Sink that writes down what it is sent.
type list struct{ strings.Builder }

func (l *list) Span(s *Span) {
	fmt.Fprintf(l, "span %s/%s<%s %d %q %d-%d %s %s\n", s.Trace, s.ID, s.Parent, s.Kind, s.Name, s.StartNS, s.EndNS, s.Resource["service.name"], s.Attributes["k"])
}

func (l *list) Series(s *Series) { fmt.Fprintf(l, "series %s %s %v\n", s.Metric, s.Site, s.Points) }

func (l *list) Problem(p Problem) { fmt.Fprintf(l, "%s (%d): %s\n", p.Site, p.Offset, p.Text) }

const (
	span1 = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"a"}}]},"scopeSpans":[{"spans":[` +
		`{"traceId":"0102030405060708090A0b0c0d0e0f10","spanId":"00f067aa0ba902b7","parentSpanId":"","name":"one","kind":2,"startTimeUnixNano":"5","endTimeUnixNano":9,"attributes":[{"key":"k","value":{"intValue":"3"}}],"new":1}]}]}]}`
	read1 = `span 0102030405060708090a0b0c0d0e0f10/00f067aa0ba902b7< 1 "one" 5-9 a 3` + "\n"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a line", span1 + "\n", read1},
		{"two lines", span1 + "\n" + span1, read1 + read1},
		{"one after another", span1 + span1, read1 + read1},
		{"a list of requests", "[\n" + span1 + ",\n" + span1 + "]", read1 + read1},
		{"ids in base64", strings.NewReplacer("0102030405060708090A0b0c0d0e0f10", "AQIDBAUGBwgJCgsMDQ4PEA==", "00f067aa0ba902b7", "APBnqgupArc=").Replace(span1), read1},
		{"names as in proto", `{"resource_spans":[{"scope_spans":[{"spans":[{"name":"x","kind":"SPAN_KIND_PRODUCER"}]}]}]}`, "span /< 3 \"x\" 0-0  \n"},
		{"nothing", "", "f:1 (0): the file is empty\n"},
		{"white space", " \n\n", "f:1 (0): the file is empty\n"},
		{"no spans", `{"resourceSpans":null}`, ""},
		{"no list", `{"resourceSpans":{}}` + "\n" + span1, "f:1 (18): want a list\n" + read1},
		{"metrics", `{"resourceMetrics":[{}]}`, "f:1 (18): resourceMetrics: these are no spans; metrics are read of Prometheus' answers\n"},
		{"another document", `{"version": 2}`, "f:1 (14): " + unknownDocument + "\n"},
		{"a number", "12", "f:1 (2): " + unknownDocument + "\n"},
		{"text", "traces", "f:1 (0): no JSON: invalid character 'a' in literal true (expecting 'u')\n"},
		{"cut off", span1 + "\n" + span1[:200], read1 + "f:2 (365): the file ends in the middle of a value that begins here: it is cut off\n"},
		{"a line that is cut off inside a text", span1[:200] + "\n" + span1, "f:1 (18): no JSON: invalid character '\\n' in string literal\n" + read1},
		{"a line that is cut off between values", `{"resourceSpans":[{}` + "\n" + span1, "f:2 (21): no JSON: expected comma after array element\n" + read1},
		{"a bad line", "{]\n" + span1, "f:1 (1): no JSON: invalid character ']'\n" + read1},
		{"a wrong document of several lines", "{\n\"resourceSpans\": [\n{\"scopeSpans\":[}\n]}\n" + span1, "f:3 (21): no JSON: invalid character '}' looking for beginning of value\n"},
		{"a wrong field", "{\n\"resourceSpans\": [\n{\"scopeSpans\":\n [{\"spans\":3}]}]}\n" + span1, "f:4 (51): no spans of OTLP: syntax error: unexpected token 3\n" + read1},
		{"jaeger", `{"data":[{"traceID":"AB","spans":[{"spanID":"1","operationName":"o","references":[{"refType":"FOLLOWS_FROM","spanID":"8"},{"refType":"CHILD_OF","traceID":"AB","spanID":"9"}],"startTime":2,"duration":3,"tags":[{"key":"span.kind","value":"server"},{"key":"k","value":true},{"key":"n","value":null}],"processID":"p"}],"processes":{"p":{"serviceName":"s"}}}],"total":0}`,
			"span ab/1<9 1 \"o\" 2000-5000 s true\n"},
		{"jaeger with strange times", `{"data":[{"traceID":"t","spans":[{"spanID":"1","startTime":1e300,"duration":1},{"spanID":"2","startTime":-4},{"spanID":"3","startTime":5,"duration":-2,"process":{"serviceName":"q"}}]}]}`,
			"span t/1< 0 \"\" 0-0  \nspan t/2< 0 \"\" 0-0  \nspan t/3< 0 \"\" 5000-3000 q \n"},
		{"jaeger of another type", `{"data":[{"traceID":7},{"traceID":"t","spans":[{"spanID":"1"}]}]}`, "f:1 (22): number is no string\nspan t/1< 0 \"\" 0-0  \n"},
		{"vector", `{"status":"success","data":{"resultType":"vector","result":[` + "\n" + `{"metric":{"__name__":"m"},"value":[1.5,"2"]},{"metric":{},"histogram":[1,{"count":"4","sum":"2.5","buckets":[]}]}]}}`,
			"series m f:2 [{1.5 2 0 false}]\nseries  f:2 [{1 2.5 4 true}]\n"},
		{"matrix", `{"data":{"resultType":"matrix","result":[{"metric":{"__name__":"m"},"values":[[1,"2"],[2,"NaN"],[3,"+Inf"],[4,"5"]]}]}}`, "series m f:1 [{1 2 0 false} {4 5 0 false}]\n"},
		{"scalar", `{"data":{"resultType":"scalar","result":[1,"2"]}}`, "f:1 (30): the query's result is a scalar, which has no labels: want a vector or a matrix\n"},
		{"a failed query", `{"status":"error","errorType":"bad_data","error":"parse error"}`, "f:1 (63): the query failed: parse error\n"},
		{"a bad value", `{"data":{"result":[{"metric":{},"value":[1]},{"metric":{},"value":[1,"x"]},{"metric":{},"values":[[1,"2"]]}]}}`,
			"f:1 (44): no series: want [time, value], not 1 elements\nf:1 (74): no series: strconv.ParseFloat: parsing \"x\": invalid syntax\nseries  f:1 [{1 2 0 false}]\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got, slow list
			Read(strings.NewReader(tt.text), "f", &got)
			Read(iotest.OneByteReader(strings.NewReader(tt.text)), "f", &slow)
			if got.String() != slow.String() {
				t.Errorf("read byte by byte:\n%s\nelse:\n%s", &slow, &got)
			}
			if got.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", &got, tt.want)
			}
		})
	}
}

// A file that breaks while it is read says so.
func TestReadError(t *testing.T) {
	var got list
	Read(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(span1))), "f", &got)
	if want := "f:1 (1): timeout\n"; got.String() != want {
		t.Errorf("got %q, want %q", got.String(), want)
	}
}

// Whatever bytes come, reading ends, and the same bytes say the same.
func FuzzRead(f *testing.F) {
	f.Add(span1 + "\n" + span1[:100])
	f.Add(`{"data":[{"traceID":"AB","spans":[{"spanID":"1","references":[{"spanID":"9"}],"startTime":2}],"processes":{"p":{}}}]}`)
	f.Add(`[{"data":{"resultType":"matrix","result":[{"metric":{"a":"b"},"values":[[1,"2"]]}]}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		var a, b list
		Read(strings.NewReader(text), "f", &a)
		Read(iotest.HalfReader(strings.NewReader(text)), "f", &b)
		if a.String() != b.String() {
			t.Errorf("%q\n%s\nin halves:\n%s", text, &a, &b)
		}
	})
}
