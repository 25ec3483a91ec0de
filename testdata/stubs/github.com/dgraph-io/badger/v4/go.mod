module github.com/dgraph-io/badger/v4

go 1.18

require (
	github.com/dgraph-io/ristretto v0.0.0
	github.com/gogo/protobuf v0.0.0
)
