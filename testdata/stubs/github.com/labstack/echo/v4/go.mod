module github.com/labstack/echo/v4

go 1.18

require (
	github.com/golang-jwt/jwt v0.0.0
	github.com/labstack/gommon v0.0.0
	golang.org/x/crypto v0.0.0
	golang.org/x/net v0.0.0
	golang.org/x/time v0.0.0
)
