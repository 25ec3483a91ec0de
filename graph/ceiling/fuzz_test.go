package ceiling_test

import (
	"encoding/json"
	"testing"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// FuzzSolveJSON: any input gives a result that is JSON, or an error.
func FuzzSolveJSON(f *testing.F) {
	f.Add([]byte(model(`"replicas": 2, "cores_per_replica": 0.5`, `{"hold": "pool", "steps": [{"par": [[{"call": "b.Do"}], [{"cpu_ms": 1}]]}]}, {"async": "b.Do"}`, "")))
	f.Add([]byte(`{"id": "u", "kind": "usl", "data": [[1, 2], [2, 3], [4, 4], [8, 3]]}`))
	f.Add([]byte(`{"id": "m", "kind": "metastable", "parameters": {"capacity_per_s": 10, "attempts": 3, "queue": "at most 5"}}`))
	f.Add([]byte(`{"id": "i", "services": [{"id": "a", "concurrency_per_replica": "c"}], "operations": [{"id": "o", "service": "a", "steps": [{"wait_ms": "t"}]}],
		"paths": [{"id": "p", "entry": "o"}], "unknowns": [{"name": "t", "low": 0, "high": 9}, {"name": "c", "low": 0, "high": 2}], "parameters": {"users": [3]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if m, err := ceiling.Decode(data); err != nil || len(m.Parameters.Users) > 3 || len(m.Parameters.Users) > 0 && m.Parameters.Users[0] > 100 {
			return // the curve takes long for many users
		}
		out, err := ceiling.SolveJSON(data)
		if err == nil && !json.Valid(out) {
			t.Errorf("no JSON: %s", out)
		}
	})
}
