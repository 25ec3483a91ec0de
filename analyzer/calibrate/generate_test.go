package calibrate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/telemetry"
)

// The recordings of testdata are made here: what the shop would record of a few
// requests, its services speaking old and new conventions.

// A did is one span of a request: its own time, spread before, between and
// after what it does inside, one after another.
type did struct {
	service, name string
	kind          telemetry.SpanKind
	us            int64 // microseconds of its own
	attributes    telemetry.Attributes
	inside        []did
}

func server(service, name string, us int64, a telemetry.Attributes, inside ...did) did {
	return did{service, name, telemetry.Server, us, a, inside}
}

// rpc is a call: the client's span around the server's, the network between.
func rpc(from, to, method string, networkUS, us int64, inside ...did) did {
	system, name, _ := strings.Cut(method, "/")
	a := telemetry.Attributes{"rpc.system": "grpc", "rpc.service": system, "rpc.method": name}
	if from == "frontend" { // the newest conventions
		a = telemetry.Attributes{"rpc.system.name": "grpc", "rpc.method": method}
	}
	client := telemetry.Attributes{"server.address": to + ".default.svc.cluster.local", "server.port": "9000"}
	for k, v := range a {
		client[k] = v
	}
	return did{from, method, telemetry.Client, networkUS, client, []did{server(to, method, us, a, inside...)}}
}

func sql(service, host, database, statement string, us int64) did {
	a := telemetry.Attributes{"db.system": "postgresql", "db.name": database, "db.statement": statement, "net.peer.name": host}
	if service == "inventory" {
		verb, _, _ := strings.Cut(statement, " ")
		a = telemetry.Attributes{"db.system.name": "postgresql", "db.namespace": database, "db.operation.name": verb, "db.query.text": statement, "server.address": host}
	}
	return did{service, "query", telemetry.Client, us, a, nil}
}

func page(verb, route string, us int64, inside ...did) did {
	return server("frontend", verb+" "+route, us, telemetry.Attributes{"http.request.method": verb, "http.route": route, "url.path": strings.ReplaceAll(route, "{id}", "8131")}, inside...)
}

func flows() []did {
	gateway := func(path string) did {
		return did{"payment", "HTTP POST", telemetry.Client, 45000, telemetry.Attributes{"http.method": "POST", "http.url": "https://api.paygate.example.com" + path, "net.peer.name": "api.paygate.example.com"}, nil}
	}
	redis := func(command string) did {
		return did{"wishlist", strings.ToLower(command), telemetry.Client, 400, telemetry.Attributes{"db.system": "redis", "db.statement": strings.ToLower(command) + " wishes:7", "server.address": "redis"}, nil}
	}
	message := func(service string, inside ...did) did {
		return did{service, "orders process", telemetry.Consumer, 500, telemetry.Attributes{"messaging.system": "kafka", "messaging.operation": "process", "messaging.destination.name": "orders"}, inside}
	}
	publish := did{"checkout", "orders send", telemetry.Producer, 1500, telemetry.Attributes{"messaging.system": "kafka", "messaging.operation.type": "send", "messaging.destination.name": "orders"},
		[]did{message("orders", sql("orders", "orders-db", "orders", "INSERT INTO orders (id, cents) VALUES ($1, $2)", 2000)),
			message("mailer", sql("mailer", "orders-db", "mail", "INSERT INTO outbox (email) VALUES ($1)", 2500))}}
	return []did{
		page("POST", "/tickets", 1000, rpc("frontend", "inventory", "inventory.Tickets/Sell", 2000, 4000,
			sql("inventory", "stock-db", "stock", "INSERT INTO tickets (event, seat, buyer) SELECT $1, count(*) + 1, $2 FROM tickets WHERE event = $1 RETURNING seat", 20000))),
		page("POST", "/checkout", 2000, rpc("frontend", "checkout", "checkout.Checkout/PlaceOrder", 1000, 3000,
			rpc("checkout", "payment", "payment.Payment/Charge", 1000, 1200, gateway("/v1/charges"),
				sql("payment", "payments-db", "payments", "INSERT INTO payments (order_id, cents) VALUES ($1, $2) ON CONFLICT (order_id) DO NOTHING", 5000)),
			did{"checkout", "HTTP POST", telemetry.Client, 7000, telemetry.Attributes{"http.request.method": "POST", "server.address": "fraud.shop.internal", "url.full": "http://fraud.shop.internal/score/4711"}, nil},
			rpc("checkout", "inventory", "inventory.Stock/Reserve", 1000, 2000,
				sql("inventory", "stock-db", "stock", "UPDATE stock SET free = free - $2 WHERE sku = $1 AND free >= $2", 5000)),
			rpc("checkout", "shipping", "shipping.Shipping/CreateShipment", 1000, 3000,
				rpc("shipping", "quote", "quote.Quote/GetQuote", 1000, 10000),
				sql("shipping", "orders-db", "orders", "INSERT INTO shipments (id, order_id) VALUES ($1, $2)", 2200)),
			publish)),
		page("GET", "/orders/{id}", 1000, rpc("frontend", "orders", "orders.Orders/GetOrder", 1000, 500,
			sql("orders", "orders-db", "orders", `SELECT o.id FROM "orders" o LEFT JOIN shipments s ON s.order_id = o.id`, 1800))),
		page("POST", "/wishlist", 800, rpc("frontend", "wishlist", "wishlist.Wishlist/AddWish", 600, 300, redis("SADD"), redis("EXPIRE"))),
		page("GET", "/healthz", 100),
		server("loadgenerator", "tick", 100, nil),
	}
}

