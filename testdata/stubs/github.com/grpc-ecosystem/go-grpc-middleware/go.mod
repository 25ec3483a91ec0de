module github.com/grpc-ecosystem/go-grpc-middleware

go 1.18

require (
	github.com/go-kit/log v0.0.0
	github.com/golang/protobuf v0.0.0
	github.com/opentracing/opentracing-go v0.0.0
	github.com/sirupsen/logrus v0.0.0
	go.uber.org/zap v0.0.0
	google.golang.org/grpc v0.0.0
)
