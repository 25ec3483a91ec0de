module go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp

go 1.18

require (
	go.opentelemetry.io/otel/sdk/metric v0.0.0
)
