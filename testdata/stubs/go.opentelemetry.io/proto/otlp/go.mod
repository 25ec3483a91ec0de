module go.opentelemetry.io/proto/otlp

go 1.18
