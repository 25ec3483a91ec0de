package ceiling_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// two is a model of two entries of one service and a helper, with stations a
// (3 servers), b (2), gate (4), wide (9) and pool (5 a replica).
func two(first, second, helper string) string {
	return fmt.Sprintf(`{"id": "t", "services": [{"id": "s", "replicas": 2, "concurrency_per_replica": null, "cores_per_replica": null}],
	"resources": [{"id": "a", "kind": "lock", "scope": "global", "servers": 3}, {"id": "b", "kind": "lock", "scope": "global", "servers": 2},
		{"id": "gate", "kind": "lock", "scope": "global", "servers": 4}, {"id": "wide", "kind": "lock", "scope": "global", "servers": 9},
		{"id": "pool", "kind": "pool", "scope": "per_replica", "of": "s", "servers": 5}],
	"operations": [{"id": "first", "service": "s", "steps": [%s]}, {"id": "second", "service": "s", "steps": [%s]}, {"id": "helper", "service": "s", "steps": [%s]}],
	"paths": [{"id": "one", "entry": "first"}, {"id": "two", "entry": "second"}]}`, first, second, helper)
}

func hold(station string, steps ...string) string {
	return fmt.Sprintf(`{"hold": %q, "steps": [%s]}`, station, strings.Join(steps, ", "))
}

// Requests that take stations in different orders wait for one another, unless
// what encloses both lets too few in. Every row was simulated: those that are
// possible stop for ever, the others do not.
func TestOrders(t *testing.T) {
	const wait, helper = `{"wait_ms": 5}`, `{"call": "helper"}`
	for _, c := range []struct{ name, first, second, helper, want string }{
		{"one order", hold("a", hold("b", wait)), hold("a", hold("b", wait)), wait, "none"},
		{"two orders", hold("a", hold("b", wait)), hold("b", hold("a", wait)), wait, "a b true 4"},
		{"through a call", hold("a", wait, helper), hold("b", `{"use": "a", "ms": 3}`), hold("b", wait), "a b true 4"},
		{"in parallel parts", `{"par": [[` + hold("a", hold("b", wait)) + `], [` + hold("b", hold("a", wait)) + `]]}`, wait, wait, "a b true 2"},
		{"three in a circle", hold("a", hold("b", wait), wait), hold("b", hold("pool", wait)), wait, "none"},
		{"three in a circle, closed", hold("a", hold("b", wait)), hold("b", hold("pool", wait)) + ", " + hold("pool", hold("a", wait)), wait, "a b pool true 9"},
		{"one after the other", hold("a", wait) + ", " + hold("b", wait), hold("b", wait) + ", " + hold("a", wait), wait, "none"},
		{"a gate that is narrow enough", hold("gate", hold("a", hold("b", wait))), hold("gate", hold("b", hold("a", wait))), wait, "a b false 4"},
		{"a gate that is too wide", hold("wide", hold("a", hold("b", wait))), hold("wide", hold("b", hold("a", wait))), wait, "a b true 4"},
		{"a gate around one of them", hold("gate", hold("a", hold("b", wait))), hold("b", hold("a", wait)), wait, "a b true 4"},
		{"a gate in the caller", hold("gate", helper), hold("gate", helper), hold("a", hold("b", wait)) + ", " + hold("b", hold("a", wait)), "a b false 4"},
		{"never", hold("a", hold("b", wait)), `{"prob": 0, "steps": [` + hold("b", hold("a", wait)) + `]}`, wait, "none"},
		{"a message holds nothing", hold("a", `{"async": "helper"}`), hold("b", hold("a", wait)), hold("b", wait), "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ceiling.Decode([]byte(two(c.first, c.second, c.helper)))
			if err != nil {
				t.Fatal(err)
			}
			got := "none"
			if d := solved(t, m).Deadlock; d != nil {
				got = fmt.Sprintf("%s %v %d", strings.Join(d.Order, " "), d.Possible, d.SafeInFlight)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// What a consumer tries again amplifies, whichever operation is listed first.
func TestAmplificationOfConsumers(t *testing.T) {
	const send = `{"id": "send", "service": "s", "steps": [{"retry": {"attempts": 2}, "steps": [{"async": "work"}]}]}`
	const work = `{"id": "work", "service": "s", "steps": [{"retry": {"attempts": 3, "fail_prob": 0.5}, "steps": [{"use": "db", "ms": 10}]}]}`
	for _, operations := range []string{send + ", " + work, work + ", " + send} {
		m, err := ceiling.Decode([]byte(`{"id": "t", "services": [{"id": "s", "replicas": 1}], "resources": [{"id": "db", "kind": "datastore", "scope": "global", "servers": 6}],
			"operations": [` + operations + `], "paths": [{"id": "main", "entry": "send"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		r := solved(t, m)
		s := r.Structure
		if s.AmplifiedWorst != 6 || s.AmplifiedExpected != 1.75 || s.Storm == nil || !same(float64(s.Storm.Healthy), 600) || !same(float64(s.Storm.AllFail), 100) {
			t.Errorf("%+v, storm %+v; want 6, 1.75, 600 and 100", s, s.Storm)
		}
	}
}
