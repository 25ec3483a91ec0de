module github.com/zeromicro/go-zero

go 1.18

require (
	github.com/redis/go-redis/v9 v9.0.0
	go.mongodb.org/mongo-driver v0.0.0
	google.golang.org/grpc v0.0.0
)
