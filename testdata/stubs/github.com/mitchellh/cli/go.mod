module github.com/mitchellh/cli

go 1.18

require (
	github.com/posener/complete v0.0.0
)
