module go.opentelemetry.io/otel/exporters/otlp/otlptrace

go 1.18

require (
	go.opentelemetry.io/otel/sdk v0.0.0
	go.opentelemetry.io/proto/otlp v0.0.0
)
