module github.com/ClickHouse/clickhouse-go/v2

go 1.18

require (
	github.com/ClickHouse/ch-go v0.0.0
	go.opentelemetry.io/otel/trace v0.0.0
)
