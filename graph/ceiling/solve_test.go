package ceiling_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// model writes a case of one or two services: a and b, a db of 4 servers, a
// pool of 5 connections in each of 2 replicas of a, and a limiter of 100/s.
func model(service, steps, more string) string {
	return `{"id": "t", "services": [{"id": "a", "replicas": 2, "hpa_max": 6, ` + service + `}, {"id": "b", "concurrency_per_replica": 8}],
	"resources": [{"id": "db", "kind": "datastore", "servers": 4}, {"id": "pool", "kind": "pool", "of": "a", "servers": 5},
		{"id": "vendor", "kind": "rate_limit", "rate_per_s": 100}],
	"operations": [{"id": "a.Do", "service": "a", "steps": [` + steps + `]}, {"id": "b.Do", "service": "b", "steps": [{"wait_ms": 10}]}` + more + `],
	"paths": [{"id": "main", "entry": "a.Do"}]}`
}

func TestBounds(t *testing.T) {
	none := math.Inf(1)
	for _, c := range []struct {
		name, service, steps string
		x, hpaMax, unlimited float64
		binding              string
	}{
		{"nothing bounds", `"replicas": 2`, `{"wait_ms": 5}`, none, none, none, ""},
		{"no steps", `"concurrency_per_replica": 3`, ``, none, none, none, ""},
		{"zero times", `"concurrency_per_replica": 3`, `{"use": "db", "ms": 0}`, none, none, none, ""},
		{"pool scales to the database", `"replicas": 2`, `{"hold": "pool", "steps": [{"wait_ms": 6}, {"use": "db", "ms": 4}]}`, 1000, 1000, 1000, "db pool"},
		{"par inside hold", `"replicas": 2`, `{"hold": "pool", "steps": [{"par": [[{"wait_ms": 30}], [{"use": "db", "ms": 2}], [{"call": "b.Do"}]]}]}`, 10 / .03, 800, 2000, "pool"},
		{"retry around hold", `"replicas": 2`, `{"retry": {"attempts": 2, "fail_prob": 0.5, "backoff_ms": [1000]}, "steps": [{"hold": "pool", "steps": [{"wait_ms": 20}]}]}`, 10 / .03, 1000, none, "pool"},
		{"limited items inside repeat", `"concurrency_per_replica": 3`, `{"repeat": 2, "steps": [{"parallel_each": 10, "at_most": 4, "steps": [{"wait_ms": 10}]}]}`, 6 / .05, 360, none, "a/slots"},
		{"more at once than there are", `"concurrency_per_replica": 3`, `{"parallel_each": 3, "at_most": 8, "steps": [{"wait_ms": 10}]}`, 600, 1800, none, "a/slots"},
		{"items without a limit", `"concurrency_per_replica": 3`, `{"parallel_each": 3, "steps": [{"call": "b.Do"}]}`, 8 / .03, 8 / .03, none, "b/slots"},
		{"never", `"replicas": 2`, `{"prob": 0, "steps": [{"limit": "vendor"}]}, {"use": "db", "ms": 1}`, 4000, 4000, 4000, "db"},
		{"always", `"replicas": 2`, `{"prob": 1, "steps": [{"limit": "vendor"}]}`, 100, 100, 100, "vendor"},
		{"tokens per item", `"replicas": 2`, `{"repeat": 2.5, "steps": [{"limit": "vendor"}]}`, 40, 40, 40, "vendor"},
		{"does not scale", `"concurrency_per_replica": 3, "scalable": false`, `{"wait_ms": 10}`, 600, 600, 600, "a/slots"},
		{"no replicas", `"concurrency_per_replica": 3, "replicas": 0`, `{"wait_ms": 10}`, 0, 1800, none, "a/slots"},
		{"lock over the pool", `"replicas": 2`, `{"hold": "pool", "steps": [{"hold": "db", "steps": [{"wait_ms": 10}]}, {"wait_ms": 10}]}`, 400, 400, 400, "db"},
		{"cpu of one core", `"cores_per_replica": 1`, `{"cpu_ms": 4}, {"wait_ms": 100}`, 500, 1500, none, "a/cpu"},
		{"cpu is not modelled", `"concurrency_per_replica": 4`, `{"cpu_ms": 4}`, 2000, 6000, none, "a/slots"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ceiling.Decode([]byte(model(c.service, c.steps, "")))
			if err != nil {
				t.Fatal(err)
			}
			r := solved(t, m)
			got := []float64{float64(r.Ceiling.Now.X), float64(r.Ceiling.HPAMax.X), float64(r.Ceiling.Infinity.X)}
			for i, want := range []float64{c.x, c.hpaMax, c.unlimited} {
				if !same(got[i], want) {
					t.Errorf("ceiling %v, want %v, %v, %v", got, c.x, c.hpaMax, c.unlimited)
					break
				}
			}
			if binding := strings.Join(r.Binding, " "); binding != c.binding {
				t.Errorf("binding %s, want %s", binding, c.binding)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"unknown resource", model(`"replicas": 1`, `{"prob": 0.5, "steps": [{"wait_ms": 1}, {"use": "dbx", "ms": 1}]}`, ""),
			`case t: operation a.Do: steps[0].steps[1]: use of unknown resource "dbx"`},
		{"unknown operation", model(`"replicas": 1`, `{"par": [[], [{"call": "b.Dont"}]]}`, ""),
			`case t: operation a.Do: steps[0].par[1][0]: call of unknown operation "b.Dont"`},
		{"unknown number", model(`"replicas": 1`, `{"wait_ms": "t"}`, ""), `case t: operation a.Do: steps[0]: "t" is no entry of unknowns`},
		{"no time", model(`"replicas": 1`, `{"use": "db"}`, ""), `case t: operation a.Do: steps[0]: use without its time in ms`},
		{"no kind", model(`"replicas": 1`, `{"wiat_ms": 1}`, ""), `case t: operation a.Do: steps[0]: a step has exactly one kind; this has 0 (keys: wiat_ms)`},
		{"two kinds", model(`"replicas": 1`, `{"wait_ms": 1, "cpu_ms": 2}`, ""), `case t: operation a.Do: steps[0]: a step has exactly one kind; this has 2 (keys: cpu_ms, wait_ms)`},
		{"probability", model(`"replicas": 1`, `{"prob": 1.5}`, ""), `case t: operation a.Do: steps[0]: 1.5 is not between 0 and 1`},
		{"another type", model(`"replicas": [1]`, `{"wait_ms": 1}`, ""), `case t: service a: [1] is neither a number nor the name of an unknown`},
		{"no step", model(`"replicas": 1`, `7`, ""), `case t: operation a.Do: steps[0]: want keys with values, not number`},
		{"no list", model(`"replicas": 1`, `{"par": {}}`, ""), `case t: operation a.Do: steps[0]: par: want a list, not object`},
		{"negative", model(`"replicas": 1`, `{"wait_ms": -1}`, ""), `case t: operation a.Do: steps[0]: -1 is not between 0 and 1e+15`},
		{"limit without a rate", model(`"replicas": 1`, `{"limit": "db"}`, ""), `case t: operation a.Do: steps[0]: limit of db, which has no rate`},
		{"endless calls", model(`"replicas": 1`, `{"call": "b.Back"}`, `, {"id": "b.Back", "service": "b", "steps": [{"call": "a.Do"}]}`),
			`case t: operation a.Do waits for itself without end: a.Do -> b.Back -> a.Do`},
		{"endless messages", model(`"replicas": 1`, `{"async": "b.Again"}`, `, {"id": "b.Again", "service": "b", "steps": [{"async": "b.Again"}, {"async": "b.Again"}]}`),
			`case t: path main: messages that are sent without waiting multiply without end`},
		{"unknown service", model(`"replicas": 1`, ``, `, {"id": "c.Do", "service": "c"}`), `case t: operation c.Do: unknown service "c"`},
		{"owner", `{"id": "t", "resources": [{"id": "p", "scope": "per_replica", "servers": 1}]}`, `case t: resource p: per replica of which service? (used by: )`},
		{"no paths", `{"id": "t"}`, `case t: no paths`},
		{"unknown entry", `{"id": "t", "paths": [{"id": "p", "entry": "x"}]}`, `case t: path p: unknown operation "x"`},
		{"interval", `{"id": "t", "unknowns": [{"name": "u", "low": 2, "high": 1}]}`, `case t: unknown u: [2, 1] is no interval`},
		{"no JSON", `{`, `case: unexpected end of JSON input`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ceiling.SolveJSON([]byte(c.data))
			if err == nil || err.Error() != c.want {
				t.Errorf("error %q, want %q", err, c.want)
			}
		})
	}
}