// recorded makes the spans of some requests of each flow. Their times differ by
// up to a tenth and are right in the mean.
func recordedSpans() []*telemetry.Span {
	var out []*telemetry.Span
	const second = 1_000_000_000
	base := int64(1_790_000_000) * second
	ids := uint64(0x1f2e3d4c5b6a7980)
	next := func() uint64 {
		ids = ids*6364136223846793005 + 1442695040888963407
		return ids
	}
	for round := range 3 {
		for n, flow := range flows() {
			trace := fmt.Sprintf("%016x%016x", next(), next())
			factor := int64(9 + round) // of ten
			var put func(d *did, at int64, parent string) int64
			put = func(d *did, at int64, parent string) int64 {
				s := &telemetry.Span{Trace: trace, ID: fmt.Sprintf("%016x", next()), Parent: parent, Kind: d.kind, Name: d.name, StartNS: at,
					Attributes: d.attributes, Resource: telemetry.Attributes{"service.name": d.service}}
				switch d.service {
				case "quote": // named by its deployment
					s.Resource = telemetry.Attributes{"service.name": "unknown_service:app", "k8s.deployment.name": "quote"}
				case "shipping":
					s.Resource["service.name"] = "shipping-service"
				}
				out = append(out, s)
				part := d.us * 1000 * factor / 10 / int64(len(d.inside)+1)
				for i := range d.inside {
					kid := &d.inside[i]
					at = put(kid, at+part, s.ID)
					if kid.kind == telemetry.Consumer {
						at = s.StartNS // nobody waits for it
					}
				}
				s.EndNS = at + part
				return s.EndNS
			}
			put(&flow, base+int64(round)*second+int64(n)*100_000_000, "")
		}
	}
	return out
}

// otlp writes spans as the collector's file exporter does: a batch a line.
func otlp(spans []*telemetry.Span) []byte {
	type value struct {
		String string `json:"stringValue"`
	}
	type attribute struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	type span struct {
		Trace      string      `json:"traceId"`
		ID         string      `json:"spanId"`
		Parent     string      `json:"parentSpanId,omitempty"`
		Name       string      `json:"name"`
		Kind       int         `json:"kind"`
		Start      string      `json:"startTimeUnixNano"`
		End        string      `json:"endTimeUnixNano"`
		Attributes []attribute `json:"attributes,omitempty"`
	}
	type scopeSpans struct {
		Spans []span `json:"spans"`
	}
	type resource struct {
		Attributes []attribute `json:"attributes"`
	}
	type resourceSpans struct {
		Resource resource     `json:"resource"`
		Scopes   []scopeSpans `json:"scopeSpans"`
	}
	type request struct {
		Resources []resourceSpans `json:"resourceSpans"`
	}
	list := func(a telemetry.Attributes) []attribute {
		var out []attribute
		for _, k := range sortedKeys(a) {
			out = append(out, attribute{k, value{a[k]}})
		}
		return out
	}
	kinds := []int{1, 2, 3, 4, 5}
	var b bytes.Buffer
	for batch := range slices.Chunk(spans, 40) {
		var r request
		for _, service := range servicesOf(batch) {
			var one resourceSpans
			one.Scopes = []scopeSpans{{}}
			for _, s := range batch {
				if s.Resource["service.name"] == service {
					one.Resource.Attributes = list(s.Resource)
					one.Scopes[0].Spans = append(one.Scopes[0].Spans, span{s.Trace, s.ID, s.Parent, s.Name, kinds[s.Kind],
						strconv.FormatInt(s.StartNS, 10), strconv.FormatInt(s.EndNS, 10), list(s.Attributes)})
				}
			}
			r.Resources = append(r.Resources, one)
		}
		text, _ := json.Marshal(r) // of strings and numbers
		b.Write(append(text, '\n'))
	}
	return b.Bytes()
}

