module go.opentelemetry.io/otel/exporters/zipkin

go 1.18

require (
	github.com/go-logr/logr v0.0.0
	github.com/openzipkin/zipkin-go v0.0.0
	go.opentelemetry.io/otel/sdk v0.0.0
)
