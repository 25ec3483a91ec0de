module go.opentelemetry.io/otel/metric

go 1.18

require (
	go.opentelemetry.io/otel v0.0.0
)
