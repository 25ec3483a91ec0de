module github.com/googleapis/gax-go/v2

go 1.18

require (
	google.golang.org/grpc v0.0.0
	google.golang.org/protobuf v0.0.0
)
