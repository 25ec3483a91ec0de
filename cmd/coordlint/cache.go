package main

import (
	"fmt"
	"time"

	"github.com/coordlint/coordlint/analyzer/cache"
	"github.com/coordlint/coordlint/analyzer/report"
)

// openCache returns the cache of earlier runs; none if it is not wanted. One
// that cannot be used is said and does without.
func (a *app) openCache(off bool) *cache.Store {
	if off {
		return nil
	}
	store, err := cache.Open("")
	if err != nil {
		fmt.Fprintf(a.stderr, "coordlint: no cache: %v\n", err)
	}
	return store
}

// cache tells what the cache holds, or empties it.
func (a *app) cache(what string) int {
	store, err := cache.Open("")
	if err == nil && what == "clean" {
		err = store.Clean()
	}
	if err != nil {
		return a.fail(err)
	}
	st := store.Status()
	switch {
	case store == nil:
		fmt.Fprintf(a.stdout, "the cache is off: %s=off\n", cache.Variable)
	case what == "clean":
		fmt.Fprintf(a.stdout, "%s is empty\n", st.Dir)
	default:
		fmt.Fprintf(a.stdout, "%s: %d entries, %.1f MB of at most %d MB", st.Dir, st.Entries, float64(st.Bytes)/(1<<20), st.Limit>>20)
		if st.Entries > 0 {
			fmt.Fprintf(a.stdout, ", not used for up to %s", time.Since(st.Oldest).Round(time.Second))
		}
		fmt.Fprintln(a.stdout)
	}
	return report.ExitClean
}
