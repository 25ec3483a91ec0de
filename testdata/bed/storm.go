package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A storm is what one disturbance does to a path on which failures are tried
// again, at loads around the one up to which coordlint says that it recovers.
type storm struct {
	configuration
	stable  float64 // requests per second; from coordlint
	healthy float64 // the same path's bound when nothing fails
	points  []point
}

// A point is one load, run by itself.
type point struct {
	load     float64 // requests per second
	share    float64 // of them that succeed, long after the disturbance
	recovers bool
}

var stormConfigurations = []configuration{
	{"retry storm, no budget", "POST /payments"},
	{"retry storm, retry budget of 5 %", "POST /renewals"},
}

// Loads that are tried, as shares of the stable one, and what happens at each:
// calm, then a burst of extra requests at once, then what is left of that.
const (
	calm  = 2 * time.Second
	burst = 30
	after = 22 * time.Second
	final = 5 * time.Second // of after: when it is decided
)

var shares = []float64{0.84, 0.92, 1.00, 1.08, 1.16}

// storms runs all loads at the same time, each against services of its own.
func (b *bed) storms(ctx context.Context, predicted map[string]*prediction) ([]storm, error) {
	var list []storm
	for _, c := range stormConfigurations {
		p := predicted[c.path]
		if p == nil || p.Bound == nil || p.Storm == nil {
			return nil, fmt.Errorf("coordlint finds no storm on %s", c.path)
		}
		list = append(list, storm{c, p.Storm.Vulnerable[0], *p.Bound, make([]point, len(shares))})
	}
	var all sync.WaitGroup
	errs := make(chan error, len(list)*len(shares))
	for i := range list {
		for j, share := range shares {
			all.Go(func() {
				s := &list[i]
				s.points[j].load = share * s.stable
				if err := b.disturb(ctx, predicted[s.path].Service, s.path, &s.points[j]); err != nil {
					errs <- err
				}
			})
		}
	}
	all.Wait()
	select {
	case err := <-errs:
		return nil, err
	default:
		return list, ctx.Err()
	}
}

// disturb runs one load with one disturbance.
func (b *bed) disturb(ctx context.Context, service, path string, p *point) error {
	g, err := b.startGroup(ctx, service)
	if err != nil {
		return err
	}
	defer g.children.stop()
	began := time.Now()
	from := began.Add(calm + after - final)
	ok, all := 0, 0
	base := vegeta.NewAttacker(vegeta.Timeout(20*time.Second), vegeta.KeepAlive(true))
	extra := time.AfterFunc(calm, func() {
		a := vegeta.NewAttacker(vegeta.Timeout(20*time.Second), vegeta.KeepAlive(true))
		for range a.Attack(targets(g, path), vegeta.Rate{Freq: burst, Per: 100 * time.Millisecond}, 100*time.Millisecond, "burst") {
			continue // what happens to them does not count
		}
	})
	defer extra.Stop()
	for res := range base.Attack(targets(g, path), rateOf(p.load), calm+after, service) {
		if res.Timestamp.Before(from) {
			continue
		}
		all++
		if res.Error == "" && res.Code == 200 {
			ok++
		}
		if ctx.Err() != nil {
			base.Stop()
		}
	}
	p.share = float64(ok) / float64(max(1, all))
	p.recovers = p.share > 0.5
	return ctx.Err()
}

// rateOf is a rate with three digits after the point: vegeta counts in whole
// requests.
func rateOf(perSecond float64) vegeta.Rate {
	return vegeta.Rate{Freq: int(perSecond*1000 + 0.5), Per: 1000 * time.Second}
}

// threshold returns the load up to which the path recovered: the middle between
// the highest one that did and the lowest that did not. It returns false where
// the loads that were tried do not tell.
func (s *storm) threshold() (float64, bool) {
	for i := 1; i < len(s.points); i++ {
		if s.points[i-1].recovers && !s.points[i].recovers {
			return (s.points[i-1].load + s.points[i].load) / 2, true
		}
	}
	return 0, false
}
