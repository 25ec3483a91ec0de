module github.com/gofiber/fiber/v2

go 1.18

require (
	github.com/valyala/fasthttp v0.0.0
)
