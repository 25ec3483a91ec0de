package calibrate

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// at is a span whose times are milliseconds.
func at(id, parent, service string, kind telemetry.SpanKind, from, to float64, a telemetry.Attributes) *telemetry.Span {
	const epoch = 1_790_000_000_000_000_000
	return &telemetry.Span{Trace: "a1", ID: id, Parent: parent, Kind: kind, StartNS: epoch + int64(from*1e6), EndNS: epoch + int64(to*1e6),
		Attributes: a, Resource: telemetry.Attributes{"service.name": service}}
}

func method(name string) telemetry.Attributes {
	return telemetry.Attributes{"rpc.system.name": "grpc", "rpc.method": name}
}

func to(name string) telemetry.Attributes { return telemetry.Attributes{"peer.service": name} }

func query(text string) telemetry.Attributes {
	return telemetry.Attributes{"db.system": "postgresql", "db.name": "stock", "db.statement": text}
}

// said runs spans and says the times, a line each, and what was odd.
func said(sys *graph.System, opt Options, spans ...*telemetry.Span) string {
	c := New(sys, opt)
	c.Source("f", "")
	for _, s := range spans {
		c.Span(s)
	}
	return told(c.Result())
}

func told(r *Result) string {
	var b strings.Builder
	for _, x := range r.File.Times {
		mean := fmt.Sprint(x.Mean.Low)
		if x.Mean.High != x.Mean.Low {
			mean = fmt.Sprintf("%g to %g", x.Mean.Low, x.Mean.High)
		}
		fmt.Fprintln(&b, strings.Join(strings.Fields(fmt.Sprint(x.What, " ", x.Service, " ", x.Target, " ", x.Operation, " ", mean, " x", x.Count, " ", x.Note)), " "))
	}
	for _, m := range r.Missed {
		fmt.Fprintf(&b, "missed %s %s %s: %s\n", m.From, m.To, m.Operation, m.Reason)
	}
	for _, x := range append(r.Unmatched, r.LeftOut...) {
		fmt.Fprintf(&b, "%d: %s\n", x.N, x.Text)
	}
	return b.String()
}

