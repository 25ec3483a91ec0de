package telemetry

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/coordlint/coordlint/graph"
)

// The JSON of Prometheus' HTTP API, "Expression query result formats".
type promSeries struct {
	Labels     Attributes      `json:"metric"`
	Value      json.RawMessage `json:"value"`
	Values     []promPoint     `json:"values"`
	Histogram  json.RawMessage `json:"histogram"`
	Histograms []promHistogram `json:"histograms"`
}

type promPoint struct{ Point }

type promHistogram struct{ Point }

// UnmarshalJSON reads [seconds, "value"].
func (p *promPoint) UnmarshalJSON(data []byte) error {
	var text string
	if err := p.pair(data, &text); err != nil {
		return err
	}
	v, err := strconv.ParseFloat(text, 64)
	p.Value = v
	return err
}

// UnmarshalJSON reads [seconds, {"count": "3", "sum": "0.2", ...}].
func (p *promHistogram) UnmarshalJSON(data []byte) error {
	var h struct{ Count, Sum string }
	if err := p.pair(data, &h); err != nil {
		return err
	}
	p.Is = true
	var err error
	if p.Count, err = strconv.ParseFloat(h.Count, 64); err != nil {
		return err
	}
	p.Value, err = strconv.ParseFloat(h.Sum, 64)
	return err
}

func (p *Point) pair(data []byte, second any) error {
	var both []json.RawMessage
	if err := json.Unmarshal(data, &both); err != nil {
		return err
	}
	if len(both) != 2 {
		return fmt.Errorf("want [time, value], not %d elements", len(both))
	}
	if err := json.Unmarshal(both[0], &p.Time); err != nil {
		return err
	}
	return json.Unmarshal(both[1], second)
}

// answer reads a key of an answer's data.
func (in *input) answer(key string) bool {
	switch key {
	case "resultType":
		kind := ""
		if !in.decode(&kind) {
			return false
		}
		if kind != "vector" && kind != "matrix" {
			in.bad(0, "the query's result is a %s, which has no labels: want a vector or a matrix", kind)
		}
		return true
	case "result":
		return in.elements(in.series)
	}
	return in.skip()
}

func (in *input) series() bool {
	var raw json.RawMessage
	if !in.decode(&raw) {
		return false
	}
	if len(raw) == 0 || raw[0] != '{' {
		return true // of a scalar, which was told of
	}
	var s promSeries
	out := &Series{}
	err := json.Unmarshal(raw, &s)
	if err == nil {
		out.Points, err = s.points()
	}
	if err != nil {
		in.bad(0, "no series: %v", err)
		return true
	}
	out.Site = graph.Site{File: in.name, Line: in.src.at(in.offset())}
	out.Labels, out.Metric = s.Labels, s.Labels["__name__"]
	in.sink.Series(out)
	return true
}

// points returns the samples that are numbers.
func (s *promSeries) points() ([]Point, error) {
	var out []Point
	add := func(p Point) {
		if !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) && !math.IsNaN(p.Count) && !math.IsInf(p.Count, 0) {
			out = append(out, p)
		}
	}
	if len(s.Value) > 0 {
		var p promPoint
		if err := json.Unmarshal(s.Value, &p); err != nil {
			return nil, err
		}
		add(p.Point)
	}
	for _, p := range s.Values {
		add(p.Point)
	}
	if len(s.Histogram) > 0 {
		var p promHistogram
		if err := json.Unmarshal(s.Histogram, &p); err != nil {
			return nil, err
		}
		add(p.Point)
	}
	for _, p := range s.Histograms {
		add(p.Point)
	}
	return out, nil
}
