module github.com/golang-jwt/jwt

go 1.18
