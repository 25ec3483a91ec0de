module go.opentelemetry.io/otel/exporters/prometheus

go 1.18

require (
	github.com/prometheus/client_golang v0.0.0
	go.opentelemetry.io/otel/sdk/metric v0.0.0
)
