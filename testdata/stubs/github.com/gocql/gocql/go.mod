module github.com/gocql/gocql

go 1.18

require (
	github.com/hailocab/go-hostpool v0.0.0
)
