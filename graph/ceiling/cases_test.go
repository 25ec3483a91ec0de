package ceiling_test

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// A testCase is one entry of testdata/cases.json: reference results computed in
// closed form, by simulation and by independent solvers.
type testCase struct {
	raw      json.RawMessage
	id       string
	expected map[string]json.RawMessage
}

func readCases(t *testing.T, name string) []testCase {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []json.RawMessage `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var list []testCase
	for _, raw := range file.Cases {
		var c struct {
			ID       string                     `json:"id"`
			Expected map[string]json.RawMessage `json:"expected"`
		}
		if err := json.Unmarshal(raw, &c); err != nil {
			t.Fatal(err)
		}
		list = append(list, testCase{raw, c.ID, c.Expected})
	}
	return list
}

// tolerances holds the relative tolerance of keys that are not exact, and of
// everything below them.
var tolerances = map[string]float64{
	"alpha": 0.005, "beta": 0.005, "gamma": 0.005, "peak_n": 0.005, "peak_x": 0.005, "amdahl_limit_x": 0.005,
	"residual_se": 0.005, "fitted": 0.005, "unconstrained": 0.005, "beta_zero_fit": 0.005,
	"separation": 1e-5, "vulnerable_from_per_s": 1e-5, // printed with six digits
}

// notResults are keys of an expected object that are not part of a result.
var notResults = []string{"tolerance", "note", "throughput_at_users"}

func TestCases(t *testing.T) {
	cases := readCases(t, "cases.json")
	if len(cases) != 44 {
		t.Fatalf("%d cases, want 44", len(cases))
	}
	checkCases(t, cases)
}

// TestHandCases: further cases, computed by hand from the method; each says how.
func TestHandCases(t *testing.T) {
	checkCases(t, readCases(t, "hand.json"))
}

func checkCases(t *testing.T, cases []testCase) {
	for _, c := range cases {
		t.Run(c.id, func(t *testing.T) {
			out, err := ceiling.SolveJSON(c.raw)
			if err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			for key, raw := range c.expected {
				if slices.Contains(notResults, key) {
					continue
				}
				var want any
				if err := json.Unmarshal(raw, &want); err != nil {
					t.Fatal(err)
				}
				tol := tolerances[key]
				if tol == 0 {
					tol = 1e-6
				}
				match(t, key, got[key], want, tol)
			}
			checkCurve(t, c, out)
		})
	}
}

// match compares what is wanted with what there is; more is welcome in objects.
func match(t *testing.T, at string, got, want any, tol float64) {
	t.Helper()
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s = %v, want %v", at, got, want)
			return
		}
		for k, v := range w {
			match(t, at+"."+k, g[k], v, tol)
		}
	case []any:
		g, _ := got.([]any)
		if len(g) != len(w) {
			t.Errorf("%s = %v, want %v", at, got, want)
			return
		}
		if at == "region" {
			byResource(g)
			byResource(w)
		}
		for i := range w {
			match(t, at+"[]", g[i], w[i], tol)
		}
	case float64:
		g, ok := got.(float64)
		if at == "fitted[]" {
			g = math.Round(g) // printed in whole numbers
		}
		if !ok || math.Abs(g-w) > tol*math.Abs(w)+1e-12 {
			t.Errorf("%s = %v, want %v", at, got, want)
		}
	default:
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s = %v, want %v", at, got, want)
		}
	}
}

func byResource(list []any) {
	name := func(v any) string { return v.(map[string]any)["resource"].(string) }
	slices.SortFunc(list, func(a, b any) int {
		if name(a) < name(b) {
			return -1
		}
		return 1
	})
}

// checkCurve allows 5 % from simulated values and 1e-3 from exact ones.
func checkCurve(t *testing.T, c testCase, out []byte) {
	t.Helper()
	if c.expected["throughput_at_users"] == nil {
		return
	}
	var want map[string]struct {
		Value     float64
		Asymptote *float64
		From      string
	}
	if err := json.Unmarshal(c.expected["throughput_at_users"], &want); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Curve ceiling.NamedList[ceiling.Throughput] `json:"throughput_at_users"`
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Curve) != len(want) {
		t.Errorf("%d points of the curve, want %d", len(got.Curve), len(want))
	}
	for users, w := range want {
		g, _ := got.Curve.Get(users)
		tol := 0.05
		if w.From == "exact" {
			tol = 1e-3
		}
		if math.Abs(float64(g.X)-w.Value) > tol*w.Value {
			t.Errorf("%s users: %v, want %v (%s)", users, g.X, w.Value, w.From)
		}
		if w.Asymptote != nil && math.Abs(float64(g.Asymptote)-*w.Asymptote) > 1e-5**w.Asymptote {
			t.Errorf("%s users: asymptote %v, want %v", users, g.Asymptote, *w.Asymptote)
		}
	}
}
