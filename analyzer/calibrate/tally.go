package calibrate

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/coordlint/coordlint/analyzer/measured"
)

// callersView is the time of a service as its callers saw it.
const callersView measured.What = "seen by callers"

// A key says what a tally is of.
type key struct {
	what                       measured.What
	service, target, operation string
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.what, o.what), cmp.Compare(k.service, o.service), cmp.Compare(k.target, o.target), cmp.Compare(k.operation, o.operation))
}

// A sample is one measured time.
type sample struct {
	ms, total float64 // milliseconds; total of the whole request, for own work
	when      span
	source    int32
}

func sampleOf(r record) sample {
	return sample{ms: milliseconds(r.end - r.start), when: span{r.start, r.end}, source: r.source}
}

func milliseconds(ns int64) float64 { return float64(ns) / 1e6 }

// A tally is all samples of one thing.
type tally struct {
	ms      []float64
	sum     float64 // of totals
	totals  int
	when    span
	sources []int32
	vague   bool // some of them might be of any operation
}

func (t *tally) add(x sample) {
	t.ms = append(t.ms, x.ms)
	if x.total > 0 {
		t.sum += x.total
		t.totals++
	}
	t.when.cover(x.when.from, x.when.to)
	if !slices.Contains(t.sources, x.source) {
		t.sources = append(t.sources, x.source)
	}
}

// tally returns the one of a key, which it makes if there is none.
func (c *Calibrator) tally(k key) *tally {
	t := c.tallies[k]
	if t == nil {
		t = &tally{}
		c.tallies[k] = t
	}
	return t
}

// An estimate is what is made of samples, or of a metric's counters.
type estimate struct {
	mean          measured.Span
	p50, p95, p99 float64 // NaN: not known
	total         float64 // NaN: not known
	count         int
	when          span
	sources       []int32
	note          string
}

func (t *tally) estimate() estimate {
	sort.Float64s(t.ms)
	sum := 0.0
	for _, v := range t.ms {
		sum += v
	}
	mean := sum / float64(len(t.ms))
	e := estimate{mean: measured.Span{Low: mean, High: mean}, p50: quantile(t.ms, 0.5), p95: quantile(t.ms, 0.95), p99: quantile(t.ms, 0.99),
		total: math.NaN(), count: len(t.ms), when: t.when, sources: t.sources}
	if t.totals > 0 {
		e.total = t.sum / float64(t.totals)
	}
	return e
}

// quantile is the nearest rank of sorted numbers.
func quantile(sorted []float64, q float64) float64 {
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
