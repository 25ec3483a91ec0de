module go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp

go 1.18

require (
	go.opentelemetry.io/otel/exporters/otlp/otlptrace v0.0.0
)
