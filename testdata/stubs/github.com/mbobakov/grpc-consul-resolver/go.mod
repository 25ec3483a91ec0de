module github.com/mbobakov/grpc-consul-resolver

go 1.18
