module github.com/go-kratos/aegis

go 1.18
