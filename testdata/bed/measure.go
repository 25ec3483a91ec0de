package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"example.com/depot/gen/carrierpb"
)

// A measured is a time of the system at low load, in the words of
// coordlint.yaml.
type measured struct {
	resource, service, operation string
	what                         string // ms or cpu_ms
	ms                           float64
}

// String returns the entry of coordlint.yaml's list of times.
func (m measured) String() string {
	var parts []string
	for _, kv := range [][2]string{{"resource", m.resource}, {"service", m.service}, {"operation", m.operation}} {
		if kv[1] != "" {
			parts = append(parts, kv[0]+": "+kv[1])
		}
	}
	return fmt.Sprintf("{%s, %s: %.3f}", strings.Join(parts, ", "), m.what, m.ms)
}

const database = "depot-db/depot"

// statements are those of the services that take time, as coordlint calls them.
// What takes none is as long as SELECT 1: BEGIN, COMMIT and the counter's.
var statements = []struct{ operation, text string }{
	{"", `SELECT 1`},
	{"SELECT stock", `SELECT free FROM stock, pg_sleep(0.08) WHERE sku = 'socks'`},
	{"SELECT zones", `SELECT cents FROM zones, pg_sleep(0.04) WHERE zone = 'north'`},
	{"INSERT passes", `INSERT INTO passes (gate) SELECT 'north' FROM pg_sleep(0.04)`},
	{"INSERT texts", `INSERT INTO texts (phone) SELECT '555' FROM pg_sleep(0.005)`},
	{"INSERT outbox", `INSERT INTO outbox (address) SELECT 'a@example.com' FROM pg_sleep(0.005)`},
	{"INSERT scans", `INSERT INTO scans (parcel) SELECT '42' FROM pg_sleep(0.04)`},
	{"INSERT orders", `INSERT INTO orders (sku) SELECT 'socks' FROM pg_sleep(0.02)`},
	{"INSERT invoices", `INSERT INTO invoices (cents) SELECT 990 FROM pg_sleep(0.02)`},
	{"INSERT parcels", `INSERT INTO parcels (number) SELECT 1 FROM pg_sleep(0.04)`},
	{"INSERT charges", `INSERT INTO charges (account, cents) SELECT 'a', 990 FROM pg_sleep(0.02)`},
}

// A leaf is something that is used and timed by itself.
type leaf struct {
	measured
	use func() error
}

// measure uses the leaves in turn, one request at a time but for the time on a
// core, by the client library
// that the services use. Taking turns, all of them are disturbed alike by what
// else the machine does.
func (b *bed) measure(ctx context.Context) ([]measured, error) {
	db, err := sql.Open("pgx", b.postgres.dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	g, err := b.startGroup(ctx, "carrier")
	if err != nil {
		return nil, err
	}
	defer g.children.stop()
	conn, err := grpc.NewClient(g.addrs[0], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	carrier := carrierpb.NewCarrierClient(conn)

	quote := leaf{measured{service: "carrier", operation: "carrier.Carrier/Quote", what: "ms"}, func() error {
		_, err := carrier.Quote(ctx, &carrierpb.QuoteRequest{Zone: "north"})
		return err
	}}
	leaves := []leaf{quote}
	for _, s := range statements {
		leaves = append(leaves, leaf{measured{resource: database, operation: s.operation, what: "ms"}, func() error {
			_, err := db.ExecContext(ctx, s.text)
			return err
		}})
	}
	for _, o := range outsiders {
		leaves = append(leaves, leaf{measured{resource: strings.TrimPrefix(o.base, "http://"), what: "ms"}, func() error {
			return post(ctx, b.outside[o.base])
		}})
	}
	times, err := inTurn(leaves)
	if err != nil {
		return nil, err
	}
	for _, t := range times[1:] {
		if t.operation == "SELECT zones" { // is carrier's query: the rest is its own work and the way there
			times[0].ms = max(0, times[0].ms-t.ms)
		}
	}
	cpu, err := b.cpu(ctx, "digest", "/digests")
	if err != nil {
		return nil, err
	}
	return append(times, measured{service: "digest", operation: "POST /digests", what: "cpu_ms", ms: cpu}), nil
}

// samples is how often each leaf is used.
const samples = 40

// inTurn returns the times of the leaves, in milliseconds: the mean of the
// faster half of their samples. What disturbs them only makes them slower.
func inTurn(leaves []leaf) ([]measured, error) {
	all := make([][]float64, len(leaves))
	for i := range samples + 3 {
		for k, l := range leaves {
			began := time.Now()
			if err := l.use(); err != nil {
				return nil, fmt.Errorf("%s: %w", l, err)
			}
			if i >= 3 { // the first make connections
				all[k] = append(all[k], float64(time.Since(began))/float64(time.Millisecond))
			}
		}
	}
	var times []measured
	for k, l := range leaves {
		slices.Sort(all[k])
		half := all[k][:len(all[k])/2]
		for _, ms := range half {
			l.ms += ms / float64(len(half))
		}
		times = append(times, l.measured)
	}
	return times, nil
}

func post(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", url, resp.Status)
	}
	return nil
}

// The time on a core is measured where it counts: at saturation, by the
// utilisation law (Denning and Buzen, 1978), as the time that the process was on
// a core over the requests that it served. A process that sleeps between
// requests takes longer for each. batches is how often it is measured, and batch
// over how many requests, of which atOnce are under way at all times: the least
// counts, since neighbours on the processor add to it.
const batches, batch, atOnce = 8, 60, 6

// cpu returns how long one request of a service is on a core: what its process
// used, less what one uses that serves as many requests as one batch has at
// once.
func (b *bed) cpu(ctx context.Context, service, path string) (float64, error) {
	least := [2]time.Duration{time.Hour, time.Hour}
	for n := range 2 * batches {
		g, err := b.startGroup(ctx, service)
		if err != nil {
			return 0, err
		}
		var left atomic.Int64
		left.Store(int64(atOnce + n%2*batch))
		all, each := errgroup.WithContext(ctx)
		for range atOnce {
			all.Go(func() error {
				for left.Add(-1) >= 0 {
					if err := post(each, "http://"+g.addrs[0]+path); err != nil {
						return err
					}
				}
				return nil
			})
		}
		err = all.Wait()
		used := g.stop()
		if err != nil {
			return 0, err
		}
		least[n%2] = min(least[n%2], used)
	}
	return float64(least[1]-least[0]) / float64(time.Millisecond) / batch, nil
}
