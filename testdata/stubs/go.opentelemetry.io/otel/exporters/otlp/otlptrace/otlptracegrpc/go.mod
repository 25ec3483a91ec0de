module go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc

go 1.18

require (
	go.opentelemetry.io/otel/exporters/otlp/otlptrace v0.0.0
	google.golang.org/grpc v0.0.0
)
