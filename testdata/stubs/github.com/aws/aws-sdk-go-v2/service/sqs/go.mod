module github.com/aws/aws-sdk-go-v2/service/sqs

go 1.18

require (
	github.com/aws/aws-sdk-go-v2 v0.0.0
	github.com/aws/smithy-go v0.0.0
)
