module github.com/twmb/franz-go

go 1.18

require (
	github.com/twmb/franz-go/pkg/kmsg v0.0.0
)
