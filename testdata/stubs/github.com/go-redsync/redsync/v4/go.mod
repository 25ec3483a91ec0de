module github.com/go-redsync/redsync/v4

go 1.18

require (
	github.com/go-redis/redis/v8 v8.0.0
	github.com/gomodule/redigo v0.0.0
	github.com/redis/go-redis/v9 v9.0.0
)
