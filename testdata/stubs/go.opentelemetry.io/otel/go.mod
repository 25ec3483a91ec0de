module go.opentelemetry.io/otel

go 1.18

require (
	github.com/go-logr/logr v0.0.0
	go.opentelemetry.io/otel/metric v0.0.0
	go.opentelemetry.io/otel/trace v0.0.0
)
