module github.com/json-iterator/go

go 1.18

require (
	github.com/modern-go/reflect2 v0.0.0
)
