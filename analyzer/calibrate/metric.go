package calibrate

import (
	"strconv"
	"strings"

	"github.com/coordlint/coordlint/analyzer/config"
	"github.com/coordlint/coordlint/analyzer/telemetry"
	"github.com/coordlint/coordlint/graph"
)

// A shape is how a metric is recorded: which span it stands for, and its unit.
type shape struct {
	kind  telemetry.SpanKind
	scale float64
	extra telemetry.Attributes // that the convention implies
}

const second = 1000 // milliseconds

// shapeOf returns the shape of a metric's base name; of OpenTelemetry's, old and
// new, of go-grpc-prometheus, of grpc-go's own, and of what people call the same
// in Go programs.
func shapeOf(metric string) (shape, bool) {
	name := metric
	scale := 0.0
	for _, unit := range []struct {
		suffix string
		scale  float64
	}{{"_milliseconds", 1}, {"_seconds", second}, {"_microseconds", 1e-3}, {"_ms", 1}} {
		if cut, ok := strings.CutSuffix(name, unit.suffix); ok {
			name, scale = cut, unit.scale
			break
		}
	}
	of := func(kind telemetry.SpanKind, natural float64, extra telemetry.Attributes) (shape, bool) {
		if scale == 0 {
			scale = natural
		}
		return shape{kind, scale, extra}, true
	}
	rpc := telemetry.Attributes{"rpc.system": "grpc"}
	switch name {
	case "http_server_request_duration", "http_request_duration", "http_server_requests", "http_requests_duration":
		return of(telemetry.Server, second, nil)
	case "http_server_duration": // OpenTelemetry before 1.23: milliseconds
		return of(telemetry.Server, 1, nil)
	case "http_client_request_duration":
		return of(telemetry.Client, second, nil)
	case "http_client_duration":
		return of(telemetry.Client, 1, nil)
	case "grpc_server_handling", "grpc_server_call_duration", "rpc_server_call_duration":
		return of(telemetry.Server, second, rpc)
	case "rpc_server_duration":
		return of(telemetry.Server, 1, rpc)
	case "grpc_client_handling", "grpc_client_attempt_duration", "rpc_client_call_duration":
		return of(telemetry.Client, second, rpc)
	case "rpc_client_duration":
		return of(telemetry.Client, 1, rpc)
	case "db_client_operation_duration":
		return of(telemetry.Client, second, telemetry.Attributes{"db.system": "other_sql"})
	case "db_sql_latency":
		return of(telemetry.Client, 1, telemetry.Attributes{"db.system": "other_sql"})
	case "messaging_client_operation_duration", "messaging_publish_duration":
		return of(telemetry.Producer, second, nil)
	case "messaging_process_duration":
		return of(telemetry.Consumer, second, nil)
	}
	return shape{}, false
}

// seriesMeaning says what a metric's series is about, and how many milliseconds
// its unit has; or why nothing tells.
func (c *Calibrator) seriesMeaning(base string, s *telemetry.Series) (m meaning, scale float64, why string) {
	for _, mapped := range c.metrics {
		if strings.ReplaceAll(mapped.Name, ".", "_") == base {
			m, why = c.mapped(&mapped, s)
			return m, mapped.Milliseconds(), why
		}
	}
	sh, ok := shapeOf(base)
	if !ok {
		return m, 0, "metric " + base + ": nothing tells what it measures; coordlint.yaml can (metrics)"
	}
	labels := telemetry.Attributes{}
	for k, v := range sh.extra {
		labels[k] = v
	}
	for k, v := range s.Labels {
		labels[strings.ReplaceAll(k, ".", "_")] = v
	}
	if system := s.Labels.First("db.system.name", "db.system"); system != "" {
		labels["db.system"] = system
	}
	alias := func(key string, names ...string) {
		if labels.First(key) == "" {
			if v := s.Labels.First(names...); v != "" {
				labels[key] = v
			}
		}
	}
	if sh.extra == nil && sh.kind != telemetry.Producer && sh.kind != telemetry.Consumer {
		alias("http.request.method", "http.method", "method", "verb")
		alias("http.route", "route", "handler", "path", "uri", "url", "endpoint")
	}
	m = c.meaningOf(&telemetry.Span{Kind: sh.kind, Attributes: labels, Resource: owned(s.Labels, "")})
	return m, sh.scale, ""
}

// owned returns the labels that name a series' service, as attributes.
func owned(labels telemetry.Attributes, key string) telemetry.Attributes {
	out := telemetry.Attributes{"k8s.deployment.name": labels.First("k8s.deployment.name", "deployment", "workload"),
		"k8s.container.name": labels.First("k8s.container.name", "container"), "k8s.namespace.name": labels.First("k8s.namespace.name", "namespace")}
	job := labels.First("exported_job", "job")
	names := []string{"service.name", "exported_service", "service", "app.kubernetes.io.name", "app"}
	if key != "" {
		names = []string{key}
	}
	out["service.name"] = first(labels.First(names...), job[strings.LastIndexByte(job, '/')+1:])
	return out
}

// mapped is the meaning of a metric that the configuration file explains.
func (c *Calibrator) mapped(by *config.Metric, s *telemetry.Series) (m meaning, why string) {
	bad := "metric " + by.Name + ": "
	if m.service = c.service(by.Service); by.Service == "" {
		m.service, m.process = c.owner(owned(s.Labels, by.ServiceLabel))
	}
	if m.service == "" {
		return m, bad + "no service is called " + strconv.Quote(first(by.Service, m.process))
	}
	m.process = m.service
	operation := first(by.Operation, s.Labels.First(by.OperationLabel))
	if by.Resource == "" {
		m.role, m.text = serves, operation
		for _, e := range c.endpoints[m.service] {
			if strings.EqualFold(e.Name, operation) || operation == "" && len(c.endpoints[m.service]) == 1 {
				m.serve(e)
				return m, ""
			}
		}
		return m, bad + m.service + " serves no " + strconv.Quote(operation)
	}
	m.role = waits
	m.target = c.only(m.service, func(r *graph.Resource) bool {
		return r.ID == by.Resource || r.Identity == by.Resource || r.Host == by.Resource
	})
	if m.target == "" {
		return m, bad + "no resource is called " + strconv.Quote(by.Resource)
	}
	m.kind = graph.EdgeQuery
	if edges := c.edges[pair{m.service, m.target}]; len(edges) > 0 {
		m.kind = edges[0].Kind
	}
	verb, object, _ := strings.Cut(operation, " ")
	ops, vague := matchStatement(c.operations(m.service, m.target), command(verb), strings.ToLower(object))
	for _, op := range c.operations(m.service, m.target) {
		if op == operation {
			ops, vague = []string{op}, false
		}
	}
	m.operations, m.vague, m.text = strings.Join(ops, "\n"), vague, operation
	return m, ""
}
