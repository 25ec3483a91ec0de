module go.temporal.io/sdk

go 1.18

require (
	github.com/nexus-rpc/sdk-go v0.0.0
	github.com/stretchr/testify v0.0.0
	go.temporal.io/api v0.0.0
	golang.org/x/exp v0.0.0
	google.golang.org/grpc v0.0.0
)
