module github.com/cloudwego/kitex

go 1.18

require (
	github.com/bytedance/gopkg v0.0.0
	github.com/cloudwego/configmanager v0.0.0
	github.com/cloudwego/localsession v0.0.0
)
