package calibrate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/measured"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A family is what all series of one metric say about one thing: the sum and
// the number of what was observed, and how it spreads.
type family struct {
	sum, count float64
	summed     bool
	buckets    map[float64]float64 // observations up to a limit, both cumulative
	quantiles  map[float64]float64 // of a summary; of several processes the greatest
	means      []float64           // where the answer is a mean already
	scale      float64             // milliseconds of its unit
	meaning    int32
	when       span
	sources    []int32
}

type familyKey struct {
	metric  string
	meaning int32
}

// families are all of them.
type families map[familyKey]*family

// suffixes are what a histogram or a summary appends to its name.
var suffixes = []string{"_bucket", "_sum", "_count"}

// Series implements telemetry.Sink.
func (c *Calibrator) Series(s *telemetry.Series) {
	i := len(c.sources) - 1
	c.sources[i].Series++
	metric := s.Metric
	if metric == "" {
		metric = c.implicit
	}
	metric, q, _ := strings.Cut(strings.ReplaceAll(metric, ".", "_"), "@")
	if q != "" {
		s.Labels = withLabel(s.Labels, "quantile", q)
	}
	base, part := metric, ""
	for _, suffix := range suffixes {
		if cut, ok := strings.CutSuffix(metric, suffix); ok {
			base, part = cut, suffix
		}
	}
	if metric == "" {
		c.unmatched.add("series without a name: say which metric a file holds, NAME=FILE", 1)
		return
	}
	if len(s.Points) == 0 {
		c.unmatched.add("series without a value", 1)
		return
	}
	m, scale, why := c.seriesMeaning(base, s)
	if why != "" {
		c.unmatched.add(why, 1)
		return
	}
	c.recorded[m.service] = true
	if missed := m.role == waits && m.service != "" && m.target == ""; m.reason != "" && !missed { // those are listed as edges
		c.unmatched.add(m.reason, 1)
	}
	if m.service == "" {
		return
	}
	if c.families == nil {
		c.families = families{}
	}
	k := familyKey{base, c.meanings.of(m)}
	f := c.families[k]
	if f == nil {
		f = &family{buckets: map[float64]float64{}, quantiles: map[float64]float64{}, scale: scale, meaning: k.meaning}
		c.families[k] = f
	}
	f.add(s, part, s.Metric != "")
	f.when.cover(int64(s.Points[0].Time*1e9), int64(s.Points[len(s.Points)-1].Time*1e9))
	c.starts[i].cover(f.when.from, f.when.to)
	if !slices.Contains(f.sources, int32(i)) {
		f.sources = append(f.sources, int32(i))
	}
}

func withLabel(labels telemetry.Attributes, key, value string) telemetry.Attributes {
	out := telemetry.Attributes{key: value}
	for k, v := range labels {
		out[k] = v
	}
	return out
}

// add takes a series' values. A counter that has its name says what it counted
// since its process began, or between its first and last value; one without has
// gone through a function such as rate, and each value stands for itself.
func (f *family) add(s *telemetry.Series, part string, raw bool) {
	if s.Points[0].Is {
		f.summed = true
		f.sum += growth(s.Points, raw, func(p telemetry.Point) float64 { return p.Value })
		f.count += growth(s.Points, raw, func(p telemetry.Point) float64 { return p.Count })
		return
	}
	n := growth(s.Points, raw, func(p telemetry.Point) float64 { return p.Value })
	last := s.Points[len(s.Points)-1].Value
	limit, errLimit := strconv.ParseFloat(s.Labels["le"], 64)
	q, errQuantile := strconv.ParseFloat(s.Labels["quantile"], 64)
	switch {
	case part == "_sum":
		f.sum += n
		f.summed = true
	case part == "_count":
		f.count += n
	case part == "_bucket" && errLimit == nil:
		f.buckets[limit] += n
	case errQuantile == nil:
		f.quantiles[q] = max(f.quantiles[q], last)
	case part == "":
		for _, p := range s.Points {
			f.means = append(f.means, p.Value)
		}
	}
}

// growth is by how much a counter grew: from its first to its last value, where
// a fall is a restart from 0; of one value all of it; of rates their sum.
func growth(points []telemetry.Point, raw bool, value func(telemetry.Point) float64) float64 {
	if len(points) == 1 {
		return value(points[0])
	}
	sum := 0.0
	for i, p := range points {
		switch v := value(p); {
		case !raw:
			sum += v
		case i == 0:
		case v >= value(points[i-1]):
			sum += v - value(points[i-1])
		default:
			sum += v
		}
	}
	return sum
}

// into makes estimates of families, where no trace has told.
func (fs families) into(c *Calibrator, estimates map[key]estimate) {
	keys := make([]familyKey, 0, len(fs))
	for k := range fs {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b familyKey) int {
		return cmp.Or(cmp.Compare(a.metric, b.metric), cmp.Compare(a.meaning, b.meaning))
	})
	for _, k := range keys {
		f := fs[k]
		m := &c.meanings.list[f.meaning]
		e, why := f.estimate()
		if why != "" {
			c.unmatched.add("metric "+k.metric+": "+why, 1)
			continue
		}
		c.place(m, e, estimates)
	}
}

// place puts an estimate where it belongs, unless something better is there.
func (c *Calibrator) place(m *meaning, e estimate, estimates map[key]estimate) {
	put := func(k key) {
		if _, ok := estimates[k]; !ok {
			estimates[k] = e
		}
	}
	if m.kind == graph.EdgeConsume || m.role == waits {
		c.seen(m, e.count)
	}
	switch {
	case m.role == serves && m.operations != "":
		e.total = e.mean.High
		if waited := c.waitsOf(m.service, m.operations); len(waited) > 0 {
			e.mean.Low, e.note = 0, "all of the request: what it waits for elsewhere is not told apart"
		}
		put(key{measured.Own, m.service, "", m.operations})
	case m.role == serves:
		if op, ok := c.foreignOperation(m); ok {
			put(key{measured.Own, m.service, "", op})
		}
	case m.target == "":
	case c.resources[m.target] == nil:
		if len(c.endpoints[m.target]) == 0 {
			c.each(m, func(op string) { put(key{callersView, m.target, "", op}) })
		}
	case m.vague:
		put(key{measured.Use, m.service, m.target, ""})
	default:
		c.each(m, func(op string) { put(key{measured.Use, m.service, m.target, op}) })
	}
}
