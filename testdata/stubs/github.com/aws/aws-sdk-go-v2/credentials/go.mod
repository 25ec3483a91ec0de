module github.com/aws/aws-sdk-go-v2/credentials

go 1.18

require (
	github.com/aws/aws-sdk-go-v2 v0.0.0
	github.com/aws/aws-sdk-go-v2/service/ssooidc v0.0.0
	github.com/aws/aws-sdk-go-v2/service/sts v0.0.0
	github.com/aws/smithy-go v0.0.0
)
