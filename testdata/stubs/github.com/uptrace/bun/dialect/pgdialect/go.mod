module github.com/uptrace/bun/dialect/pgdialect

go 1.18

require (
	github.com/uptrace/bun v0.0.0
)
