module go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc

go 1.18

require (
	go.opentelemetry.io/otel/sdk/metric v0.0.0
	google.golang.org/grpc v0.0.0
)
