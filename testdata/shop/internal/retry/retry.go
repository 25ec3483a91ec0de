// Package retry tries again what failed, the way that ends a storm instead of
// feeding it.
package retry

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	attempts = 5
	first    = 50 * time.Millisecond
	longest  = 2 * time.Second
)

// Do calls op until it succeeds, at most 5 times. Between two calls it waits
// for a random time (full jitter) below a bound that doubles from 50 ms to at
// most 2 s. It returns the last error, or the context's.
func Do(ctx context.Context, op func(context.Context) error) error {
	bound := first
	for attempt := 1; ; attempt++ {
		err := op(ctx)
		if err == nil || attempt == attempts {
			return err
		}
		select {
		case <-time.After(rand.N(bound)):
		case <-ctx.Done():
			return ctx.Err()
		}
		bound = min(2*bound, longest)
	}
}
