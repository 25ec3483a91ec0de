package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

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
	{"SELECT stock", `SELECT free FROM stock, pg_sleep(0.04) WHERE sku = 'socks'`},
	{"SELECT zones", `SELECT cents FROM zones, pg_sleep(0.02) WHERE zone = 'north'`},
	{"INSERT passes", `INSERT INTO passes (gate) SELECT 'north' FROM pg_sleep(0.02)`},
	{"INSERT texts", `INSERT INTO texts (phone) SELECT '555' FROM pg_sleep(0.005)`},
	{"INSERT outbox", `INSERT INTO outbox (address) SELECT 'a@example.com' FROM pg_sleep(0.005)`},
	{"INSERT scans", `INSERT INTO scans (parcel) SELECT '42' FROM pg_sleep(0.02)`},
	{"INSERT orders", `INSERT INTO orders (sku) SELECT 'socks' FROM pg_sleep(0.01)`},
	{"INSERT invoices", `INSERT INTO invoices (cents) SELECT 990 FROM pg_sleep(0.01)`},
	{"INSERT parcels", `INSERT INTO parcels (number) SELECT 1 FROM pg_sleep(0.02)`},
	{"INSERT charges", `INSERT INTO charges (account, cents) SELECT 'a', 990 FROM pg_sleep(0.02)`},
}

// measure uses each leaf by itself, one request after another, by the client
// library that the services use.
func (b *bed) measure(ctx context.Context) ([]measured, error) {
	db, err := sql.Open("pgx", b.postgres.dsn)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	var times []measured
	var query float64 // of carrier
	for _, s := range statements {
		ms, err := typical(func() error {
			_, err := db.ExecContext(ctx, s.text)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.text, err)
		}
		if s.operation == "SELECT zones" {
			query = ms
		}
		times = append(times, measured{resource: database, operation: s.operation, what: "ms", ms: ms})
	}
	for _, o := range outsiders {
		ms, err := typical(func() error { return post(ctx, b.outside[o.base]) })
		if err != nil {
			return nil, err
		}
		times = append(times, measured{resource: strings.TrimPrefix(o.base, "http://"), what: "ms", ms: ms})
	}
	quote, err := b.quote(ctx)
	if err != nil {
		return nil, err
	}
	times = append(times, measured{service: "carrier", operation: "carrier.Carrier/Quote", what: "ms", ms: max(0, quote-query)})
	cpu, err := b.cpu(ctx, "digest", "/digests")
	if err != nil {
		return nil, err
	}
	return append(times, measured{service: "digest", operation: "POST /digests", what: "cpu_ms", ms: cpu}), nil
}

// samples is how often each leaf is used.
const samples = 40

// typical returns the mean of the middle half of some samples, in milliseconds:
// other programs on the machine disturb single ones.
func typical(use func() error) (float64, error) {
	var all []float64
	for i := range samples + 5 {
		began := time.Now()
		if err := use(); err != nil {
			return 0, err
		}
		if i >= 5 { // the first make connections
			all = append(all, float64(time.Since(began))/float64(time.Millisecond))
		}
	}
	slices.Sort(all)
	middle := all[len(all)/4 : len(all)*3/4]
	sum := 0.0
	for _, ms := range middle {
		sum += ms
	}
	return sum / float64(len(middle)), nil
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

// quote returns how long a call of carrier takes, its query included.
func (b *bed) quote(ctx context.Context) (float64, error) {
	g, err := b.startGroup(ctx, "carrier")
	if err != nil {
		return 0, err
	}
	defer g.children.stop()
	conn, err := grpc.NewClient(g.addrs[0], grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	client := carrierpb.NewCarrierClient(conn)
	return typical(func() error {
		_, err := client.Quote(ctx, &carrierpb.QuoteRequest{Zone: "north"})
		return err
	})
}

// cpu returns how long one request of a service is on a core: what the process
// used for all, less what one takes that serves none.
func (b *bed) cpu(ctx context.Context, service, path string) (float64, error) {
	var used [2]time.Duration
	for i, requests := range []int{1, samples + 1} {
		g, err := b.startGroup(ctx, service)
		if err != nil {
			return 0, err
		}
		for range requests {
			if err = post(ctx, "http://"+g.addrs[0]+path); err != nil {
				break
			}
		}
		process := g.children.list[0].cmd
		g.children.stop()
		if err != nil {
			return 0, err
		}
		used[i] = process.ProcessState.UserTime() + process.ProcessState.SystemTime()
	}
	return float64(used[1]-used[0]) / float64(time.Millisecond) / samples, nil
}
