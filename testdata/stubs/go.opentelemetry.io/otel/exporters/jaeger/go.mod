module go.opentelemetry.io/otel/exporters/jaeger

go 1.18

require (
	github.com/go-logr/logr v0.0.0
	go.opentelemetry.io/otel/sdk v0.0.0
)
