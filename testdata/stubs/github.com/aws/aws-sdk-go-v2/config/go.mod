module github.com/aws/aws-sdk-go-v2/config

go 1.18

require (
	github.com/aws/aws-sdk-go-v2 v0.0.0
	github.com/aws/aws-sdk-go-v2/credentials v0.0.0
	github.com/aws/aws-sdk-go-v2/feature/ec2/imds v0.0.0
	github.com/aws/smithy-go v0.0.0
)
