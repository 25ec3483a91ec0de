module github.com/GoogleCloudPlatform/grpc-gcp-go/grpcgcp

go 1.18

require (
	google.golang.org/grpc v0.0.0
)
