module storj.io/drpc

go 1.18

require (
	github.com/zeebo/errs v0.0.0
)
