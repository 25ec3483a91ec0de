module github.com/grpc-ecosystem/go-grpc-middleware/v2

go 1.18

require (
	github.com/bufbuild/protovalidate-go v0.0.0
	google.golang.org/grpc v0.0.0
	google.golang.org/protobuf v0.0.0
)
