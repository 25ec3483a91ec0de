package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// A configuration is a way in which a path is bound.
type configuration struct{ name, path string }

var configurations = []configuration{
	{"pool of connections, 2 replicas", "GET /stock"},
	{"connection kept over a call", "POST /orders"},
	{"connections to a company, 2 replicas", "GET /tracking"},
	{"lock held over a call", "POST /labels"},
	{"process mutex, 3 replicas", "POST /passes"},
	{"locked row, 2 replicas", "POST /parcels"},
	{"limit of a company", "POST /texts"},
	{"limiter of the process, 2 replicas", "POST /mails"},
	{"worker slots, 2 replicas", "POST /scans"},
	{"slots over sequential calls", "GET /rates/sequential"},
	{"slots over parallel calls", "GET /rates/parallel"},
	{"CPU of a replica", "POST /digests"},
}

// users is how many requests are under way at any time: enough for a queue in
// front of what binds.
const users = 60

// warm is what goes by before a window of measurement.
const warm = 1500 * time.Millisecond

// A row compares one configuration.
type row struct {
	configuration
	*prediction
	measured float64 // requests per second that succeeded
	failed   int
	cores    float64 // of the CPU's row: cores that the process got in the window; 0: does not matter
}

// saturate runs the service of a path, keeps users requests under way, and
// counts those that end within the window.
func (b *bed) saturate(ctx context.Context, c configuration, predicted map[string]*prediction, window time.Duration) (row, error) {
	p := predicted[c.path]
	if p == nil {
		return row{}, fmt.Errorf("coordlint knows no path %s", c.path)
	}
	if p.Bound == nil {
		return row{}, fmt.Errorf("coordlint finds no bound of %s: %s", c.path, p.Reason)
	}
	g, err := b.startGroup(ctx, p.Service)
	if err != nil {
		return row{}, err
	}
	defer g.stop()
	attacker := vegeta.NewAttacker(vegeta.Workers(users), vegeta.MaxWorkers(users), vegeta.Timeout(20*time.Second), vegeta.KeepAlive(true))
	r := row{configuration: c, prediction: p}
	done, all, last := 0, 0, ""
	began := time.Now()
	from, to := began.Add(warm), began.Add(warm+window)
	for res := range attacker.Attack(targets(g, c.path), vegeta.Rate{}, warm+window, c.name) {
		all++
		switch end := res.End(); {
		case res.Error != "":
			r.failed++
			last = res.Error
		case end.After(from) && !end.After(to):
			done++
		}
		if ctx.Err() != nil {
			attacker.Stop()
		}
	}
	r.measured = float64(done) / window.Seconds()
	if strings.HasSuffix(p.Binding[0], "/cpu") {
		r.cores = r.measured * g.stop().Seconds() / float64(all)
	}
	if r.failed > 0 {
		return r, fmt.Errorf("%d requests failed, the last with: %s", r.failed, last)
	}
	return r, ctx.Err()
}

// targets asks the replicas of a group in turn.
func targets(g *group, path string) vegeta.Targeter {
	verb, rest, _ := strings.Cut(path, " ")
	var list []vegeta.Target
	for _, addr := range g.addrs {
		list = append(list, vegeta.Target{Method: verb, URL: "http://" + addr + rest})
	}
	return vegeta.NewStaticTargeter(list...)
}
