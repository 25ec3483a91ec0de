package measured

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/coordlint/coordlint/graph"
	"github.com/coordlint/coordlint/graph/ceiling"
)

const example = `{
  "version": 1,
  "sources": [
    {"file":"t.jsonl","from":"2026-09-21T14:13:20Z","to":"2026-09-21T14:13:29Z","spans":9}
  ],
  "times": [
    {"what":"network","service":"web","target":"api","operation":"GET /x","mean_ms":1.5,"count":3,"files":["t.jsonl"],"from":"2026-09-21T14:13:20Z","to":"2026-09-21T14:13:29Z"},
    {"what":"own","service":"api","operation":"GET /x","mean_ms":[0,7],"p50_ms":3,"p95_ms":8,"p99_ms":9,"total_ms":7,"count":3,"files":["t.jsonl"],"from":"2026-09-21T14:13:20Z","to":"2026-09-21T14:13:29Z","note":"why"},
    {"what":"use","service":"api","target":"db","mean_ms":2,"count":3,"files":["t.jsonl","u.json"],"from":"2026-09-21T14:13:20Z","to":"2026-09-21T14:13:29Z"}
  ]
}
`

// What is read is written the same, and the schema accepts it.
func TestRoundTrip(t *testing.T) {
	f, err := Parse("m.json", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil || b.String() != example {
		t.Errorf("%v\n%s", err, &b)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	written, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(written); err != nil {
		t.Error(err)
	}
}

// The schema has the keys that the types have.
func TestSchemaKeys(t *testing.T) {
	type node struct {
		Properties map[string]*node
		Items      *node
	}
	n := &node{}
	if err := json.Unmarshal([]byte(Schema()), n); err != nil {
		t.Fatal(err)
	}
	for name, typ := range map[string]reflect.Type{"": reflect.TypeFor[File](), "sources": reflect.TypeFor[Source](), "times": reflect.TypeFor[Time]()} {
		at := n
		if name != "" {
			at = n.Properties[name].Items
		}
		var have, want []string
		for key := range at.Properties {
			have = append(have, key)
		}
		for i := range typ.NumField() {
			if key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ","); key != "" {
				want = append(want, key)
			}
		}
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			t.Errorf("%q: the schema has %q, the type %q", name, have, want)
		}
	}
}

func TestParseMistakes(t *testing.T) {
	for _, tt := range []struct{ from, to, want string }{
		{example, "", "m.json:1: the file is cut off"},
		{example, "[]", "m.json:1: want {"},
		{example, "{}", "m.json:1: version is missing; this is version: 1"},
		{`"version": 1`, `"version": 2`, "m.json:2: version 2 is not known; this reads version 1"},
		{`"version": 1`, `"version": "1"`, "m.json:2: a string is no int"},
		{`"sources"`, `"source"`, `m.json:3: unknown key "source"`},
		{`"what":"own"`, `"what":"total"`, `m.json:8: what: want own, use or network, not "total"`},
		{`"spans":9`, `"span":9`, `m.json:4: unknown field "span"`},
		{`"target":"db",`, ``, "m.json:9: target is missing"},
		{`"service":"api","operation"`, `"service":"api","target":"x","operation"`, "m.json:8: own work has no target"},
		{`"service":"web",`, ``, "m.json:7: service is missing"},
		{`1.5`, `-1.5`, "m.json:7: mean_ms: want a number that is not negative, or two: [least, greatest]"},
		{`1.5`, `"1.5"`, "m.json:7: mean_ms: want a number, or two: [least, greatest]"},
		{`[0,7]`, `[8,7]`, "m.json:8: mean_ms: want a number that is not negative, or two: [least, greatest]"},
		{`"count":3`, `"count":0`, "m.json:7: count: want at least 1"},
		{"]\n}", "]\n", "m.json:12: the file is cut off"},
		{"]\n}", "]\n}\n{}", "m.json:11: more than one document"},
		{`"t.jsonl","u.json"]`, `"t.jsonl","u.json"`, "m.json:9: invalid character"},
	} {
		_, err := Parse("m.json", []byte(strings.Replace(example, tt.from, tt.to, 1)))
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("with %s for %s: %v, want %s", tt.to, tt.from, err, tt.want)
		}
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	if f, err := Read(dir, ""); err != nil || f.FileName() != "" {
		t.Errorf("without a file: %v, %v", f, err)
	}
	if _, err := Read(dir, "gone.json"); err == nil {
		t.Error("no error for a file that is asked for and not there")
	}
	if err := os.WriteFile(filepath.Join(dir, Name), []byte(example), 0o644); err != nil {
		t.Fatal(err)
	}
	if f, err := Read(dir, ""); err != nil || f.FileName() != Name || len(f.Times) != 3 {
		t.Errorf("%v, %v", f, err)
	}
	if f, err := Read(dir, None); err != nil || len(f.Times) != 0 {
		t.Errorf("%v, %v", f, err)
	}
}

// Entries become numbers of ceilings; one about something that is not there, a
// gap.
func TestNumbers(t *testing.T) {
	f, err := Parse("m.json", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	sys := &graph.System{Services: []*graph.Service{{ID: "web"}, {ID: "api"}}, Resources: []*graph.Resource{{ID: "db"}},
		Endpoints: []*graph.Endpoint{{Service: "api", Name: "GET /x"}}}
	numbers, gaps := f.Numbers(sys)
	quantity := func(low, high float64, line int, note string) graph.Quantity {
		return graph.Quantity{Low: low, High: high, Source: graph.Measured, Site: graph.Site{File: "m.json", Line: line}, Note: note}
	}
	want := []ceiling.Declared{
		{What: ceiling.WhatNetwork, Service: "web", Target: "api", Operation: "GET /x", Value: quantity(1.5, 1.5, 7, "t.jsonl")},
		{What: ceiling.WhatTime, Target: "api", Operation: "GET /x", Value: quantity(0, 7, 8, "t.jsonl")},
		{What: ceiling.WhatTime, Service: "api", Target: "db", Value: quantity(2, 2, 9, "t.jsonl, u.json")},
	}
	if !slices.Equal(numbers, want) || len(gaps) != 0 {
		t.Errorf("got %+v, %v", numbers, gaps)
	}
	sys.Resources, sys.Endpoints = nil, nil
	numbers, gaps = f.Numbers(sys)
	if len(numbers) != 0 || len(gaps) != 3 || gaps[2].Site.String() != "m.json:9" || gaps[2].Text != `measured use: no resource "db"; coordlint calibrate writes the file again` {
		t.Errorf("got %+v, %v", numbers, gaps)
	}
}

func TestRound(t *testing.T) {
	for v, want := range map[float64]float64{0: 0, 1.23456789: 1.23457, 1e-320: 1e-320, 123456789: 123457000, -2.5: -2.5} {
		if got := Round(v); got != want {
			t.Errorf("Round(%g) = %g, want %g", v, got, want)
		}
	}
}
