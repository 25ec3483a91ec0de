module github.com/aws/aws-sdk-go-v2

go 1.18

require (
	github.com/aws/smithy-go v0.0.0
)
