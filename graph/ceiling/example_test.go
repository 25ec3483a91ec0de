package ceiling_test

import (
	"fmt"

	"github.com/coordlint/coordlint/graph/ceiling"
)

// A lock is held over a call of another service: whatever the two services
// have, the path cannot exceed 45 requests per second.
func ExampleSolve() {
	m, err := ceiling.Decode([]byte(`{
		"id": "lock-over-a-call",
		"services": [{"id": "reserve", "replicas": 10, "concurrency_per_replica": 200},
		             {"id": "inventory", "replicas": 3, "concurrency_per_replica": 40}],
		"resources": [{"id": "lock", "kind": "lock", "servers": 1}],
		"operations": [
			{"id": "reserve.Do", "service": "reserve", "steps": [
				{"hold": "lock", "steps": [{"wait_ms": 1}, {"call": "inventory.Take"}, {"wait_ms": 1}]}]},
			{"id": "inventory.Take", "service": "inventory", "steps": [{"wait_ms": 20}]}],
		"paths": [{"id": "main", "entry": "reserve.Do"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := ceiling.Solve(m)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%v <= %.1f/s, next %s <= %.0f/s\n", r.Binding, r.XBound, *r.NextBinding, r.XNext)
	// Output: [lock] <= 45.5/s, next inventory/slots <= 6000/s
}
