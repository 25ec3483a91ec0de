module github.com/prometheus/client_model

go 1.18

require (
	google.golang.org/protobuf v0.0.0
)
