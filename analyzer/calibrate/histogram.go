package calibrate

import (
	"math"
	"slices"

	"github.com/coordlint/coordlint/analyzer/measured"
)

// estimate makes one of a family, or says why it cannot.
func (f *family) estimate() (e estimate, why string) {
	nan := math.NaN()
	e = estimate{p50: nan, p95: nan, p99: nan, total: nan, when: f.when, sources: f.sources}
	top := f.buckets[math.Inf(1)]
	count := f.count
	if count == 0 {
		count = top
	}
	switch {
	case f.summed && count > 0:
		e.mean = measured.Span{Low: f.sum / count, High: f.sum / count}
	case len(f.means) > 0:
		for _, v := range f.means {
			e.mean.Low += v / float64(len(f.means))
		}
		e.mean.High, count = e.mean.Low, float64(len(f.means))
	case top > 0:
		if e.mean = f.between(top); math.IsInf(e.mean.High, 1) {
			return e, "without its sum, and with observations above its last bucket, it gives no mean"
		}
		e.note = "of buckets alone"
	case len(f.quantiles) > 0:
		return e, "quantiles alone give no mean"
	case f.summed || f.count > 0:
		return e, "want both its _sum and its _count, and requests between them"
	default:
		return e, "nothing was observed"
	}
	if e.mean.Low < 0 || math.IsNaN(e.mean.Low) {
		return e, "its mean is negative"
	}
	e.mean.Low, e.mean.High = e.mean.Low*f.scale, e.mean.High*f.scale
	e.count = max(1, int(math.Round(min(count, math.MaxInt32))))
	for q, to := range map[float64]*float64{0.5: &e.p50, 0.95: &e.p95, 0.99: &e.p99} {
		if v, ok := f.quantiles[q]; ok {
			*to = v * f.scale
		} else if top > 0 {
			*to = f.bucketQuantile(q, top) * f.scale
		}
	}
	return e, ""
}

// between returns the least and the greatest mean that buckets allow.
func (f *family) between(top float64) measured.Span {
	var out measured.Span
	below, least := 0.0, 0.0
	for _, limit := range f.limits() {
		if n := f.buckets[limit] - below; n > 0 {
			out.Low += n / top * least
			out.High += n / top * limit
		}
		below, least = max(below, f.buckets[limit]), max(0, limit)
	}
	return out
}

// bucketQuantile interpolates within a bucket, as Prometheus' histogram_quantile
// does.
func (f *family) bucketQuantile(q, top float64) float64 {
	below, least := 0.0, 0.0
	for _, limit := range f.limits() {
		n := f.buckets[limit]
		if n >= q*top {
			if math.IsInf(limit, 1) || n == below {
				return least
			}
			return least + (limit-least)*(q*top-below)/(n-below)
		}
		below, least = n, max(0, limit)
	}
	return least
}

func (f *family) limits() []float64 {
	out := make([]float64, 0, len(f.buckets))
	for limit := range f.buckets {
		out = append(out, limit)
	}
	slices.Sort(out)
	return out
}
