module github.com/go-kit/kit

go 1.18

require (
	github.com/go-kit/log v0.0.0
	github.com/golang-jwt/jwt/v4 v4.0.0
	github.com/hashicorp/consul/api v0.0.0
	github.com/opentracing/opentracing-go v0.0.0
	github.com/openzipkin/zipkin-go v0.0.0
	github.com/sony/gobreaker v0.0.0
	github.com/streadway/handy v0.0.0
	google.golang.org/grpc v0.0.0
)
