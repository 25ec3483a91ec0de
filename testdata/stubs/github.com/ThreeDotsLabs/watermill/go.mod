module github.com/ThreeDotsLabs/watermill

go 1.18

require (
	github.com/sony/gobreaker v0.0.0
)
