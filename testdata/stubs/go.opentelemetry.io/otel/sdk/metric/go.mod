module go.opentelemetry.io/otel/sdk/metric

go 1.18

require (
	go.opentelemetry.io/otel/sdk v0.0.0
)
