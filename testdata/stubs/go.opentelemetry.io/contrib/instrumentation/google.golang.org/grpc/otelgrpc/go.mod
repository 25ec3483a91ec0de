module go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc

go 1.18

require (
	go.opentelemetry.io/otel v0.0.0
	go.opentelemetry.io/otel/metric v0.0.0
	go.opentelemetry.io/otel/trace v0.0.0
	google.golang.org/grpc v0.0.0
)
