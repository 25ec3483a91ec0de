module go-micro.dev/v4

go 1.18

require (
	github.com/urfave/cli/v2 v2.0.0
)
