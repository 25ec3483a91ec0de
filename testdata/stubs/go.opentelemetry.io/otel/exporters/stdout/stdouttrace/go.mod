module go.opentelemetry.io/otel/exporters/stdout/stdouttrace

go 1.18

require (
	go.opentelemetry.io/otel/sdk v0.0.0
)
