module github.com/cloudwego/configmanager

go 1.18