// jaeger writes spans as Jaeger's UI saves them.
func jaeger(spans []*telemetry.Span) []byte {
	type tag struct {
		Key   string `json:"key"`
		Type  string `json:"type"`
		Value string `json:"value"`
	}
	type reference struct {
		Type  string `json:"refType"`
		Trace string `json:"traceID"`
		Span  string `json:"spanID"`
	}
	type span struct {
		Trace      string      `json:"traceID"`
		ID         string      `json:"spanID"`
		Name       string      `json:"operationName"`
		References []reference `json:"references"`
		Start      int64       `json:"startTime"`
		Duration   int64       `json:"duration"`
		Tags       []tag       `json:"tags"`
		Process    string      `json:"processID"`
	}
	type process struct {
		Service string `json:"serviceName"`
		Tags    []tag  `json:"tags"`
	}
	type trace struct {
		ID        string             `json:"traceID"`
		Spans     []span             `json:"spans"`
		Processes map[string]process `json:"processes"`
	}
	list := func(a telemetry.Attributes) []tag {
		out := []tag{}
		for _, k := range sortedKeys(a) {
			if k != "service.name" {
				out = append(out, tag{k, "string", a[k]})
			}
		}
		return out
	}
	var answer struct {
		Data []*trace `json:"data"`
	}
	for _, s := range spans {
		i := slices.IndexFunc(answer.Data, func(t *trace) bool { return t.ID == s.Trace })
		if i < 0 {
			i = len(answer.Data)
			answer.Data = append(answer.Data, &trace{ID: s.Trace, Processes: map[string]process{}})
		}
		t := answer.Data[i]
		id := "p-" + s.Resource["service.name"]
		t.Processes[id] = process{s.Resource["service.name"], list(s.Resource)}
		out := span{s.Trace, s.ID, s.Name, []reference{}, s.StartNS / 1000, (s.EndNS - s.StartNS) / 1000, list(s.Attributes), id}
		if kind := []string{"", "server", "client", "producer", "consumer"}[s.Kind]; kind != "" {
			out.Tags = append(out.Tags, tag{"span.kind", "string", kind})
		}
		if s.Parent != "" {
			out.References = []reference{{"CHILD_OF", s.Trace, s.Parent}}
		}
		t.Spans = append(t.Spans, out)
	}
	text, _ := json.MarshalIndent(answer, "", " ") // of strings and numbers
	return append(text, '\n')
}

// prometheus writes what a server would answer that had counted the spans.
func prometheus(spans []*telemetry.Span) []byte {
	type series struct {
		Metric map[string]string `json:"metric"`
		Value  [2]any            `json:"value"`
	}
	var answer struct {
		Status string `json:"status"`
		Data   struct {
			Type   string   `json:"resultType"`
			Result []series `json:"result"`
		} `json:"data"`
	}
	answer.Status, answer.Data.Type = "success", "vector"
	sums, counts := map[string]float64{}, map[string]int{}
	for _, s := range spans {
		a := s.Attributes
		labels := map[string]string{"job": "default/" + first(s.Resource["k8s.deployment.name"], s.Resource["service.name"])}
		switch full := rpcName(s); {
		case s.Kind == telemetry.Server && full != "":
			labels["__name__"] = "grpc_server_handling_seconds"
			labels["grpc_service"], labels["grpc_method"], _ = strings.Cut(full, "/")
		case s.Kind == telemetry.Server && a["http.route"] != "":
			labels["__name__"] = "http_server_request_duration_seconds"
			labels["http_request_method"], labels["http_route"] = a["http.request.method"], a["http.route"]
		case a.First("db.system", "db.system.name") == "postgresql":
			labels["__name__"] = "db_client_operation_duration_seconds"
			labels["db_system_name"], labels["db_namespace"] = "postgresql", a.First("db.namespace", "db.name")
			verb, table := statementOf(s)
			labels["db_operation_name"], labels["db_collection_name"] = verb, table
		default:
			continue
		}
		key, _ := json.Marshal(labels) // sorts keys
		sums[string(key)] += float64(s.EndNS-s.StartNS) / 1e9
		counts[string(key)]++
	}
	keys := make([]string, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		for suffix, v := range map[string]float64{"_count": float64(counts[k]), "_sum": sums[k]} {
			labels := map[string]string{}
			_ = json.Unmarshal([]byte(k), &labels) // was marshalled above
			labels["__name__"] += suffix
			answer.Data.Result = append(answer.Data.Result, series{labels, [2]any{1790000030, strconv.FormatFloat(v, 'g', 12, 64)}})
		}
	}
	slices.SortStableFunc(answer.Data.Result, func(x, y series) int { return strings.Compare(x.Metric["__name__"], y.Metric["__name__"]) })
	text, _ := json.MarshalIndent(answer, "", " ") // of strings and numbers
	return append(text, '\n')
}

func sortedKeys(a telemetry.Attributes) []string {
	out := make([]string, 0, len(a))
	for k := range a {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func servicesOf(spans []*telemetry.Span) []string {
	var out []string
	for _, s := range spans {
		if name := s.Resource["service.name"]; !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
