module github.com/uptrace/bun/driver/pgdriver

go 1.18

require (
	github.com/uptrace/bun v0.0.0
)
