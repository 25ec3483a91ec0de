module github.com/openzipkin/zipkin-go

go 1.18