func TestDeadlock(t *testing.T) {
	back := `, {"id": "b.Back", "service": "b", "steps": [{"call": "a.Get"}]}, {"id": "a.Get", "service": "a", "steps": [{"wait_ms": 1}]}`
	for _, c := range []struct {
		name, service, steps, more string
		want                       string
	}{
		{"calls in a circle", `"concurrency_per_replica": 5`, `{"call": "b.Back"}`, back,
			`{"possible":true,"resource":"a/slots","nested_acquisitions":2,"safe_in_flight_per_replica":4,"safe_in_flight":9,"why":"safe while in_flight x (2-1) + 1 \u003c= 10"}`},
		{"calls in a circle without slots", `"replicas": 2`, `{"call": "b.Back"}`, back, `null`},
		{"three connections", `"replicas": 2`, `{"hold": "pool", "steps": [{"prob": 0.1, "steps": [{"hold": "pool", "steps": [{"use": "pool", "ms": 1}]}]}]}`, ``,
			`{"possible":true,"resource":"pool","nested_acquisitions":3,"safe_in_flight_per_replica":2,"safe_in_flight":4,"why":"safe while in_flight x (3-1) + 1 \u003c= 10"}`},
		{"slots admit few", `"concurrency_per_replica": 3`, `{"hold": "pool", "steps": [{"hold": "pool", "steps": []}]}`, ``,
			`{"possible":false,"resource":"pool","nested_acquisitions":2,"safe_in_flight_per_replica":4,"safe_in_flight":9,"why":"safe while in_flight x (2-1) + 1 \u003c= 10; a replica has 5, and what encloses it there admits 3"}`},
		{"one after the other", `"replicas": 2`, `{"hold": "pool", "steps": []}, {"hold": "pool", "steps": []}`, ``, `null`},
		{"never", `"replicas": 2`, `{"hold": "pool", "steps": [{"prob": 0, "steps": [{"use": "pool", "ms": 1}]}]}`, ``, `null`},
		{"a message", `"concurrency_per_replica": 5`, `{"async": "b.Back"}`, back, `null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ceiling.Decode([]byte(model(c.service, c.steps, c.more)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(solved(t, m).Deadlock)
			if err != nil || string(got) != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// TestMessagesInCircles: a message that is sent again with probability 1/2 is
// handled twice in the mean.
func TestMessagesInCircles(t *testing.T) {
	m, err := ceiling.Decode([]byte(model(`"replicas": 1`, `{"async": "b.Again"}`,
		`, {"id": "b.Again", "service": "b", "steps": [{"use": "db", "ms": 10}, {"prob": 0.5, "steps": [{"async": "b.Again"}]}]}`)))
	if err != nil {
		t.Fatal(err)
	}
	r := solved(t, m)
	if !same(float64(r.XBound), 200) || r.Accept == nil || r.Accept.X.Finite() {
		t.Errorf("bound %v (want 200), accepted %+v (want no bound)", r.XBound, r.Accept)
	}
}

// A case that cannot be solved has its error in its place, under its name.
func TestSolveCases(t *testing.T) {
	good := model(`"replicas": 1`, `{"use": "db", "ms": 1}`, "")
	got, err := ceiling.SolveCases([]byte(`{"cases": [{"id": "n", "services": 3}, ` + good + `, {"id": "x"}, ` + `{"id": "d", "operations": [{"id": "o", "steps": [{}]}]}` + `]}`))
	if err != nil || len(got) != 4 {
		t.Fatal(err, got)
	}
	for i, want := range []string{"n: case n: services: want a list, not number", "t: ", "x: case x: no paths", "d: case d: operation o: steps[0]: a step has exactly one kind; this has 0 (keys: )"} {
		if text := got[i].ID + ": " + got[i].Error; text != want {
			t.Errorf("got %q, want %q", text, want)
		}
	}
}
