module github.com/go-kratos/kratos/v2

go 1.18

require (
	github.com/go-kratos/aegis v0.0.0
	github.com/golang-jwt/jwt/v5 v5.0.0
	go.opentelemetry.io/otel v0.0.0
	go.opentelemetry.io/otel/trace v0.0.0
	google.golang.org/grpc v0.0.0
	google.golang.org/protobuf v0.0.0
)
