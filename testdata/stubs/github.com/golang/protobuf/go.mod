module github.com/golang/protobuf

go 1.18

require (
	google.golang.org/protobuf v0.0.0
)
