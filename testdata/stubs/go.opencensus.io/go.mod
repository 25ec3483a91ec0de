module go.opencensus.io

go 1.18

require (
	google.golang.org/grpc v0.0.0
)
