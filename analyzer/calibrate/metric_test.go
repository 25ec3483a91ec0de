package calibrate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/telemetry"
)

// vector is an instant query's answer: each line a metric with its labels, and
// its values, one a second.
func vector(lines ...string) string {
	var b strings.Builder
	for i, line := range lines {
		if i > 0 {
			b.WriteString(",\n")
		}
		name, values, labelled := strings.Cut(line, "} ")
		if !labelled {
			name, values, _ = strings.Cut(line, " ")
		}
		name, labels, _ := strings.Cut(name, "{")
		fmt.Fprintf(&b, `{"metric":{"__name__":%q`, name)
		for l := range strings.SplitSeq(labels, ",") {
			if key, value, ok := strings.Cut(l, "="); ok {
				fmt.Fprintf(&b, `,%q:%q`, key, value)
			}
		}
		b.WriteString(`},"values":[`)
		for j, v := range strings.Fields(values) {
			if j > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, `[%d,%q]`, 1_790_000_000+j, v)
		}
		b.WriteString("]}")
	}
	return `{"status":"success","data":{"resultType":"matrix","result":[` + b.String() + "]}}"
}

func TestMetrics(t *testing.T) {
	const quote = `{job=default/quote,grpc_service=quote.Quote,grpc_method=GetQuote`
	const stock = `{service_name=inventory,db_system=postgresql,db_name=stock,db_operation=UPDATE,db_sql_table=stock`
	for _, tt := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"sums and counts of several pods", []string{"grpc_server_handling_seconds_sum" + quote + ",pod=a} 1", "grpc_server_handling_seconds_count" + quote + ",pod=a} 10", "grpc_server_handling_seconds_sum" + quote + ",pod=b} 5", "grpc_server_handling_seconds_count" + quote + ",pod=b} 20"},
			"own quote quote.Quote/GetQuote 200 x30\n"},
		{"counters grow, and restart", []string{"grpc_server_handling_seconds_sum" + quote + "} 100 101 0.5 1", "grpc_server_handling_seconds_count" + quote + "} 1000 1010 5 10"},
			"own quote quote.Quote/GetQuote 100 x20\n"},
		{"counters that stand still", []string{"grpc_server_handling_seconds_sum" + quote + "} 100 100", "grpc_server_handling_seconds_count" + quote + "} 1000 1000"},
			"1: metric grpc_server_handling_seconds: want both its _sum and its _count, and requests between them\n"},
		{"no count", []string{"grpc_server_handling_seconds_sum" + quote + "} 100"},
			"1: metric grpc_server_handling_seconds: want both its _sum and its _count, and requests between them\n"},
		{"milliseconds, names with dots", []string{"rpc.server.duration_sum{service.name=quote,rpc.service=quote.Quote,rpc.method=GetQuote} 90", "rpc.server.duration_count{service.name=quote,rpc.service=quote.Quote,rpc.method=GetQuote} 10"},
			"own quote quote.Quote/GetQuote 9 x10\n"},
		{"grpc-go's own", []string{"grpc_server_call_duration_seconds_sum{job=quote,grpc_method=quote.Quote/GetQuote} 1", "grpc_server_call_duration_seconds_count{job=quote,grpc_method=quote.Quote/GetQuote} 10"},
			"own quote quote.Quote/GetQuote 100 x10\n"},
		{"buckets alone", []string{"grpc_server_handling_seconds_bucket" + quote + ",le=0.1} 5", "grpc_server_handling_seconds_bucket" + quote + ",le=0.2} 10", "grpc_server_handling_seconds_bucket" + quote + ",le=+Inf} 10"},
			"own quote quote.Quote/GetQuote 50 to 150 x10 of buckets alone\n"},
		{"buckets alone, the last one not empty", []string{"grpc_server_handling_seconds_bucket" + quote + ",le=0.1} 5", "grpc_server_handling_seconds_bucket" + quote + ",le=+Inf} 10"},
			"1: metric grpc_server_handling_seconds: without its sum, and with observations above its last bucket, it gives no mean\n"},
		{"quantiles alone", []string{"grpc_server_handling_seconds" + quote + ",quantile=0.99} 5"},
			"1: metric grpc_server_handling_seconds: quantiles alone give no mean\n"},
		{"a request that waits", []string{"http_server_request_duration_seconds_sum{service=frontend,http_request_method=POST,http_route=/tickets} 3", "http_server_request_duration_seconds_count{service=frontend,http_request_method=POST,http_route=/tickets} 100"},
			"own frontend POST /tickets 0 to 30 x100 all of the request: what it waits for elsewhere is not told apart\n"},
		{"labels that people choose", []string{"http_request_duration_seconds_sum{app=frontend,method=get,handler=/orders/:id,code=200} 1", "http_request_duration_seconds_count{app=frontend,method=get,handler=/orders/:id,code=500} 10"},
			"own frontend GET /orders/{id} 0 to 100 x10 all of the request: what it waits for elsewhere is not told apart\n"},
		{"queries", []string{"db_client_operation_duration_seconds_sum" + stock + "} 1", "db_client_operation_duration_seconds_count" + stock + "} 100"},
			"use inventory stock-db/stock UPDATE stock 10 x100\n"},
		{"a service that is not there", []string{"grpc_server_handling_seconds_sum{job=other,grpc_service=quote.Quote,grpc_method=GetQuote} 1"},
			"1: no service is called \"other\"\n"},
		{"a metric that nothing explains", []string{"my_seconds_sum{app=quote} 1"},
			"1: metric my_seconds: nothing tells what it measures; coordlint.yaml can (metrics)\n"},
		{"a metric that is mapped", []string{"price_ms_sum 30", "price_ms_count 10", "sql_sum{who=inventory,what=UPDATE stock} 4", "sql_count{who=inventory,what=UPDATE stock} 2"},
			"own quote quote.Quote/GetQuote 3 x10\nuse inventory stock-db/stock UPDATE stock 2000 x2\n"},
		{"a metric that is mapped to nothing", []string{"sql_sum{who=nobody} 4", "lost_sum 4"},
			"1: metric lost: no service is called \"lost\"\n1: metric sql: no service is called \"nobody\"\n"},
		{"negative", []string{"grpc_server_handling_seconds_sum" + quote + "} -3", "grpc_server_handling_seconds_count" + quote + "} 1"},
			"1: metric grpc_server_handling_seconds: its mean is negative\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := Options{Metrics: []config.Metric{{Name: "price_ms", Service: "quote"}, {Name: "lost", Service: "lost"},
				{Name: "sql", ServiceLabel: "who", Resource: "stock-db/stock", OperationLabel: "what"}}}
			if got := answered(t, opt, "", vector(tt.lines...)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// answered is said of an answer whose series may lack their metric.
func answered(t *testing.T, opt Options, metric string, answers ...string) string {
	c := New(shop(t), opt)
	for _, text := range answers {
		name, text, named := strings.Cut(text, "=>")
		if !named {
			name, text = metric, name
		}
		c.Source("f", name)
		telemetry.Read(strings.NewReader(text), "f", c)
	}
	return told(c.Result())
}

// A query that drops the name leaves a rate at each point: the points count by
// themselves.
func TestMetricsWithoutName(t *testing.T) {
	drop := func(line string) string { return strings.ReplaceAll(vector(line), `"__name__":"x",`, "") }
	const labels = `x{job=quote,grpc_service=quote.Quote,grpc_method=GetQuote`
	got := answered(t, Options{}, "", "grpc_server_handling_seconds_sum=>"+drop(labels+"} 1 3"), "grpc_server_handling_seconds_count=>"+drop(labels+"} 10 10"),
		"grpc_server_handling_seconds@0.99=>"+drop(labels+"} 0.5"))
	if want := "own quote quote.Quote/GetQuote 200 x20\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := answered(t, Options{}, "", drop(labels+"} 1")), "1: series without a name: say which metric a file holds, NAME=FILE\n"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got = answered(t, Options{}, "rpc_server_duration_milliseconds", drop(labels+"} 8 10"))
	if want := "own quote quote.Quote/GetQuote 9 x2\n"; got != want {
		t.Errorf("of means: got %s, want %s", got, want)
	}
}
