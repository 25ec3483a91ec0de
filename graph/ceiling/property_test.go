package ceiling_test

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

const models = 300

func solved(t *testing.T, m *ceiling.Model) *ceiling.Result {
	t.Helper()
	r, err := ceiling.Solve(m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// atMost reports a <= b but for rounding; no bound is the greatest value.
func atMost(a, b ceiling.Value) bool { return a <= b || float64(a) <= float64(b)*(1+1e-9) }

func TestBoundFallsInEveryTime(t *testing.T) {
	for seed := range uint64(models) {
		before := solved(t, randomModel(seed, false)).XBound
		count := 0
		eachTime(randomModel(seed, false), func(*ceiling.Num) { count++ })
		for k := range count {
			m, i := randomModel(seed, false), 0
			eachTime(m, func(n *ceiling.Num) {
				if i == k {
					n.Value += 3
				}
				i++
			})
			if after := solved(t, m).XBound; !atMost(after, before) {
				t.Errorf("seed %d: time %d grows and the bound goes from %v to %v", seed, k, before, after)
			}
		}
	}
}

func TestScalingAllTimes(t *testing.T) {
	const k = 3.7
	for seed := range uint64(models) {
		before := solved(t, randomModel(seed, false))
		m := randomModel(seed, false)
		eachTime(m, func(n *ceiling.Num) { n.Value *= k })
		for _, r := range m.Resources {
			if r.Rate != nil {
				r.Rate.Value /= k
			}
		}
		after := solved(t, m)
		if !before.XBound.Finite() != !after.XBound.Finite() ||
			before.XBound.Finite() && math.Abs(float64(after.XBound*k/before.XBound)-1) > 1e-9 {
			t.Errorf("seed %d: bound %v, with all times x %v %v", seed, before.XBound, k, after.XBound)
		}
	}
}

func TestOrderOfResults(t *testing.T) {
	for seed := range uint64(models) {
		m := randomModel(seed, false)
		m.Parameters.Users = []int{1, 7, 60}
		r := solved(t, m)
		check := func(what string, a, b ceiling.Value) {
			if !atMost(a, b) {
				t.Errorf("seed %d: %s: %v > %v", seed, what, a, b)
			}
		}
		check("now and at the scaler's maximum", r.Ceiling.Now.X, r.Ceiling.HPAMax.X)
		check("at the scaler's maximum and unlimited", r.Ceiling.HPAMax.X, r.Ceiling.Infinity.X)
		check("bound and runner-up", r.XBound, r.XNext)
		if r.Accept != nil {
			check("bound and what is accepted", r.XBound, r.Accept.X)
		}
		if s := r.Structure.Storm; s != nil {
			check("all fail and bound", s.AllFail, r.XBound)
			check("bound and healthy", r.XBound, s.Healthy)
		}
		if r.Brownout != nil {
			check("brownout and bound", r.Brownout.X, r.XBound)
		}
		for i, p := range r.Curve {
			check("curve and asymptote", p.Value.X, p.Value.Asymptote)
			if i > 0 && p.Value.X > 0 {
				check("fewer and more users", r.Curve[i-1].Value.X, p.Value.X*1.02)
			}
		}
	}
}

func TestRegion(t *testing.T) {
	for seed := range uint64(models) {
		r := solved(t, randomModel(seed, false))
		for i, alone := range r.Alone {
			x := math.Inf(1)
			for _, in := range r.Region {
				if c := in.Coefficients[i].Value; c > 0 {
					x = min(x, in.AtMost/c)
				}
			}
			if !same(x, float64(alone.Value.X)) {
				t.Errorf("seed %d: path %s alone %v, by the region %v", seed, alone.Name, alone.Value.X, x)
			}
		}
		if len(r.Alone) == 1 && !same(float64(r.Alone[0].Value.X), float64(r.XBound)) {
			t.Errorf("seed %d: one path, alone %v, bound %v", seed, r.Alone[0].Value.X, r.XBound)
		}
	}
}

func same(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*math.Abs(b) }

func TestIntervals(t *testing.T) {
	for seed := range uint64(models) {
		m := randomModel(seed, true)
		r := solved(t, m)
		if r.Interval == nil {
			continue
		}
		if !atMost(r.Low, r.Mid) || !atMost(r.Mid, r.High) || !same(float64(r.Mid), float64(r.XBound)) {
			t.Errorf("seed %d: interval %v, %v, %v, bound %v", seed, r.Low, r.Mid, r.High, r.XBound)
		}
		for _, s := range r.Sensitivity {
			if !atMost(s.XAtHigh, s.XAtLow) || !atMost(r.Low, s.XAtHigh) || !atMost(s.XAtLow, r.High) {
				t.Errorf("seed %d: %s: [%v, %v] in [%v, %v]", seed, s.Unknown, s.XAtHigh, s.XAtLow, r.Low, r.High)
			}
		}
	}
}

// TestJSON checks that results are the same every time, that they hold no
// number that JSON has no form for, and that a model survives its JSON form.
func TestJSON(t *testing.T) {
	for seed := range uint64(models) {
		m := randomModel(seed, seed%2 == 0)
		first, err := json.Marshal(solved(t, m))
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		data, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := ceiling.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		second, err := json.Marshal(solved(t, back))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("seed %d: results differ:\n%s\n%s", seed, first, second)
		}
	}
}

// A path alone reaches at least what it has in the mix, no more of anything
// lowers a bound, and what is below a point of the region is in it.
func TestMoreOfAnything(t *testing.T) {
	for seed := range uint64(models) {
		before := solved(t, randomModel(seed, false))
		shares := 0.0
		for _, p := range randomModel(seed, false).Paths {
			shares += *p.Mix
		}
		for i, p := range randomModel(seed, false).Paths {
			if in := before.XBound * ceiling.Value(*p.Mix/shares); !atMost(in, before.Alone[i].Value.X) {
				t.Errorf("seed %d: path %s has %v in the mix and %v alone", seed, p.ID, in, before.Alone[i].Value.X)
			}
		}
		for _, in := range before.Region {
			sum := 0.0
			for i, c := range in.Coefficients {
				if c.Value < 0 {
					t.Errorf("seed %d: %s gives a load back to %s", seed, c.Name, in.Resource)
				}
				sum += c.Value * *randomModel(seed, false).Paths[i].Mix / shares
			}
			if x := float64(before.XBound); before.XBound.Finite() && sum*x > in.AtMost*(1+1e-9) {
				t.Errorf("seed %d: the bound is outside of the region at %s", seed, in.Resource)
			}
		}
		for _, more := range []func(*ceiling.Model){
			func(m *ceiling.Model) {
				for _, s := range m.Services {
					s.Replicas.Value++
				}
			},
			func(m *ceiling.Model) {
				for _, r := range m.Resources {
					if r.Servers != nil {
						r.Servers.Value++
					}
					if r.Rate != nil {
						r.Rate.Value++
					}
				}
			},
			func(m *ceiling.Model) {
				for _, s := range m.Services {
					s.Cores, s.Concurrency = nil, nil
				}
			},
		} {
			m := randomModel(seed, false)
			more(m)
			if after := solved(t, m).XBound; !atMost(before.XBound, after) {
				t.Errorf("seed %d: with more of something the bound goes from %v to %v", seed, before.XBound, after)
			}
		}
		for _, c := range []ceiling.Point{before.Ceiling.HPAMax, before.Ceiling.Infinity} {
			if !atMost(before.Ceiling.Now.X, c.X) {
				t.Errorf("seed %d: with more replicas the ceiling goes from %v to %v", seed, before.Ceiling.Now.X, c.X)
			}
		}
	}
}