func TestTraces(t *testing.T) {
	reserve, sell := method("inventory.Stock/Reserve"), method("inventory.Tickets/Sell")
	update, insert := query("UPDATE stock SET free = 1"), query("INSERT INTO tickets VALUES (1)")
	const server, client = telemetry.Server, telemetry.Client
	for _, tt := range []struct {
		name  string
		spans []*telemetry.Span
		want  string
	}{
		{"children at the same time count once", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", client, 1, 5, update), at("3", "1", "inventory", client, 3, 7, update)},
			"own inventory inventory.Stock/Reserve 4 x1\nuse inventory stock-db/stock UPDATE stock 4 x2\n"},
		{"what is inside the service's own spans counts", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", 0, 1, 9, nil), at("3", "2", "inventory", client, 2, 8, update)},
			"own inventory inventory.Stock/Reserve 4 x1\nuse inventory stock-db/stock UPDATE stock 6 x1\n"},
		{"what ends after the request counts up to its end", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", client, 8, 30, update), at("3", "1", "inventory", client, 40, 41, update)},
			"own inventory inventory.Stock/Reserve 8 x1\nuse inventory stock-db/stock UPDATE stock 11.5 x2\n"},
		{"a wrapper around a use is no second use", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", client, 1, 9, update), at("3", "2", "inventory", client, 2, 8, update)},
			"own inventory inventory.Stock/Reserve 2 x1\nuse inventory stock-db/stock UPDATE stock 6 x1\n"},
		{"two handlers record one request", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", server, 1, 9, reserve), at("3", "2", "inventory", client, 2, 8, update)},
			"own inventory inventory.Stock/Reserve 4 x1\nuse inventory stock-db/stock UPDATE stock 6 x1\n"},
		{"the network is what the callee does not know of", []*telemetry.Span{
			at("1", "", "checkout", client, 0, 10, to("inventory")), at("2", "1", "inventory", server, 103, 110, reserve)},
			"network checkout inventory inventory.Stock/Reserve 3 x1\nown inventory inventory.Stock/Reserve 0 to 7 x1 it may hold the waiting for stock-db/stock, of which nothing was recorded\n"},
		{"a proxy lies between", []*telemetry.Span{
			at("1", "", "frontend", client, 0, 10, sell), at("2", "1", "ingress", server, 1, 9, nil), at("3", "2", "ingress", client, 2, 8, nil), at("4", "3", "inventory", server, 3, 7, sell), at("5", "4", "inventory", client, 4, 6, insert)},
			"network frontend inventory inventory.Tickets/Sell 6 x1\nown inventory inventory.Tickets/Sell 2 x1\nuse inventory stock-db/stock INSERT tickets 2 x1\n2: no service is called \"ingress\"\n"},
		{"client and server share an id", []*telemetry.Span{
			at("1", "", "checkout", client, 0, 10, reserve), at("1", "", "inventory", server, 2, 8, reserve), at("2", "1", "inventory", client, 3, 7, update)},
			"network checkout inventory inventory.Stock/Reserve 4 x1\nown inventory inventory.Stock/Reserve 2 x1\nuse inventory stock-db/stock UPDATE stock 4 x1\n"},
		{"recorded twice", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", client, 1, 5, update), at("2", "1", "inventory", client, 1, 5, update), at("1", "", "inventory", server, 0, 10, reserve)},
			"own inventory inventory.Stock/Reserve 6 x1\nuse inventory stock-db/stock UPDATE stock 4 x1\n2: spans that were recorded twice\n"},
		{"a span between is missing", []*telemetry.Span{
			at("1", "", "inventory", server, 0, 10, reserve), at("2", "9", "inventory", client, 1, 5, update)},
			"use inventory stock-db/stock UPDATE stock 4 x1\n1: requests of which a span between others is missing\n1: spans whose parent is missing\n"},
		{"the caller recorded nothing", []*telemetry.Span{
			at("1", "9", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", client, 1, 5, update)},
			"own inventory inventory.Stock/Reserve 6 x1\nuse inventory stock-db/stock UPDATE stock 4 x1\n1: spans whose parent is missing\n"},
		{"a circle of parents", []*telemetry.Span{
			at("1", "3", "inventory", server, 0, 10, reserve), at("2", "1", "inventory", 0, 1, 5, nil), at("3", "2", "inventory", 0, 1, 5, nil),
			at("4", "4", "inventory", client, 0, 2, update), at("5", "3", "inventory", client, 0, 3, update)},
			"use inventory stock-db/stock UPDATE stock 2.5 x2\n3: spans that are their own ancestors\n1: spans whose parent is missing\n"},
		{"another machine's clock", []*telemetry.Span{
			at("1", "", "checkout", server, 0, 10, method("checkout.Checkout/PlaceOrder")), at("2", "1", "inventory", server, 500, 504, reserve), at("3", "2", "inventory", client, 501, 503, update)},
			"own checkout checkout.Checkout/PlaceOrder 6 x1\nown inventory inventory.Stock/Reserve 2 x1\nuse inventory stock-db/stock UPDATE stock 2 x1\n1: spans of another clock, moved into their parents\n"},
		{"a callee that works on", []*telemetry.Span{
			at("1", "", "checkout", client, 0, 10, reserve), at("2", "1", "inventory", server, 1, 30, reserve), at("3", "2", "inventory", client, 2, 4, update)},
			"own inventory inventory.Stock/Reserve 27 x1\nuse inventory stock-db/stock UPDATE stock 2 x1\n1: calls that the callee worked on for longer than the caller waited\n"},
		{"strange spans", []*telemetry.Span{
			{Trace: "1"}, {Trace: "1", ID: "1"}, {Trace: "1", ID: "1", StartNS: -5, EndNS: 1}, {Trace: "1", ID: "1", StartNS: 5}, {Trace: "1", ID: "1", StartNS: 5, EndNS: 4},
			{Trace: "no hex", ID: "x y", Parent: "x y", StartNS: 5, EndNS: 5}},
			"1: nothing names its service\n2: spans without a time\n1: spans that ended before they began\n1: spans that never ended\n1: spans whose parent is missing\n1: spans without an id\n"},
		{"operations that the recording does not tell apart", []*telemetry.Span{
			at("1", "", "inventory", client, 0, 4, telemetry.Attributes{"db.system": "postgresql", "db.name": "stock"}), at("2", "", "inventory", client, 0, 6, update)},
			"use inventory stock-db/stock 5 x2 all operations together: the recording does not tell them apart\nuse inventory stock-db/stock UPDATE stock 6 x1\n"},
		{"an operation that the graph's edge has not", []*telemetry.Span{at("1", "", "inventory", client, 0, 4, query("DELETE FROM stock"))},
			"missed inventory stock-db/stock delete stock: the edge has no such operation: it has BeginTx, INSERT tickets, SELECT stock, UPDATE stock\n"},
		{"another store", []*telemetry.Span{at("1", "", "inventory", client, 0, 4, telemetry.Attributes{"db.system": "redis", "server.address": "sessions"})},
			"missed inventory  redis: no service or resource is called \"sessions\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := said(shop(t), Options{}, tt.spans...)
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// The order in which spans are read changes nothing.
func TestTracesInAnyOrder(t *testing.T) {
	spans := recordedSpans()
	want := said(shop(t), Options{}, spans...)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		rng.Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		if got := said(shop(t), Options{}, spans...); got != want {
			t.Fatalf("in another order:\n%s\nwant\n%s", got, want)
		}
	}
}

// Beyond the limit whole traces are left out, and the rest is the same in any
// order.
func TestLimit(t *testing.T) {
	var spans []*telemetry.Span
	for i := range 400 {
		s := at("1", "", "inventory", telemetry.Server, 0, 10+float64(i%2), method("inventory.Stock/Reserve"))
		q := at("2", "1", "inventory", telemetry.Client, 0, 6, query("UPDATE stock SET free = 1"))
		s.Trace = fmt.Sprintf("%032x", 1000+i)
		q.Trace = s.Trace
		spans = append(spans, s, q)
	}
	want := said(shop(t), Options{Limit: 300}, spans...)
	if !strings.Contains(want, "traces beyond the limit: one of 4 was looked at") || !strings.Contains(want, "own inventory inventory.Stock/Reserve 4.") {
		t.Errorf("got\n%s", want)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(spans), func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
	if got := said(shop(t), Options{Limit: 300}, spans...); got != want {
		t.Errorf("in another order:\n%s\nwant\n%s", got, want)
	}
}

func TestNames(t *testing.T) {
	sys := shop(t)
	sys.Services[0].Workload = "Deployment/basket"
	c := newMatcher(sys, []config.Alias{{Address: "checkout-eu", Service: "checkout"}})
	for name, want := range map[string]string{
		"cart": "cart", "basket": "cart", "Cart": "cart", "cart-service": "cart", "CartSvc": "cart", "checkout-eu": "checkout",
		"carts": "", "service": "", "": "", "mailer_server": "mailer",
	} {
		if got := c.service(name); got != want {
			t.Errorf("service(%q) = %q, want %q", name, got, want)
		}
	}
	for _, tt := range []struct {
		process telemetry.Attributes
		want    string
	}{
		{telemetry.Attributes{"service.name": "shop.cart", "service.namespace": "shop"}, "cart"},
		{telemetry.Attributes{"service.name": "unknown_service:cart"}, "cart"},
		{telemetry.Attributes{"service.name": "backend", "k8s.deployment.name": "quote"}, "quote"},
		{telemetry.Attributes{"service.name": "default/quote", "k8s.namespace.name": "default"}, "quote"},
		{telemetry.Attributes{"service_name": "quote"}, "quote"},
		{telemetry.Attributes{}, ""},
	} {
		if got, _ := c.owner(tt.process); got != tt.want {
			t.Errorf("owner(%v) = %q, want %q", tt.process, got, tt.want)
		}
	}
}

// FuzzResult makes traces of bytes: whatever the parents, times and services
// are, they are looked at in the end.
func FuzzResult(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
	sys := shop(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		services := []string{"checkout", "inventory", "nobody", ""}
		attributes := []telemetry.Attributes{nil, method("inventory.Stock/Reserve"), query("UPDATE stock SET free = 1"), to("inventory")}
		var spans []*telemetry.Span
		for ; len(data) >= 4; data = data[4:] {
			s := at(fmt.Sprint(1+data[0]%8), fmt.Sprint(data[0]/8%9), services[data[1]%4], telemetry.SpanKind(data[1]/4%5), float64(data[2]), float64(data[2])+float64(int8(data[3])), attributes[data[1]/20%4])
			s.Trace = fmt.Sprint(1 + data[0]>>7)
			spans = append(spans, s)
		}
		first := said(sys, Options{Limit: 8}, spans...)
		if again := said(sys, Options{Limit: 8}, spans...); again != first {
			t.Errorf("twice:\n%s\n%s", first, again)
		}
		if strings.Contains(first, "NaN") || strings.Contains(first, " -") {
			t.Errorf("no number:\n%s", first)
		}
	})
}
