module google.golang.org/grpc

go 1.18

require (
	google.golang.org/genproto/googleapis/rpc v0.0.0
	google.golang.org/protobuf v0.0.0
)
