module github.com/elastic/go-elasticsearch/v8

go 1.18

require (
	github.com/elastic/elastic-transport-go/v8 v8.0.0
	go.opentelemetry.io/otel/trace v0.0.0
)
