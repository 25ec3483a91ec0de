module cloud.google.com/go/spanner

go 1.18

require (
	cloud.google.com/go v0.0.0
	github.com/GoogleCloudPlatform/grpc-gcp-go/grpcgcp v0.0.0
	github.com/googleapis/gax-go/v2 v2.0.0
	go.opencensus.io v0.0.0
	go.opentelemetry.io/otel/metric v0.0.0
	google.golang.org/api v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0
	google.golang.org/grpc v0.0.0
	google.golang.org/protobuf v0.0.0
)
