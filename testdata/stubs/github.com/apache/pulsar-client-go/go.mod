module github.com/apache/pulsar-client-go

go 1.18

require (
	github.com/hamba/avro/v2 v2.0.0
	github.com/prometheus/client_golang v0.0.0
	google.golang.org/protobuf v0.0.0
)
