module github.com/golang/groupcache

go 1.18

require (
	github.com/golang/protobuf v0.0.0
)
