module go.etcd.io/etcd/client/v3

go 1.18

require (
	go.etcd.io/etcd/api/v3 v3.0.0
	go.uber.org/zap v0.0.0
	google.golang.org/grpc v0.0.0
)
