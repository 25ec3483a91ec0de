module github.com/lithammer/shortuuid/v3

go 1.18
