module github.com/cloudwego/localsession

go 1.18
